// What to think of one Redis of the set, from what was seen: one reason, one sentence, and who may get traffic.
// Looks at truth, not at opinions: "link up" counts only with fresh I/O and, where it can be had, the master's own
// view. The rules are in judge_contact.cc, judge_master.cc and judge_replica.cc, from ignorance to health.
#pragma once

#include <optional>
#include <string>

#include "core/observation.h"
#include "core/reason.h"
#include "core/settings.h"

namespace agent {

enum class Health { unknown, down, degraded, healthy };
std::string_view to_text(Health health);

struct Verdict {
  Reason reason = Reason::starting;
  Health health = Health::unknown;
  std::string sentence;     // why, with names and numbers
  bool ready = false;       // this Redis should get traffic
  bool is_master = false;   // takes writes as the set's master
  bool is_replica = false;  // a replica with a proven link; how far behind it may be is the asker's to say
  std::optional<std::int64_t> lag_bytes;  // behind the master's offset, where both were seen in one history
  std::optional<Duration> lag;            // its data is at most this old, as far as the master was seen
};

// Where the master's history stood when it was asked.
struct OffsetSample {
  Instant asked;
  std::int64_t offset = 0;
};

// Of one history: offsets of another say nothing about it, so a new one begins anew.
struct MasterOffsets {
  std::string replid;
  std::vector<OffsetSample> samples;  // oldest first; within kOffsetWindow
};

// What the link of a replica did lately, kept by step(). A pod that is looked at once has none.
struct LinkHistory {
  std::vector<Instant> drops;       // the link went down; within kFlapWindow
  std::vector<Instant> full_syncs;  // a full sync began; within kResyncWindow
  MasterOffsets master_offsets;
};

inline constexpr Duration kFlapWindow = std::chrono::minutes(1);
inline constexpr Duration kResyncWindow = std::chrono::minutes(3);
inline constexpr Duration kOffsetWindow = std::chrono::minutes(2);  // a greater lag is told as at least this
inline constexpr std::size_t kTooMany = 3;                          // drops or full syncs in their window

// A link over which nothing came for longer is stale. Redis pings its replicas every 10 s unless
// repl-ping-replica-period says otherwise, so an idle and healthy link may be silent for that long.
inline constexpr Duration kLinkSilenceMax = std::chrono::seconds(12);

// Judges `pod`, which is one of `observation.pods`.
Verdict judge(const Settings& settings, const Observation& observation, const PodSight& pod,
              const LinkHistory& history);

}  // namespace agent
