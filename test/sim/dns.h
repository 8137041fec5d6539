// DNS as the pods of one set see it: a headless Service and a name a pod, out of the pods that are there, with caches
// that are late and servers that fail. Not a resolver: each pod's PodResolver asks it.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/identity.h"
#include "ports/resolver.h"
#include "sim/pod_ports.h"

namespace agent {

enum class DnsFault { none, servfail, servfail_a, servfail_aaaa, silent, nxdomain, stale, without_first };

struct SimDnsHabits {
  Duration cache{0};           // how long an answer is given again
  Duration negative_cache{0};  // and one that says no
};

class SimDns {
 public:
  SimDns(SimClock& clock, const Domain& domain, const std::string& set);

  void set_habits(const SimDnsHabits& habits) { habits_ = habits; }
  // What is true from now on; absent: the pod has no name.
  void publish(int ordinal, std::optional<IpAddress> ip);
  void set_fault(DnsFault fault) { fault_ = fault; }
  bool is_healthy() const { return fault_ == DnsFault::none; }
  // Every cache has forgotten what is not true any more.
  bool is_fresh() const { return clock_.now() - changed_ >= std::max(habits_.cache, habits_.negative_cache); }

  // Absent: no answer ever comes.
  std::optional<DnsView> answer(const std::string& name);

 private:
  struct Cached {
    DnsView view;
    Instant at{};
  };
  DnsView truth(const std::string& name) const;

  SimClock& clock_;
  std::string service_;
  std::vector<std::string> names_;
  std::vector<std::optional<IpAddress>> pods_;
  std::map<std::string, Cached> cache_;
  SimDnsHabits habits_;
  DnsFault fault_ = DnsFault::none;
  Instant changed_{};
};

class PodResolver : public Resolver {
 public:
  PodResolver(SimClock& clock, SimDns& dns, SimGatePtr gate) : clock_(clock), dns_(dns), gate_(std::move(gate)) {}
  void look_up(const std::string& name, Duration timeout, std::function<void(DnsView)> done) override;

 private:
  SimClock& clock_;
  SimDns& dns_;
  SimGatePtr gate_;
};

std::string_view to_text(DnsFault fault);

}  // namespace agent
