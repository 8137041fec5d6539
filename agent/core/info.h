// What one Redis says of itself: the text of INFO and CLIENT LIST as values. Absent is nothing, never 0
// (min_slaves_good_slaves, master_* and slaveN come and go). Split at the first colon only; unknown keys are
// left alone, so that every version from Redis 5 to Valkey 8 can be read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/address.h"

namespace agent {

enum class ServerKind { redis, valkey };

// redis.conf and INFO say "slave"; the field says replica since Redis 5.
enum class Role { master, replica };
std::string_view to_text(Role role);

// One slaveN line of a master.
struct AttachedReplica {
  std::string ip;  // as shown: an address, or a name where replica-announce-ip is one
  std::optional<std::uint16_t> port;
  std::string state;  // "online", "wait_bgsave", "send_bulk", ...
  std::optional<std::int64_t> offset;
  std::optional<std::int64_t> lag_seconds;
};

// What a replica says of its link. A master has none.
struct MasterLink {
  std::string host;  // as told by REPLICAOF: a name or an address
  std::optional<std::uint16_t> port;
  bool up = false;
  bool sync_in_progress = false;
  std::optional<std::int64_t> sync_read_bytes;     // of the full sync in progress; from Redis 6.2
  std::optional<std::int64_t> last_io_seconds;     // absent while down
  std::optional<std::int64_t> down_since_seconds;  // absent while up, and where it never was up
  std::optional<std::int64_t> replica_offset;      // slave_repl_offset, applied
};

struct RedisInfo {
  ServerKind kind = ServerKind::redis;
  std::string version;  // of the kind: valkey_version where there is one
  std::string run_id;
  std::optional<std::int64_t> uptime_seconds;
  std::optional<Role> role;
  std::optional<MasterLink> link;             // only of a replica
  std::vector<AttachedReplica> replicas;      // only of a master
  std::optional<std::int64_t> master_offset;  // master_repl_offset, bytes of its history
  std::string replid;
  std::string replid2;
  std::optional<std::int64_t> second_offset;
  std::optional<bool> loading;
  std::optional<bool> aof_enabled;
  std::optional<bool>
      aof_rewriting;                // the append-only file is written anew, or will be; until then the old one is read
  std::optional<bool> aof_syncing;  // it is on its way to the disk; what is acknowledged meanwhile waits in memory
  std::optional<bool> saving;       // a background save is under way
  std::optional<bool> last_rdb_save_ok;
  std::optional<bool> last_aof_write_ok;
  std::optional<std::int64_t> changes_since_save;
  std::optional<std::int64_t> last_save_time;  // Unix time in seconds; of the start where nothing was saved since
  std::optional<std::int64_t> keys;            // over all databases; absent when there is no Keyspace section
  std::int64_t expiring_keys = 0;              // of them those that have a time to live
  std::optional<std::int64_t> used_memory_bytes;
  std::optional<std::int64_t> max_memory_bytes;  // 0: no limit
  std::optional<std::int64_t> sync_full;
  std::optional<std::int64_t> sync_partial_ok;
  std::optional<std::int64_t> sync_partial_err;
  std::optional<std::int64_t> connected_clients;
};

// Any text is accepted; what is not there stays absent.
RedisInfo parse_info(std::string_view text);

// The master that this Redis really talks to, and over which connection.
struct MasterClient {
  TcpEndpoint address;
  // "id=4 laddr=10.1.0.2:52110": another text is another connection. The id alone is kept over a partial
  // resynchronisation, which takes the old client up again, but not the port on this side (told since Redis 6.2).
  std::string connection;
};

// From the first line of CLIENT LIST TYPE master.
std::optional<MasterClient> parse_master_client(std::string_view client_list);

}  // namespace agent
