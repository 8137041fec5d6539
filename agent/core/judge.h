// The parts of judge(): for the other files of core/ that judge, not for its callers.
#pragma once

#include "core/verdict.h"

namespace agent {

// All that the rules look at. `redis` is of `pod`, answered PING with something alive and has INFO with a role.
struct Case {
  const Settings& settings;
  const Observation& observation;
  const PodSight& pod;
  const LinkHistory& history;
  const RedisInfo& info;

  bool is_first() const { return pod.ordinal == settings.pod.first_ordinal; }
  std::string name() const { return shown_name(pod); }
};

Verdict down(Reason reason, std::string sentence);
Verdict degraded(Reason reason, std::string sentence);

// What PING said, where that alone decides; nothing where the role must be looked at.
std::optional<Verdict> judge_contact(const PodSight& pod);
// Alive, but its disk refuses: both roles.
std::optional<std::string> failing_save(const Case& c);

// What this master says of `replica`: found by its address, or by its name where replica-announce-ip is one; the line
// that is online where there are several (an old connection may linger). Null where it is not listed.
const AttachedReplica* listing_of(const RedisInfo& master, const PodSight& replica);
bool streams_to(const RedisInfo& master, const PodSight& replica);

Verdict judge_master(const Case& c);
Verdict judge_replica(const Case& c);

}  // namespace agent
