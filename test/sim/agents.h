// The agents of other pods as a test scripts them: what each publishes, late, or never.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "ports/agents.h"
#include "sim/clock.h"

namespace agent {

class SimAgents : public Agents {
 public:
  explicit SimAgents(SimClock& clock) : clock_(clock) {}

  // From now on the agent at `ip` publishes this; nothing: it is an older one, without `data`. Where nothing was ever
  // set, nobody listens.
  void set(const IpAddress& ip, std::optional<Published> published) { published_[ip] = std::move(published); }
  void forget(const IpAddress& ip) { published_.erase(ip); }
  // It takes questions and answers none.
  void silence(const IpAddress& ip, bool is_silent = true) { silent_[ip] = is_silent; }

  void ask(const IpAddress& ip, Duration timeout, std::function<void(std::optional<Published>)> done) override;

 private:
  SimClock& clock_;
  std::map<IpAddress, std::optional<Published>> published_;
  std::map<IpAddress, bool> silent_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace agent
