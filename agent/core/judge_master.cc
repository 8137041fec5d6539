// A Redis that says role:master: the first pod's rightly, any other's not.
#include <algorithm>

#include "core/action.h"
#include "core/judge.h"
#include "core/text.h"

namespace agent {

namespace {

constexpr std::string_view kOnline = "online";

// It gives its data to the first pod and refuses every write meanwhile.
bool is_donor(const PodSight& pod) { return pod.redis->value.min_replicas == kFence; }

bool is_master(const PodSight& pod) {
  return pod.ordinal && pod.redis && pod.redis->value.info && pod.redis->value.info->role == Role::master &&
         !is_donor(pod);
}

std::vector<std::string> names_where(const Case& c, const auto& holds) {
  std::vector<std::string> names;
  for (const auto& pod : c.observation.pods) {
    if (&pod != &c.pod && holds(pod)) {
      names.push_back(shown_name(pod));
    }
  }
  return names;
}

// With MISCONF it still serves reads, but refuses every write.
Verdict as_master(const Case& c, Verdict verdict) {
  verdict.ready = true;
  verdict.is_master = c.pod.redis->value.contact != Contact::misconf;
  return verdict;
}

}  // namespace

const AttachedReplica* listing_of(const RedisInfo& master, const PodSight& replica) {
  const AttachedReplica* found = nullptr;
  for (const auto& listed : master.replicas) {
    const auto ip = parse_ip(listed.ip);
    const bool same = ip ? contains(replica.addresses, *ip) : listed.ip.substr(0, listed.ip.find('.')) == replica.pod;
    if (same && (found == nullptr || listed.state == kOnline)) {
      found = &listed;
    }
  }
  return found;
}

bool streams_to(const RedisInfo& master, const PodSight& replica) {
  const auto* listed = listing_of(master, replica);
  return listed != nullptr && listed->state == kOnline;
}

Verdict judge_master(const Case& c) {
  if (!c.pod.ordinal) {
    return degraded(Reason::pod_unnamed, cat(c.name(), " is master, and DNS has no pod's name for it: it may be ",
                                             pod_name(c.settings.pod.identity.set, c.settings.pod.first_ordinal)));
  }
  if (!c.is_first() && is_donor(c.pod)) {
    return degraded(Reason::donating, cat(c.name(), " is master, fenced, to give its data to the first pod"));
  }
  if (!c.is_first()) {
    return down(Reason::stray_master, cat(c.name(), " is master, but only ",
                                          pod_name(c.settings.pod.identity.set, c.settings.pod.first_ordinal),
                                          " should be: writes sent here are lost to the set"));
  }
  if (const auto others = names_where(c, is_master); !others.empty()) {
    return as_master(c, degraded(Reason::second_master, cat(listed(others), " ", others.size() == 1 ? "is" : "are",
                                                            " master as well as ", c.name())));
  }
  if (auto why = failing_save(c)) {
    return as_master(c, degraded(Reason::saves_failing, std::move(*why)));
  }
  const auto missing = names_where(c, [&c](const PodSight& pod) { return !streams_to(c.info, pod); });
  if (!missing.empty()) {
    return as_master(c, degraded(Reason::replicas_missing, cat(listed(missing), missing.size() == 1 ? " does" : " do",
                                                               " not stream from ", c.name())));
  }
  Verdict serving;
  serving.reason = Reason::serving;
  serving.health = Health::healthy;
  serving.sentence = cat(c.name(), " serves as master, ", c.info.replicas.size(),
                         c.info.replicas.size() == 1 ? " replica streams" : " replicas stream", " from it");
  return as_master(c, serving);
}

}  // namespace agent
