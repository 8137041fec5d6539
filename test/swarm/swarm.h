// Many seeds on all cores, by forked processes that share nothing but a counter. Not the simulation: that is sim/run.h.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace agent {

struct SwarmSeeds {
  std::uint64_t from = 1;
  std::uint64_t count = 0;
  bool all = false;  // also those after one that is violated
};

struct SwarmCounts {
  std::uint64_t done = 0;
  std::uint64_t held = 0;  // the operator had to speak
  std::uint64_t violated = 0;
  std::uint64_t acknowledged = 0;
  double simulated_seconds = 0;
};

struct SwarmOutcome {
  SwarmCounts counts;
  std::optional<std::uint64_t> violated;  // the smallest seed that was
  std::string violation;
  double seconds = 0;
};

// Runs the seeds until one is violated (all that are smaller are run too). `progress` is called now and then.
SwarmOutcome swarm(const SwarmSeeds& seeds, int processes, const std::function<void(const SwarmCounts&)>& progress);

}  // namespace agent
