#include "app/roll_call.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace agent {

namespace {

bool says_gone(const DnsView& view) {
  return view.complete && (view.outcome == DnsOutcome::nxdomain || view.outcome == DnsOutcome::nodata);
}

}  // namespace

RollCall::RollCall(const World& world, const Settings& settings, OnChange on_change)
    : world_(world), settings_(settings), on_change_(std::move(on_change)) {}

void RollCall::ask(const std::string& name, OnAnswer on_answer) {
  world_.resolver.look_up(
      name, settings_.dns.query_timeout,
      [alive = std::weak_ptr(alive_), on_answer = std::move(on_answer), asked = world_.clock.now()](DnsView view) {
        if (!alive.expired()) {
          on_answer(std::move(view), asked);
        }
      });
}

void RollCall::poll() {
  if (!asking_service_) {
    asking_service_ = true;
    ask(service_fqdn(settings_.pod.domain),
        [this](DnsView view, Instant asked) { on_service(std::move(view), asked); });
  }
  look_up(settings_.pod.first_ordinal);
  look_up_due();
}

void RollCall::on_service(DnsView view, Instant asked) {
  asking_service_ = false;
  const bool has_moved = !service_ || service_->value.addresses != view.addresses;
  service_ = {.value = std::move(view), .asked = asked, .seen = world_.clock.now()};
  look_up_due();
  on_change_(has_moved);
}

void RollCall::look_up_due() {
  const auto age = is_in_doubt() ? kNameAgeInDoubt : kNameAge;
  const auto first = settings_.pod.first_ordinal;
  const auto known = names_.empty() ? first : names_.rbegin()->first + 1;
  const auto end = std::max(known, first + expected() + beyond_);
  for (int ordinal = first; ordinal < end; ++ordinal) {
    const auto& last = names_[ordinal].last;
    if (!last || world_.clock.now() - last->asked >= age) {
      look_up(ordinal);
    }
  }
}

void RollCall::look_up(int ordinal) {
  if (!asking_.insert(ordinal).second) {
    return;
  }
  ask(pod_fqdn(settings_.pod.domain, pod_name(settings_.pod.identity.set, ordinal)),
      [this, ordinal](DnsView view, Instant asked) { on_name(ordinal, std::move(view), asked); });
}

void RollCall::on_name(int ordinal, DnsView view, Instant asked) {
  asking_.erase(ordinal);
  auto& name = names_[ordinal];
  const bool is_told = view.outcome == DnsOutcome::found || says_gone(view);
  const bool has_moved = is_told && name.addresses != view.addresses;
  if (has_moved) {
    name.addresses = view.addresses;
  }
  const bool is_extra = ordinal >= settings_.pod.first_ordinal + expected() + beyond_;
  if (is_extra && says_gone(view)) {
    names_.erase(ordinal);  // scaled away
    on_change_(has_moved);
    return;
  }
  name.last = {.value = std::move(view), .asked = asked, .seen = world_.clock.now()};
  if (asking_.empty() && beyond_ < kGapMax && !unnamed().empty()) {
    ++beyond_;
    look_up_due();
  }
  on_change_(has_moved);
}

// How many pods there should be at least: as --replicas says, as the Service has addresses, and this one.
int RollCall::expected() const {
  const auto& pod = settings_.pod;
  int count = std::max(pod.replicas.value_or(1), pod.identity.ordinal - pod.first_ordinal + 1);
  if (service_) {
    const auto& addresses = service_->value.addresses;
    const auto v6 = std::ranges::count_if(addresses, &IpAddress::is_v6);
    count = std::max(count, static_cast<int>(std::max(v6, std::ssize(addresses) - v6)));
  }
  return count;
}

std::vector<IpAddress> RollCall::unnamed() const {
  std::vector<IpAddress> addresses;
  if (service_) {
    std::ranges::copy_if(service_->value.addresses, std::back_inserter(addresses), [this](const IpAddress& a) {
      return !contains(settings_.pod.own_addresses, a) &&
             std::ranges::none_of(names_, [&a](const auto& entry) { return contains(entry.second.addresses, a); });
    });
  }
  return addresses;
}

bool RollCall::is_in_doubt() const {
  if (!service_ || service_->value.outcome != DnsOutcome::found) {
    return false;
  }
  return !unnamed().empty() || std::ranges::any_of(names_, [this](const auto& entry) {
    return std::ranges::any_of(entry.second.addresses,
                               [this](const IpAddress& a) { return !contains(service_->value.addresses, a); });
  });
}

std::vector<PodSight> RollCall::pods() const {
  std::vector<PodSight> pods;
  pods.reserve(names_.size());
  const auto& pod = settings_.pod;
  for (const auto& [ordinal, name] : names_) {
    const bool is_wanted = pod.replicas && ordinal < pod.first_ordinal + *pod.replicas;
    if (!name.addresses.empty() || is_wanted || ordinal == pod.identity.ordinal) {
      pods.push_back({.pod = pod_name(pod.identity.set, ordinal),
                      .ordinal = ordinal,
                      .addresses = name.addresses,
                      .is_self = ordinal == pod.identity.ordinal,
                      .redis = {}});
    }
  }
  for (const auto& address : unnamed()) {
    pods.push_back({.pod = {}, .ordinal = {}, .addresses = {address}, .is_self = false, .redis = {}});
  }
  return pods;
}

std::optional<Seen<DnsView>> RollCall::master() const {
  const auto first = names_.find(settings_.pod.first_ordinal);
  return first == names_.end() ? std::nullopt : first->second.last;
}

}  // namespace agent
