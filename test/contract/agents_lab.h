// The agent of another pod as a test wants it, simulated or real, behind one set of words.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "ports/agents.h"

namespace agent {

class AgentsLab {
 public:
  AgentsLab() = default;
  AgentsLab(const AgentsLab&) = delete;
  AgentsLab& operator=(const AgentsLab&) = delete;
  virtual ~AgentsLab() = default;

  virtual Agents& agents() = 0;
  virtual void destroy_agents() = 0;
  virtual IpAddress other() const = 0;
  // What the other agent publishes from now on; nothing: its document has no `data`.
  virtual void publish(const std::optional<Published>& published) = 0;
  // It takes connections and answers nothing.
  virtual void silence() = 0;
  virtual void take_away() = 0;
  virtual bool run_until(const std::function<bool()>& done, Duration limit) = 0;
};

std::unique_ptr<AgentsLab> sim_agents();
std::unique_ptr<AgentsLab> real_agents();

}  // namespace agent
