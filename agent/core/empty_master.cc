#include "core/empty_master.h"

#include <vector>

#include "core/text.h"

namespace agent {

namespace {

// "redis-1 (1200 keys)"
std::vector<std::string> holders(const Observation& observation) {
  std::vector<std::string> found;
  for (const auto& pod : observation.pods) {
    const auto keys = pod.redis && pod.redis->value.info ? pod.redis->value.info->keys.value_or(0) : 0;
    if (!pod.is_self && keys > 0) {
      found.push_back(cat(shown_name(pod), " (", counted(keys, "key"), ')'));
    }
  }
  return found;
}

// A Redis that is there and did not say how many keys it holds: no rights, still loading, busy, frozen.
bool keeps_it_to_itself(const PodSight& pod) {
  if (pod.is_self || !pod.redis) {
    return !pod.is_self && !pod.addresses.empty();
  }
  const auto& view = pod.redis->value;
  switch (view.contact) {
    case Contact::refused:
      return false;  // the only proof that nobody serves there
    case Contact::loading:
      return true;
    default:
      return !view.info || !view.info->keys || view.info->loading == true;
  }
}

// "redis-2 (noauth)"
std::vector<std::string> silent_ones(const Observation& observation) {
  std::vector<std::string> found;
  for (const auto& pod : observation.pods) {
    if (keeps_it_to_itself(pod)) {
      found.push_back(cat(shown_name(pod), " (", pod.redis ? to_text(pod.redis->value.contact) : "not asked yet", ')'));
    }
  }
  return found;
}

// DNS names nobody because it fails, not because nobody is there.
std::optional<std::string> failing_dns(const Observation& observation) {
  if (!observation.service_dns) {
    return "has not answered";
  }
  const auto outcome = observation.service_dns->value.outcome;
  if (outcome == DnsOutcome::found || outcome == DnsOutcome::nxdomain || outcome == DnsOutcome::nodata) {
    return std::nullopt;
  }
  return cat("says ", to_text(outcome));
}

}  // namespace

std::optional<std::string> data_elsewhere(const Observation& observation) {
  if (const auto who = holders(observation); !who.empty()) {
    return cat(listed(who), who.size() == 1 ? " holds" : " hold", " data that this pod as master would wipe");
  }
  if (const auto who = silent_ones(observation); !who.empty()) {
    return cat(listed(who), who.size() == 1 ? " does" : " do",
               " not say whether there are keys that this pod as master would wipe; --redis-user and "
               "--redis-password-file let init ask");
  }
  if (const auto why = failing_dns(observation)) {
    return cat("DNS ", *why, ", so whether other pods hold data that this pod as master would wipe is not known");
  }
  return std::nullopt;
}

}  // namespace agent
