// The text of INFO, in the words and the order of Redis 7.
#include "core/text.h"
#include "sim/redis.h"

namespace agent {

namespace {
std::string_view ok(bool good) { return good ? "ok" : "err"; }

std::string server(const SimRedis& redis) {
  const bool valkey = redis.kind == ServerKind::valkey;
  std::string out = cat("# Server\r\nredis_version:", valkey ? "7.2.4" : redis.version, "\r\n");
  if (valkey) {
    out += cat("server_name:valkey\r\nvalkey_version:", redis.version, "\r\nserver_mode:standalone\r\n");
  } else {
    out += "redis_mode:standalone\r\n";
  }
  return out + cat("run_id:", redis.run_id, "\r\nuptime_in_seconds:", redis.uptime_seconds, "\r\n");
}

std::string memory(const SimRedis& redis) {
  return cat("# Memory\r\nused_memory:", redis.used_memory_bytes, "\r\nmaxmemory:", redis.max_memory_bytes, "\r\n");
}

std::string persistence(const SimRedis& redis) {
  return cat("# Persistence\r\nloading:", int{redis.loading},
             "\r\nrdb_changes_since_last_save:", redis.changes_since_save,
             "\r\nrdb_last_bgsave_status:", ok(redis.last_rdb_save_ok), "\r\naof_enabled:", int{redis.aof_enabled},
             "\r\naof_last_write_status:", ok(redis.last_aof_write_ok), "\r\n");
}

std::string stats(const SimRedis& redis) {
  return cat("# Stats\r\nsync_full:", redis.sync_full, "\r\nsync_partial_ok:", redis.sync_partial_ok,
             "\r\nsync_partial_err:", redis.sync_partial_err, "\r\n");
}

std::string link_lines(const SimMasterLink& link, std::int64_t offset) {
  const bool up = link.connected_to.has_value();
  std::string out =
      cat("master_host:", link.host, "\r\nmaster_port:", link.port, "\r\nmaster_link_status:", up ? "up" : "down",
          "\r\nmaster_last_io_seconds_ago:", up ? link.last_io_seconds : -1,
          "\r\nmaster_sync_in_progress:", int{link.sync_in_progress}, "\r\nslave_read_repl_offset:", offset,
          "\r\nslave_repl_offset:", offset, "\r\n");
  if (!up) {
    out += cat("master_link_down_since_seconds:", link.down_since_seconds, "\r\n");
  }
  return out + "slave_priority:100\r\nslave_read_only:1\r\nreplica_announced:1\r\n";
}

std::string replication(const SimRedis& redis) {
  std::string out = cat("# Replication\r\nrole:", redis.link ? "slave" : "master", "\r\n");
  if (redis.link) {
    out += link_lines(*redis.link, redis.offset);
  }
  out += cat("connected_slaves:", redis.replicas.size(), "\r\n");
  for (std::size_t i = 0; i < redis.replicas.size(); ++i) {
    const auto& replica = redis.replicas[i];
    out += cat("slave", i, ":ip=", replica.ip, ",port=", replica.port.value_or(0), ",state=", replica.state,
               ",offset=", replica.offset.value_or(0), ",lag=", replica.lag_seconds.value_or(0));
    out += redis.kind == ServerKind::valkey ? ",type=replica\r\n" : "\r\n";
  }
  return out + cat("master_failover_state:no-failover\r\nmaster_replid:", redis.replid,
                   "\r\nmaster_replid2:", redis.replid2, "\r\nmaster_repl_offset:", redis.offset,
                   "\r\nsecond_repl_offset:", redis.second_offset, "\r\n");
}

// A Redis without keys has the heading and nothing under it.
std::string keyspace(const SimRedis& redis) {
  const std::string heading = "# Keyspace\r\n";
  return redis.keys == 0 ? heading : heading + cat("db0:keys=", redis.keys, ",expires=0,avg_ttl=0\r\n");
}
}  // namespace

std::string SimRedis::info(const std::set<std::string>& sections) const {
  std::string out;
  const auto add = [&](const std::string& section, std::string (*text)(const SimRedis&)) {
    const bool every =
        sections.empty() || sections.contains("all") || sections.contains("everything") || sections.contains("default");
    if (every || sections.contains(section)) {
      out += (out.empty() ? "" : "\r\n") + text(*this);
    }
  };
  add("server", server);
  add("clients", [](const SimRedis&) { return std::string("# Clients\r\nconnected_clients:1\r\n"); });
  add("memory", memory);
  add("persistence", persistence);
  add("stats", stats);
  add("replication", replication);
  add("keyspace", keyspace);
  return out;
}

}  // namespace agent
