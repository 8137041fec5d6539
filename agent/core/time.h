// Instants, durations and wall time as plain values. No clock: core never asks what time it is, it is told.
#pragma once

#include <chrono>

namespace agent {

using Duration = std::chrono::microseconds;

// The clock that decisions use: CLOCK_BOOTTIME of this machine (counts suspend, never jumps). It has no now():
// the instant is an argument everywhere outside io/. It cannot be subtracted from wall time, by type.
struct Monotonic {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Monotonic>;
  static constexpr bool is_steady = true;
};
using Instant = Monotonic::time_point;

// For showing only, never for deciding.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

}  // namespace agent
