#include "core/set_status.h"

#include <algorithm>

#include "core/action.h"
#include "core/text.h"

namespace agent {

namespace {

bool takes_writes(const PodSight& pod) {
  if (!pod.redis || !pod.redis->value.info) {
    return false;
  }
  const auto& view = pod.redis->value;
  const bool is_withheld = view.is_open == false || view.min_replicas == kFence;  // closed, or giving its data away
  return view.info->role == Role::master && view.contact != Contact::loading && view.info->loading != true &&
         !is_withheld;
}

std::string sentence_of(SetHealth health, const std::vector<std::string>& masters,
                        const std::vector<std::string>& unwell, std::size_t pods) {
  switch (health) {
    case SetHealth::unknown:
      return "whether the set has a master is not known: the pod that should be it did not say";
    case SetHealth::no_master:
      return cat("no pod of the ", pods, " that were seen takes writes");
    case SetHealth::several_masters:
      return cat("several masters: ", listed(masters));
    case SetHealth::degraded:
      return cat(masters.front(), " is master; not well: ", listed(unwell));
    case SetHealth::healthy:
      break;
  }
  return cat(masters.front(), " is master, all ", pods, " pods are well");
}

// Whether the pod that should be master is known not to be: gone from DNS, gone as a server, or something else than a
// master. A server that answers without saying what it is (a password, an ACL) proves nothing.
bool is_known_not_master(const Settings& settings, const Observation& observation) {
  const auto* first = pod_with(observation, settings.pod.first_ordinal);
  if (first == nullptr || !first->redis) {
    const auto& dns = observation.master_dns;
    return dns && dns->value.complete && dns->value.outcome != DnsOutcome::found;
  }
  const auto& view = first->redis->value;
  return !is_alive(view.contact) || view.contact == Contact::loading || view.contact == Contact::busy ||
         (view.info && view.info->role);
}

// Nobody takes writes: perhaps because DNS names nobody whom one could ask.
std::string blame_dns(const Settings& settings, const Observation& observation) {
  const auto service = service_fqdn(settings.pod.domain);
  if (const auto& dns = observation.service_dns) {
    const auto outcome = dns->value.outcome;
    return outcome == DnsOutcome::found
               ? ""
               : cat("; DNS says ", to_text(outcome), " for ", service, ' ', about(reason_of(outcome)).way_out);
  }
  const auto is_seen = [](const PodSight& pod) { return pod.redis.has_value(); };
  return std::ranges::any_of(observation.pods, is_seen) ? "" : cat("; DNS has not answered for ", service);
}

}  // namespace

std::string_view to_text(SetHealth health) {
  switch (health) {
    case SetHealth::unknown:
      break;
    case SetHealth::healthy:
      return "healthy";
    case SetHealth::degraded:
      return "degraded";
    case SetHealth::no_master:
      return "no_master";
    case SetHealth::several_masters:
      return "several_masters";
  }
  return "unknown";
}

SetStatus judge_set(const Settings& settings, const Observation& observation, const LinkHistory& own) {
  SetStatus set;
  std::vector<std::string> masters;
  std::vector<std::string> unwell;
  set.pods.reserve(observation.pods.size());
  for (const auto& pod : observation.pods) {
    auto verdict = judge(settings, observation, pod, pod.is_self ? own : LinkHistory{});
    if (takes_writes(pod)) {
      masters.push_back(shown_name(pod));
    }
    if (verdict.health != Health::healthy) {
      unwell.push_back(cat(shown_name(pod), " (", to_text(verdict.reason), ')'));
    }
    set.pods.emplace_back(pod, std::move(verdict));
  }
  if (masters.size() > 1) {
    set.health = SetHealth::several_masters;
  } else if (masters.size() == 1) {
    set.health = unwell.empty() ? SetHealth::healthy : SetHealth::degraded;
  } else if (is_known_not_master(settings, observation)) {
    set.health = SetHealth::no_master;
  }
  set.sentence = sentence_of(set.health, masters, unwell, set.pods.size());
  if (masters.empty()) {
    set.sentence += blame_dns(settings, observation);
  }
  return set;
}

}  // namespace agent
