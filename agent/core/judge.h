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

// Whether this master lists `replica` as online: by its address, or by its name where replica-announce-ip is one.
bool streams_to(const RedisInfo& master, const PodSight& replica);

Verdict judge_master(const Case& c);
Verdict judge_replica(const Case& c);

}  // namespace agent
