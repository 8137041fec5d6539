#include "core/info.h"

#include <algorithm>
#include <array>
#include <concepts>
#include <span>
#include <utility>

#include "core/text.h"

namespace agent {

namespace {

void put(std::string& field, std::string_view value) { field = value; }

template <std::integral Number>
void put(std::optional<Number>& field, std::string_view value) {
  field = to_number<Number>(value);
}

// Each flag has its own word for yes, and what is none of them is no.
void put(bool& field, std::string_view value) { field = value == "1" || value == "ok" || value == "up"; }

void put(std::optional<bool>& field, std::string_view value) {
  field.reset();
  if (!value.empty()) {
    put(field.emplace(), value);
  }
}

template <auto field, class Record>
void read(Record& record, std::string_view value) {
  put(record.*field, value);
}

template <auto field>
void read_link(RedisInfo& info, std::string_view value) {
  put((*info.link).*field, value);
}

// -1 is how Redis spells "never".
template <auto field>
void read_seconds(RedisInfo& info, std::string_view value) {
  auto& seconds = (*info.link).*field;
  put(seconds, value);
  if (seconds < 0) {
    seconds.reset();
  }
}

void read_redis_version(RedisInfo& info, std::string_view value) {
  if (info.kind == ServerKind::redis) {
    info.version = value;
  }
}

// Beside redis_version, which then names the Redis that it is like.
void read_valkey_version(RedisInfo& info, std::string_view value) {
  info.kind = ServerKind::valkey;
  info.version = value;
}

// Of what is under way and what is scheduled, either will do.
void read_rewriting(RedisInfo& info, std::string_view value) {
  info.aof_rewriting = info.aof_rewriting == true || value == "1";
}

void read_syncs(RedisInfo& info, std::string_view value) {
  if (const auto syncs = to_number<std::int64_t>(value)) {
    info.aof_syncing = *syncs > 0;
  }
}

void read_role(RedisInfo& info, std::string_view value) {
  info.role.reset();
  if (value == "master") {
    info.role = Role::master;
  } else if (value == "slave" || value == "replica") {
    info.role = Role::replica;
  }
}

// What stands before the colon, and who reads what stands after it.
template <class Record>
struct Key {
  std::string_view name;
  void (*read)(Record& record, std::string_view value);
};

constexpr auto kInfoKeys = std::to_array<Key<RedisInfo>>({
    {"redis_version", read_redis_version},
    {"valkey_version", read_valkey_version},
    {"run_id", read<&RedisInfo::run_id>},
    {"uptime_in_seconds", read<&RedisInfo::uptime_seconds>},
    {"connected_clients", read<&RedisInfo::connected_clients>},
    {"used_memory", read<&RedisInfo::used_memory_bytes>},
    {"maxmemory", read<&RedisInfo::max_memory_bytes>},
    {"loading", read<&RedisInfo::loading>},
    {"rdb_changes_since_last_save", read<&RedisInfo::changes_since_save>},
    {"rdb_bgsave_in_progress", read<&RedisInfo::saving>},
    {"rdb_last_save_time", read<&RedisInfo::last_save_time>},
    {"rdb_last_bgsave_status", read<&RedisInfo::last_rdb_save_ok>},
    {"aof_enabled", read<&RedisInfo::aof_enabled>},
    {"aof_rewrite_in_progress", read_rewriting},
    {"aof_rewrite_scheduled", read_rewriting},
    {"aof_last_write_status", read<&RedisInfo::last_aof_write_ok>},
    {"aof_pending_bio_fsync", read_syncs},
    {"sync_full", read<&RedisInfo::sync_full>},
    {"sync_partial_ok", read<&RedisInfo::sync_partial_ok>},
    {"sync_partial_err", read<&RedisInfo::sync_partial_err>},
    {"role", read_role},
    {"master_host", read_link<&MasterLink::host>},
    {"master_port", read_link<&MasterLink::port>},
    {"master_link_status", read_link<&MasterLink::up>},
    {"master_last_io_seconds_ago", read_seconds<&MasterLink::last_io_seconds>},
    {"master_sync_in_progress", read_link<&MasterLink::sync_in_progress>},
    {"slave_repl_offset", read_link<&MasterLink::replica_offset>},
    {"master_sync_read_bytes", read_link<&MasterLink::sync_read_bytes>},
    {"master_link_down_since_seconds", read_seconds<&MasterLink::down_since_seconds>},
    {"master_replid", read<&RedisInfo::replid>},
    {"master_replid2", read<&RedisInfo::replid2>},
    {"master_repl_offset", read<&RedisInfo::master_offset>},
    {"second_repl_offset", read<&RedisInfo::second_offset>},
});

constexpr auto kReplicaKeys = std::to_array<Key<AttachedReplica>>({
    {"ip", read<&AttachedReplica::ip>},
    {"port", read<&AttachedReplica::port>},
    {"state", read<&AttachedReplica::state>},
    {"offset", read<&AttachedReplica::offset>},
    {"lag", read<&AttachedReplica::lag_seconds>},
});

struct Database {
  std::optional<std::int64_t> keys;
  std::optional<std::int64_t> expires;
};

constexpr auto kDatabaseKeys = std::to_array<Key<Database>>({
    {"keys", read<&Database::keys>},
    {"expires", read<&Database::expires>},
});

// What is before the first `mark`, or all; `text` keeps what is after it.
std::string_view take_until(std::string_view& text, char mark) {
  const auto before = text.substr(0, text.find(mark));
  text.remove_prefix(std::min(before.size() + 1, text.size()));
  return before;
}

// Fills one record. What is read comes mostly in the order of the keys, so each is looked for after the one before.
template <class Record>
class Reader {
 public:
  explicit Reader(std::span<const Key<Record>> keys) : keys_(keys), next_(keys_.begin()) {}

