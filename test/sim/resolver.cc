#include "sim/resolver.h"

#include <algorithm>

namespace agent {

namespace {
// As it looks to somebody who waits no longer than `timeout`. A timed-out question has no outcome but that.
DnsView seen_within(const SimAnswer& answer, Duration timeout) {
  if (answer.outcome == DnsOutcome::timeout || !answer.delay || *answer.delay >= timeout) {
    return {DnsOutcome::timeout, false, {}};
  }
  const bool proof = answer.outcome == DnsOutcome::found || answer.outcome == DnsOutcome::nodata ||
                     answer.outcome == DnsOutcome::nxdomain;
  return {answer.outcome, proof, answer.addresses};
}

Duration wait_for(const SimAnswer& answer, Duration timeout) {
  const bool never = answer.outcome == DnsOutcome::timeout || !answer.delay;
  return never ? timeout : std::min(*answer.delay, timeout);
}
}  // namespace

void SimResolver::set(const std::string& name, const std::vector<IpAddress>& addresses) {
  Answers answers{{DnsOutcome::nodata, {}}, {DnsOutcome::nodata, {}}};
  for (const auto& address : addresses) {
    auto& family = address.is_v6() ? answers.aaaa : answers.a;
    family.outcome = DnsOutcome::found;
    family.addresses.push_back(address);
  }
  answers_[name] = answers;
}

void SimResolver::set(const std::string& name, DnsOutcome outcome) {
  set(name, SimAnswer{outcome, {}}, SimAnswer{outcome, {}});
}

void SimResolver::set(const std::string& name, SimAnswer a, SimAnswer aaaa) {
  answers_[name] = {std::move(a), std::move(aaaa)};
}

SimResolver::Answers SimResolver::answers_for(const std::string& name) const {
  if (broken_) {
    return {{*broken_, {}}, {*broken_, {}}};
  }
  const auto known = answers_.find(name);
  return known == answers_.end() ? Answers{} : known->second;
}

void SimResolver::look_up(const std::string& name, Duration timeout, std::function<void(DnsView)> done) {
  ++look_ups_;
  const auto answers = answers_for(name);
  const auto wait = std::max(wait_for(answers.a, timeout), wait_for(answers.aaaa, timeout));
  auto view = merge(seen_within(answers.a, timeout), seen_within(answers.aaaa, timeout));
  clock_.post(wait, [alive = std::weak_ptr(alive_), view = std::move(view), done = std::move(done)] {
    if (!alive.expired()) {
      done(view);
    }
  });
}

}  // namespace agent
