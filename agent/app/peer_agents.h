// What the agents of the other pods publish of their data, asked for where INFO alone does not tell which history a
// data set continues: after a restart from an append-only file, or more than one promotion. Not a view of Redis, and
// not a decision.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>

#include "core/observation.h"
#include "ports/agents.h"
#include "ports/clock.h"

namespace agent {

class PeerAgents {
 public:
  PeerAgents(Clock& clock, Agents& agents, Duration timeout, std::function<void()> on_change);

  // Asks each agent whose word is needed for `seen` and that is not being asked already.
  void poll(const Observation& seen);

  // Puts what was told beside the pods.
  void add_to(Observation& seen) const;

 private:
  void on_answer(const IpAddress& ip, Instant asked, std::optional<Published> published);

  Clock& clock_;
  Agents& agents_;
  Duration timeout_;
  std::function<void()> on_change_;
  std::map<IpAddress, Seen<Published>> told_;
  std::map<IpAddress, Instant> asked_;
  std::set<IpAddress> asking_;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace agent
