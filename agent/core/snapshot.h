// The set as one agent sees it, published after each tick, immutable: HTTP, metrics and the page read nothing else.
// Also what `status` prints, which asks for itself and has no agent behind it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/settings.h"
#include "core/time.h"
#include "core/verdict.h"
#include "core/views.h"

namespace agent {

struct PodStatus {
  std::string pod;   // "redis-1", or the address where no name is known
  int ordinal = -1;  // -1: not known
  std::vector<IpAddress> addresses;
  bool is_self = false;
  std::optional<Seen<RedisView>> redis;
  Verdict verdict;
};

// Exit codes of `status` (DESIGN.md).
enum class SetHealth { healthy = 0, degraded = 3, no_master = 4, several_masters = 5 };
std::string_view to_text(SetHealth health);

struct SetStatus {
  SetHealth health = SetHealth::no_master;
  std::string sentence;         // why, in one line
  std::vector<PodStatus> pods;  // by ordinal; unnamed ones last
};

struct Snapshot {
  Instant at;
  WallTime wall;
  WallTime started;
  std::uint64_t ticks = 0;
  Verdict own;
  WallTime own_since;  // when this reason began
  std::optional<Seen<RedisView>> redis;
  std::optional<Seen<DnsView>> master_dns;
  std::optional<Seen<DnsView>> service_dns;
  SetStatus set;
};

}  // namespace agent
