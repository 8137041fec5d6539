// The set as one agent sees it, published after each tick, immutable: HTTP, metrics and the page read nothing else.
// Its SetStatus is also what `status` prints, which asks for itself and has no agent behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/lineage.h"
#include "core/set_status.h"

namespace agent {

struct Snapshot {
  Instant at;
  WallTime wall;
  WallTime started;
  std::uint64_t ticks = 0;
  std::string pod;  // "redis-1"
  Verdict own;
  WallTime own_since;  // when own.reason began
  std::optional<Seen<RedisView>> redis;
  std::optional<Seen<DnsView>> master_dns;
  std::optional<Seen<DnsView>> service_dns;
  std::optional<Published> data = {};  // where this pod's data stood when its Redis began; only with --boot guarded
  std::string kept = {};               // where hard links of a data set are that was replaced; empty: nowhere
  SetStatus set;
};

}  // namespace agent
