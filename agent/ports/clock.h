// What app needs of time: the instant, the wall clock for showing, and being called later.
#pragma once

#include <functional>
#include <memory>

#include "core/time.h"

namespace agent {

// Destroying it cancels the call.
class Timer {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  virtual ~Timer() = default;
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual WallTime wall() const = 0;
  // Calls `action` once, not before `delay` has passed, never from within this call.
  [[nodiscard]] virtual std::unique_ptr<Timer> after(Duration delay, std::function<void()> action) = 0;
};

// In [0, 1), for jitter only.
class Random {
 public:
  virtual ~Random() = default;
  virtual double next() = 0;
};

}  // namespace agent
