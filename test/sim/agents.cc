#include "sim/agents.h"

#include <algorithm>
#include <utility>

namespace agent {

namespace {
constexpr Duration kRoundTrip = std::chrono::microseconds(500);
}  // namespace

void SimAgents::ask(const IpAddress& ip, Duration timeout, std::function<void(std::optional<Published>)> done) {
  const bool is_silent = silent_[ip];
  const auto wait = is_silent ? timeout : std::min(kRoundTrip, timeout);
  const auto known = published_.find(ip);
  auto answer = is_silent || wait == timeout || known == published_.end() ? std::nullopt : known->second;
  clock_.post(wait, [alive = std::weak_ptr(alive_), answer = std::move(answer), done = std::move(done)] {
    if (!alive.expired()) {
      done(answer);
    }
  });
}

}  // namespace agent
