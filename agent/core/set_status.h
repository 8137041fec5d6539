// The whole set, judged: each pod and the set's own health. Pure; `run` and `status` both use it.
#pragma once

#include <string>
#include <vector>

#include "core/verdict.h"

namespace agent {

struct PodStatus {
  PodSight sight;
  Verdict verdict;
};

// The values are the exit codes of `status`.
// `unknown` is no exit code of a set that was seen: nobody who could be the master answered what it is.
enum class SetHealth { healthy = 0, unknown = 1, degraded = 3, no_master = 4, several_masters = 5 };
std::string_view to_text(SetHealth health);

struct SetStatus {
  SetHealth health = SetHealth::unknown;
  std::string sentence;         // why, in one line
  std::vector<PodStatus> pods;  // as in the observation
};

// `own` is the link history of the pod that observes; the others are judged without one.
SetStatus judge_set(const Settings& settings, const Observation& observation, const LinkHistory& own = {});

}  // namespace agent
