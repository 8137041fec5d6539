// What a simulated server says of itself: INFO and ROLE.
#include "core/text.h"
#include "sim/server.h"

namespace agent {

namespace {
std::int64_t seconds(Duration span) { return std::chrono::duration_cast<std::chrono::seconds>(span).count(); }

void add(std::string& out, std::string_view name, const std::optional<std::int64_t>& value) {
  if (value) {
    append(out, name, *value, "\r\n");
  }
}

void add_link(std::string& out, const MasterLink& link) {
  append(out, "master_host:", link.host, "\r\nmaster_port:", link.port.value_or(0),
         "\r\nmaster_link_status:", link.up ? "up" : "down",
         "\r\nmaster_last_io_seconds_ago:", link.last_io_seconds.value_or(-1),
         "\r\nmaster_sync_in_progress:", int{link.sync_in_progress}, "\r\n");
  add(out, "slave_repl_offset:", link.replica_offset);
  add(out, "master_sync_read_bytes:", link.sync_read_bytes);
  if (!link.up) {
    append(out, "master_link_down_since_seconds:", link.down_since_seconds.value_or(-1), "\r\n");
  }
}
}  // namespace

std::string info_text(const RedisInfo& info) {
  std::string out;
  out.reserve(1'024);
  append(out, "# Server\r\nredis_version:", info.version, "\r\nrun_id:", info.run_id, "\r\n");
  add(out, "uptime_in_seconds:", info.uptime_seconds);
  append(out, "# Persistence\r\nloading:", int{info.loading.value_or(false)}, "\r\n");
  add(out, "rdb_changes_since_last_save:", info.changes_since_save);
  add(out, "rdb_last_save_time:", info.last_save_time);
  append(out, "rdb_last_bgsave_status:ok\r\naof_enabled:", int{info.aof_enabled.value_or(false)},
         "\r\naof_rewrite_in_progress:", int{info.aof_rewriting.value_or(false)},
         "\r\naof_rewrite_scheduled:0\r\naof_last_write_status:ok\r\naof_pending_bio_fsync:",
         int{info.aof_syncing.value_or(false)}, "\r\n# Stats\r\n");
  add(out, "sync_full:", info.sync_full);
  add(out, "sync_partial_ok:", info.sync_partial_ok);
  add(out, "sync_partial_err:", info.sync_partial_err);
  append(out, "# Replication\r\nrole:", info.role == Role::replica ? "slave" : "master", "\r\n");
  if (info.link) {
    add_link(out, *info.link);
  }
  append(out, "connected_slaves:", info.replicas.size(), "\r\n");
  for (std::size_t i = 0; i < info.replicas.size(); ++i) {
    const auto& replica = info.replicas[i];
    append(out, "slave", i, ":ip=", replica.ip, ",port=", replica.port.value_or(0), ",state=", replica.state,
           ",offset=", replica.offset.value_or(0), ",lag=", replica.lag_seconds.value_or(0), "\r\n");
  }
  append(out, "master_replid:", info.replid, "\r\nmaster_replid2:", info.replid2, "\r\n");
  add(out, "master_repl_offset:", info.master_offset);
  add(out, "second_repl_offset:", info.second_offset);
  out += "# Keyspace\r\n";
  if (info.keys.value_or(0) > 0) {
    append(out, "db0:keys=", *info.keys, ",expires=0,avg_ttl=0\r\n");
  }
  return out;
}

RedisInfo SimServer::info() const {
  const auto now = around_.clock.now();
  RedisInfo info;
  info.version = conf_.release.version;
  info.run_id = run_id_;
  info.uptime_seconds = seconds(now - started_);
  info.role = master_ ? Role::replica : Role::master;
  if (master_) {
    const bool up = state_ == Link::connected;
    info.link =
        MasterLink{.host = master_->host,
                   .port = master_->port,
                   .up = up,
                   .sync_in_progress = state_ == Link::receiving || state_ == Link::loading,
                   .sync_read_bytes = {},
                   .last_io_seconds = up ? std::optional(seconds(now - last_io_)) : std::nullopt,
                   .down_since_seconds = !up && down_since_ ? std::optional(seconds(now - *down_since_)) : std::nullopt,
                   .replica_offset = up || has_cached_ ? offset_ : 1};
  }
  info.replicas = shown_replicas();
  info.master_offset = offset_;
  info.replid = spelled_id(replid_);
  info.replid2 = spelled_id(replid2_);
  info.second_offset = second_;
  info.loading = loading_;
  info.aof_enabled = conf_.aof;
  info.aof_rewriting = rewritten_.has_value();
  info.aof_syncing = now < synced_at_;
  info.last_rdb_save_ok = info.last_aof_write_ok = true;
  info.changes_since_save = changes_;
  info.last_save_time = seconds(saved_.time_since_epoch());
  info.keys = around_.ledger.keys(data_);
  info.sync_full = sync_full_;
  info.sync_partial_ok = sync_partial_ok_;
  info.sync_partial_err = sync_partial_err_;
  return info;
}

RedisReply SimServer::run_role() const {
  if (!master_) {
    return ReplyItems{{"master", std::to_string(offset_)}};
  }
  constexpr std::string_view kWords[] = {"none", "connect", "connecting", "handshake", "sync", "sync", "connected"};
  return ReplyItems{{"slave", master_->host, std::to_string(master_->port),
                     std::string(kWords[static_cast<std::size_t>(state_)]), std::to_string(offset_)}};
}

}  // namespace agent
