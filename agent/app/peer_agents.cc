#include "app/peer_agents.h"

#include <utility>

namespace agent {

namespace {

constexpr Duration kAskEvery = std::chrono::milliseconds(200);

bool is_needed(const PodSight& pod) {
  return !pod.is_self && !pod.addresses.empty() && pod.redis && pod.redis->value.info;
}

}  // namespace

PeerAgents::PeerAgents(Clock& clock, Agents& agents, Duration timeout, std::function<void()> on_change)
    : clock_(clock), agents_(agents), timeout_(timeout), on_change_(std::move(on_change)) {}

void PeerAgents::poll(const Observation& seen) {
  std::map<IpAddress, Seen<Published>> kept;
  for (const auto& pod : seen.pods) {
    if (!is_needed(pod)) {
      continue;
    }
    const auto& ip = pod.addresses.front();
    kept.insert(told_.extract(ip));
    auto& last = asked_[ip];
    if (clock_.now() - last >= kAskEvery && asking_.insert(ip).second) {
      last = clock_.now();
      agents_.ask(ip, timeout_,
                  [this, ip, asked = clock_.now(), alive = std::weak_ptr(alive_)](std::optional<Published> published) {
                    if (!alive.expired()) {
                      on_answer(ip, asked, std::move(published));
                    }
                  });
    }
  }
  told_ = std::move(kept);
}

void PeerAgents::on_answer(const IpAddress& ip, Instant asked, std::optional<Published> published) {
  asking_.erase(ip);
  if (published) {
    told_[ip] = {.value = std::move(*published), .asked = asked, .seen = clock_.now()};
    on_change_();
  }
}

void PeerAgents::add_to(Observation& seen) const {
  for (auto& pod : seen.pods) {
    const auto told = pod.is_self || pod.addresses.empty() ? told_.end() : told_.find(pod.addresses.front());
    if (told != told_.end()) {
      pod.published = told->second;
    }
  }
}

}  // namespace agent
