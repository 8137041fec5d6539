// The agents of other pods, asked over HTTP for what they publish of their data. Reads at most 1 MiB of an answer, and
// takes nothing for certain that it cannot read.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "io/loop.h"
#include "ports/agents.h"

namespace agent {

class HttpAgents : public Agents {
 public:
  // `port` is where every agent of the set serves HTTP.
  HttpAgents(Loop& loop, std::uint16_t port);
  ~HttpAgents() override;
  HttpAgents(const HttpAgents&) = delete;
  HttpAgents& operator=(const HttpAgents&) = delete;

  void ask(const IpAddress& ip, Duration timeout, std::function<void(std::optional<Published>)> done) override;

 private:
  class Asking;
  Loop& loop_;
  std::uint16_t port_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, std::shared_ptr<Asking>> running_;
};

}  // namespace agent
