#include "core/info.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/text.h"

namespace agent {

namespace {

// In the order of the text. Few are asked for, so looking through them costs less than an index of them.
using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

constexpr std::size_t kFieldsUsual = 250;  // of INFO in Redis 8

// "key:value" lines; the value may hold further colons.
Fields fields_of(std::string_view info) {
  Fields fields;
  fields.reserve(kFieldsUsual);
  while (!info.empty()) {
    const auto line = info.substr(0, info.find('\n'));
    info.remove_prefix(std::min(line.size() + 1, info.size()));
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && !line.starts_with('#')) {
      fields.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
    }
  }
  return fields;
}

// Of two lines of one key the later.
std::string_view text(const Fields& fields, std::string_view key) {
  const auto found = std::ranges::find(fields.rbegin(), fields.rend(), key, &Fields::value_type::first);
  return found == fields.rend() ? std::string_view{} : found->second;
}

std::optional<std::int64_t> number(const Fields& fields, std::string_view key) {
  return to_number<std::int64_t>(text(fields, key));
}

std::optional<bool> is(const Fields& fields, std::string_view key, std::string_view wanted) {
  const auto value = text(fields, key);
  return value.empty() ? std::nullopt : std::optional(value == wanted);
}

// "a=1,b=2": the form of slaveN and dbN.
Fields pairs_of(std::string_view value) {
  Fields pairs;
  for (const auto piece : split(value, ',')) {
    const auto equals = piece.find('=');
    if (equals != std::string_view::npos) {
      pairs.emplace_back(piece.substr(0, equals), piece.substr(equals + 1));
    }
  }
  return pairs;
}

// "slave0", "db15": the prefix and nothing but digits.
bool is_numbered(std::string_view key, std::string_view prefix) {
  return key.starts_with(prefix) && to_number<unsigned>(key.substr(prefix.size()));
}

AttachedReplica replica_of(std::string_view value) {
  const auto pairs = pairs_of(value);
  return {.ip = std::string(text(pairs, "ip")),
          .port = to_number<std::uint16_t>(text(pairs, "port")),
          .state = std::string(text(pairs, "state")),
          .offset = number(pairs, "offset"),
          .lag_seconds = number(pairs, "lag")};
}

std::optional<Role> role_of(const Fields& fields) {
  const auto role = text(fields, "role");
  if (role == "master") {
    return Role::master;
  }
  return role == "slave" || role == "replica" ? std::optional(Role::replica) : std::nullopt;
}

MasterLink link_of(const Fields& fields) {
  MasterLink link{.host = std::string(text(fields, "master_host")),
                  .port = to_number<std::uint16_t>(text(fields, "master_port")),
                  .up = text(fields, "master_link_status") == "up",
                  .sync_in_progress = text(fields, "master_sync_in_progress") == "1",
                  .sync_read_bytes = number(fields, "master_sync_read_bytes"),
                  .last_io_seconds = number(fields, "master_last_io_seconds_ago"),
                  .down_since_seconds = number(fields, "master_link_down_since_seconds"),
                  .replica_offset = number(fields, "slave_repl_offset")};
  for (auto* seconds : {&link.last_io_seconds, &link.down_since_seconds}) {
    if (*seconds && **seconds < 0) {
      seconds->reset();  // -1 is how Redis spells "never"
    }
  }
  return link;
}

void read_keyspace(std::string_view text, const Fields& fields, RedisInfo& info) {
  if (text.find("# Keyspace") == std::string_view::npos) {
    return;
  }
  info.keys = 0;
  for (const auto& [key, value] : fields) {
    if (is_numbered(key, "db")) {
      const auto pairs = pairs_of(value);
      *info.keys += number(pairs, "keys").value_or(0);
      info.expiring_keys += number(pairs, "expires").value_or(0);
    }
  }
}

void read_server(const Fields& fields, RedisInfo& info) {
  const auto valkey = text(fields, "valkey_version");
  info.kind = valkey.empty() ? ServerKind::redis : ServerKind::valkey;
  info.version = valkey.empty() ? text(fields, "redis_version") : valkey;
  info.run_id = text(fields, "run_id");
  info.uptime_seconds = number(fields, "uptime_in_seconds");
  info.used_memory_bytes = number(fields, "used_memory");
  info.max_memory_bytes = number(fields, "maxmemory");
  info.connected_clients = number(fields, "connected_clients");
}

void read_persistence(const Fields& fields, RedisInfo& info) {
  info.loading = is(fields, "loading", "1");
  info.aof_enabled = is(fields, "aof_enabled", "1");
  info.aof_rewriting = is(fields, "aof_rewrite_in_progress", "1");
  if (const auto syncs = number(fields, "aof_pending_bio_fsync")) {
    info.aof_syncing = *syncs > 0;
  }
  if (info.aof_rewriting == false) {
    info.aof_rewriting = is(fields, "aof_rewrite_scheduled", "1");
  }
  info.saving = is(fields, "rdb_bgsave_in_progress", "1");
  info.last_rdb_save_ok = is(fields, "rdb_last_bgsave_status", "ok");
  info.last_aof_write_ok = is(fields, "aof_last_write_status", "ok");
  info.changes_since_save = number(fields, "rdb_changes_since_last_save");
  info.last_save_time = number(fields, "rdb_last_save_time");
}

void read_replication(const Fields& fields, RedisInfo& info) {
  info.role = role_of(fields);
  if (info.role == Role::replica) {
    info.link = link_of(fields);
  }
  if (info.role == Role::master) {
    for (const auto& [key, value] : fields) {
      if (is_numbered(key, "slave")) {
        info.replicas.push_back(replica_of(value));
      }
    }
  }
  info.master_offset = number(fields, "master_repl_offset");
  info.replid = text(fields, "master_replid");
  info.replid2 = text(fields, "master_replid2");
  info.second_offset = number(fields, "second_repl_offset");
  info.sync_full = number(fields, "sync_full");
  info.sync_partial_ok = number(fields, "sync_partial_ok");
  info.sync_partial_err = number(fields, "sync_partial_err");
}

}  // namespace

std::string_view to_text(Role role) { return role == Role::master ? "master" : "replica"; }

RedisInfo parse_info(std::string_view info) {
  const auto fields = fields_of(info);
  RedisInfo parsed;
  read_server(fields, parsed);
  read_persistence(fields, parsed);
  read_replication(fields, parsed);
  read_keyspace(info, fields, parsed);
  return parsed;
}

std::optional<MasterClient> parse_master_client(std::string_view client_list) {
  std::optional<Endpoint> address;
  std::string connection;
  for (const auto word : words(client_list.substr(0, client_list.find('\n')))) {
    if (word.starts_with("addr=")) {
      address = parse_endpoint(word.substr(5));
    } else if (word.starts_with("id=") || word.starts_with("laddr=")) {
      connection += cat(connection.empty() ? "" : " ", word);
    }
  }
  const auto* tcp = address ? std::get_if<TcpEndpoint>(&*address) : nullptr;
  return tcp == nullptr ? std::nullopt
                        : std::optional(MasterClient{.address = *tcp, .connection = std::move(connection)});
}

}  // namespace agent