  // False where the key is none of these.
  bool read(std::string_view name, std::string_view value, Record& record) {
    const auto is_it = [name](const Key<Record>& key) { return key.name == name; };
    auto found = std::find_if(next_, keys_.end(), is_it);
    if (found == keys_.end()) {
      found = std::find_if(keys_.begin(), next_, is_it);
      if (found == next_) {
        return false;
      }
    }
    found->read(record, value);
    next_ = found + 1;
    return true;
  }

 private:
  std::span<const Key<Record>> keys_;
  std::span<const Key<Record>>::iterator next_;
};

// "a=1,b=2": the form of slaveN and dbN.
template <class Record>
Record read_pairs(std::span<const Key<Record>> keys, std::string_view pairs) {
  Record record;
  Reader reader(keys);
  while (!pairs.empty()) {
    auto value = take_until(pairs, ',');
    const auto name = take_until(value, '=');
    reader.read(name, value, record);
  }
  return record;
}

// "slave0", "db15": the prefix and nothing but digits.
bool is_numbered(std::string_view key, std::string_view prefix) {
  return key.starts_with(prefix) && to_number<unsigned>(key.substr(prefix.size()));
}

void read_numbered(std::string_view name, std::string_view value, RedisInfo& info) {
  if (is_numbered(name, "slave")) {
    info.replicas.push_back(read_pairs<AttachedReplica>(kReplicaKeys, value));
  } else if (is_numbered(name, "db") && info.keys) {
    const auto database = read_pairs<Database>(kDatabaseKeys, value);
    *info.keys += database.keys.value_or(0);
    info.expiring_keys += database.expires.value_or(0);
  }
}

}  // namespace

std::string_view to_text(Role role) { return role == Role::master ? "master" : "replica"; }

RedisInfo parse_info(std::string_view text) {
  RedisInfo info;
  info.link.emplace();
  Reader<RedisInfo> reader(kInfoKeys);
  while (!text.empty()) {
    auto value = trim(take_until(text, '\n'));
    if (value.starts_with('#')) {
      if (value == "# Keyspace") {
        info.keys = 0;
      }
      continue;
    }
    const auto name = take_until(value, ':');
    if (!reader.read(name, value, info)) {
      read_numbered(name, value, info);
    }
  }
  if (info.role != Role::replica) {
    info.link.reset();
  }
  if (info.role != Role::master) {
    info.replicas.clear();
  }
  return info;
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
