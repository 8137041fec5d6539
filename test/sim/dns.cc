#include "sim/dns.h"

#include <algorithm>

namespace agent {

namespace {
constexpr int kNamesMax = 8;
constexpr Duration kTakes = std::chrono::microseconds(400);
}  // namespace

std::string_view to_text(DnsFault fault) {
  constexpr std::string_view kWords[] = {"works",
                                         "answers SERVFAIL",
                                         "answers SERVFAIL for A",
                                         "answers SERVFAIL for AAAA",
                                         "is silent",
                                         "answers NXDOMAIN for everything",
                                         "answers what it answered last",
                                         "leaves the first pod out"};
  return kWords[static_cast<std::size_t>(fault)];
}

SimDns::SimDns(SimClock& clock, const Domain& domain, const std::string& set)
    : clock_(clock), service_(service_fqdn(domain)), pods_(kNamesMax) {
  for (int i = 0; i < kNamesMax; ++i) {
    names_.push_back(pod_fqdn(domain, pod_name(set, i)));
  }
}

void SimDns::publish(int ordinal, std::optional<IpAddress> ip) {
  auto& known = pods_[static_cast<std::size_t>(ordinal)];
  if (known != ip) {
    known = std::move(ip);
    changed_ = clock_.now();
  }
}

DnsView SimDns::truth(const std::string& name) const {
  const bool leaves_out = fault_ == DnsFault::without_first;
  DnsView view{.outcome = DnsOutcome::nxdomain, .complete = true, .addresses = {}};
  for (std::size_t i = leaves_out ? 1 : 0; i < pods_.size(); ++i) {
    if (pods_[i] && (name == service_ || name == names_[i])) {
      view.outcome = DnsOutcome::found;
      view.addresses.push_back(*pods_[i]);
    }
  }
  std::ranges::sort(view.addresses);
  return view;
}

std::optional<DnsView> SimDns::answer(const std::string& name) {
  const auto now = clock_.now();
  auto& cached = cache_[name];
  const bool is_known = cached.at != Instant{};
  switch (fault_) {
    case DnsFault::silent:
      return {};
    case DnsFault::servfail:
      return DnsView{DnsOutcome::servfail, false, {}};
    case DnsFault::servfail_a:
      return DnsView{DnsOutcome::servfail, false, {}};
    case DnsFault::nxdomain:
      return DnsView{DnsOutcome::nxdomain, true, {}};
    case DnsFault::stale:
      if (is_known) {
        return cached.view;
      }
      break;
    default:
      break;
  }
  const auto keeps = cached.view.outcome == DnsOutcome::found ? habits_.cache : habits_.negative_cache;
  if (!is_known || now - cached.at >= keeps) {
    cached = {truth(name), now};
  }
  auto view = cached.view;
  if (fault_ == DnsFault::servfail_aaaa) {
    view.complete = false;
    view.outcome = view.addresses.empty() ? DnsOutcome::servfail : view.outcome;
  }
  return view;
}

void PodResolver::look_up(const std::string& name, Duration timeout, std::function<void(DnsView)> done) {
  auto view = dns_.answer(name);
  const auto takes = view ? kTakes : timeout;
  clock_.post(takes, [gate = gate_, done = std::move(done),
                      view = view ? std::move(*view) : DnsView{DnsOutcome::timeout, false, {}}]() mutable {
    gate->run([done = std::move(done), view = std::move(view)]() mutable { done(std::move(view)); });
  });
}

}  // namespace agent
