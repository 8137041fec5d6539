// What to think of one Redis of the set, from what was seen: one reason, one sentence, and who may get traffic.
// Looks at truth, not at opinions: "link up" counts only with fresh I/O and, where it can be had, the master's own
// view.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/reason.h"
#include "core/settings.h"
#include "core/views.h"

namespace agent {

enum class Health { unknown, down, degraded, healthy };
std::string_view to_text(Health health);

struct Verdict {
  Reason reason = Reason::starting;
  Health health = Health::unknown;
  std::string sentence;                   // why, with names and numbers
  bool ready = false;                     // this Redis should get traffic
  bool is_master = false;                 // takes writes as the set's master
  bool is_replica = false;                // serves reads as a replica with a proven link; its lag is judged apart
  std::optional<std::int64_t> lag_bytes;  // behind the master's offset, where both were seen
  std::optional<Duration> lag;            // time since the master was last heard of, at least
};

// What a link did lately; kept by step(), absent for a pod that is only looked at once.
struct LinkHistory {
  std::vector<Instant> drops;  // when it went down, of the last minute
  std::vector<Instant>
      full_syncs;  // when sync_full of the master or a sync in progress of ours began, of the last 3 minutes
};

// All that is known about one pod when it is judged.
struct PodFacts {
  Instant now;
  bool is_first = false;
  std::string pod;                          // "redis-1"
  std::vector<IpAddress> addresses;         // of this pod, as the set sees it
  const Seen<RedisView>* redis = nullptr;   // of this pod
  std::string master_name;                  // what a replica should follow, with trailing dot
  const DnsView* master_dns = nullptr;      // what DNS says of it
  const Seen<RedisView>* master = nullptr;  // of the pod that should be master, if it is another
  std::vector<std::string> other_masters;   // pods other than this and the first whose Redis says role:master
  int missing_replicas = 0;                 // for the first pod: peers seen alive that it does not list as online
  LinkHistory history;
};

Verdict judge(const Settings& settings, const PodFacts& facts);

}  // namespace agent
