// The sidecar: polls the set, runs step() on what was seen, tells transitions, hands the action to the Hand and
// publishes a Snapshot. With --boot direct it changes nothing in the world. Runs against ports only.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "app/hand.h"
#include "app/peer_agents.h"
#include "app/set_watch.h"
#include "core/safe_place.h"
#include "core/snapshot.h"
#include "core/step.h"
#include "ports/agents.h"
#include "ports/files.h"
#include "ports/journal.h"

namespace agent {

class Sidecar {
 public:
  Sidecar(const World& world, Files& files, Agents& agents, Journal& journal, const Settings& settings);

  // Begins to poll, each settings.run.tick.
  void start();

  // The operator's word to end the present hold. Answers what will be done, or why there is nothing to end. One shot.
  std::expected<std::string, std::string> accept_data_loss();

  // The state of the world at the last tick; never null after start().
  const std::shared_ptr<const Snapshot>& snapshot() const { return snapshot_; }

 private:
  void poll();
  void wake();  // many views, one tick
  void tick();
  void look_at_files(Observation& observation) const;
  void act(const Action& action);
  void recall();
  void remember();
  std::expected<void, FileError> write_memory(const Memory& memory, bool has_only_moved);
  void publish(const Observation& observation, Step&& step);

  World world_;
  Files& files_;
  Journal& journal_;
  const Settings& settings_;
  SetWatch watch_;
  PeerAgents agents_;
  Hand hand_;
  State state_;
  WallTime started_;
  WallTime own_since_;
  std::uint64_t ticks_ = 0;
  bool is_urgent_ = false;
  bool is_hold_ = false;
  std::optional<Memory> noted_;  // what the state file says
  Instant noted_at_;
  SafePlace written_back_{kWrittenBack};
  bool is_note_refused_ = false;
  bool has_kept_ = false;  // hard links of a data set, since this agent started
  std::unique_ptr<Timer> next_poll_;
  std::unique_ptr<Timer> next_tick_;
  std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace agent
