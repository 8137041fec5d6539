// The sidecar: polls the set, runs step() on what was seen, tells transitions and publishes a Snapshot. It changes
// nothing in the world: in this mode it watches. Runs against ports only.
#pragma once

#include <memory>

#include "app/set_watch.h"
#include "core/snapshot.h"
#include "core/step.h"
#include "ports/journal.h"

namespace agent {

class Sidecar {
 public:
  Sidecar(const World& world, Journal& journal, const Settings& settings);

  // Begins to poll, each settings.run.tick.
  void start();

  // The state of the world at the last tick; never null after start().
  const std::shared_ptr<const Snapshot>& snapshot() const { return snapshot_; }

 private:
  void poll();
  void wake();  // many views, one tick
  void tick();
  void publish(const Observation& observation, Step step);

  World world_;
  Journal& journal_;
  const Settings& settings_;
  SetWatch watch_;
  State state_;
  WallTime started_;
  WallTime own_since_;
  std::uint64_t ticks_ = 0;
  std::unique_ptr<Timer> next_poll_;
  std::unique_ptr<Timer> next_tick_;
  std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace agent
