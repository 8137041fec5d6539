// One tick's decision: (settings, state, observation) -> (next state, the set judged, what to do and to tell). Pure;
// time is in the observation. The state is what one observation cannot show: what changed, since when, how often.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/guard.h"
#include "core/set_status.h"

namespace agent {

struct State {
  LinkHistory history;  // of the own replica link
  std::optional<bool> link_was_up;
  std::string link_connection;             // the last that was seen of the link, while it was up
  std::string link_target;                 // whom it is told to follow; a link to another is another link
  std::optional<std::int64_t> sync_bytes;  // what came so far in the full sync under way
  std::string run_id;                      // of the own Redis; another one is another process
  Reason reason = Reason::starting;
  Instant since;                        // when `reason` began
  DnsOutcome dns = DnsOutcome::found;   // of the headless Service
  std::map<std::string, Reason> peers;  // pod -> its reason at the last tick
  GuardState guard;
  std::string acting;  // the last action that was told
};

// A transition, told once.
struct Tale {
  Health health = Health::unknown;  // what it means for the set: healthy is good news
  Reason reason = Reason::starting;
  std::string sentence;
};

struct Step {
  State state;
  Verdict own;
  SetStatus set;
  std::vector<Tale> tales;
  std::optional<Action> action;  // to be done now; only where nothing is being done
  bool is_hold = false;          // the operator's word would be acted on
  bool is_urgent = false;        // something is under way: look sooner than at the next tick
};

// How long after a change for the worse the world is looked at more often.
inline constexpr Duration kUrgentFor = std::chrono::seconds(30);

// `is_acting`: the last action has not ended yet.
Step step(const Settings& settings, State state, const Observation& observation, bool is_acting = false);

}  // namespace agent
