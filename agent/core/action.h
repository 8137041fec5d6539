// What the agent may change in the world: its own Redis, and copies of its own files. Each action is one step, carries
// what must still hold when it is done, and is carried out by app/hand.h. Not a decision: that is guard's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/address.h"
#include "core/reason.h"
#include "core/time.h"

namespace agent {

enum class Deed {
  open_door,  // CONFIG SET bind: from now on others may connect
  follow,     // REPLICAOF an address, never a name: a silent DNS server freezes Redis' main thread (FACTS)
  promote,    // REPLICAOF NO ONE
  park,       // REPLICAOF 127.0.0.1 0: read-only, keeps data and history, serves no SYNC
  set_fence,  // CONFIG SET min-replicas-to-write: kFence refuses every write at once, the template's value allows them
  save,       // BGSAVE: hard links keep what is on disk, so what only memory holds goes there first
  keep_copy,  // hard links of the data files
};
std::string_view to_text(Deed deed);

// No set has so many replicas: every write is refused (NOREPLICAS), the role stays.
inline constexpr std::int64_t kFence = 2147483647;

// An address that nobody listens on; the port makes it recognizable.
inline const TcpEndpoint kParked{IpAddress{"127.0.0.1"}, 0};

struct Action {
  Deed deed = Deed::park;
  Reason reason = Reason::starting;  // why
  TcpEndpoint target = {};           // follow: whom
  std::string bind = {};             // open_door
  std::int64_t min_replicas = 0;     // set_fence
  bool drop_clients = false;         // follow, park: who wrote to this one until now must look for the master anew

  // It is done only on this connection, which leads to the process that was looked at, and not after that instant.
  std::uint64_t connection = 0;
  Instant not_after = {};
};

// For keep_copy, which is no matter of Redis, there are none.
std::vector<std::vector<std::string>> commands_of(const Action& action);

// "REPLICAOF 10.1.0.1 6379"
std::string to_text(const Action& action);

}  // namespace agent
