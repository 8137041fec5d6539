#include "show/metric_table.h"

#include <algorithm>
#include <array>

#include "show/metrics.h"

namespace agent {

namespace {

using enum Metric;

struct Row {
  Metric metric;
  MetricText text;
};

constexpr std::array<Row, kMetricCount> kRows{{
    {build_info, {"build_info", "gauge", "version", "The version of this agent."}},
    {start_timestamp_seconds, {"start_timestamp_seconds", "gauge", "", "When this agent started."}},
    {ticks_total, {"ticks_total", "counter", "", "How often it looked at its Redis and decided."}},
    {last_tick_timestamp_seconds, {"last_tick_timestamp_seconds", "gauge", "", "When it last did."}},
    {health, {"health", "gauge", "health", "Health of this pod's Redis: 1 for the present one, 0 for the others."}},
    {reason, {"reason", "gauge", "reason", "Why, in one word (README, reasons): only the present one is here."}},
    {reason_since_timestamp_seconds, {"reason_since_timestamp_seconds", "gauge", "", "Since when this reason holds."}},
    {ready, {"ready", "gauge", "", "1 if this Redis should get traffic."}},
    {is_master, {"is_master", "gauge", "", "1 if this Redis takes writes as the set's master."}},
    {is_replica, {"is_replica", "gauge", "", "1 if this Redis is a replica with a proven link."}},
    {redis_up, {"redis_up", "gauge", "", "1 if this pod's Redis answered the last PING with anything at all."}},
    {redis_contact, {"redis_contact", "gauge", "contact", "How it answered: only the present one is here."}},
    {redis_info, {"redis_info", "gauge", "kind, version", "What this pod's Redis is."}},
    {redis_role, {"redis_role", "gauge", "role", "What it says of itself: 1 for its role, 0 for the other."}},
    {redis_uptime_seconds, {"redis_uptime_seconds", "gauge", "", "How long it runs."}},
    {redis_loading, {"redis_loading", "gauge", "", "1 while it reads its data set."}},
    {redis_clients, {"redis_clients", "gauge", "", "Connected clients, without replicas."}},
    {redis_memory_used_bytes, {"redis_memory_used_bytes", "gauge", "", "Memory that its allocator handed out."}},
    {redis_memory_max_bytes, {"redis_memory_max_bytes", "gauge", "", "maxmemory; 0 is no limit."}},
    {keys, {"keys", "gauge", "", "Keys over all databases."}},
    {changes_since_save, {"changes_since_save", "gauge", "", "Changes since the last RDB save."}},
    {last_rdb_save_ok, {"last_rdb_save_ok", "gauge", "", "1 if the last RDB save went well."}},
    {last_aof_write_ok, {"last_aof_write_ok", "gauge", "", "1 if the last write to the append-only file went well."}},
    {replication_offset_bytes,
     {"replication_offset_bytes", "gauge", "",
      "Of a master what it wrote, of a replica what it applied; comparable within one history only."}},
    {replicas_connected, {"replicas_connected", "gauge", "", "Replicas that this master lists."}},
    {replicas_online, {"replicas_online", "gauge", "", "Those of them whose state is online."}},
    {sync_full_total, {"sync_full_total", "counter", "", "Full syncs that this Redis served."}},
    {sync_partial_ok_total, {"sync_partial_ok_total", "counter", "", "Partial syncs that it served."}},
    {sync_partial_err_total, {"sync_partial_err_total", "counter", "", "Partial syncs that it refused."}},
    {link_up, {"link_up", "gauge", "", "1 if this replica says that its link to the master is up."}},
    {link_sync_in_progress, {"link_sync_in_progress", "gauge", "", "1 during a full sync."}},
    {link_last_io_seconds, {"link_last_io_seconds", "gauge", "", "Since when nothing came from the master."}},
    {link_down_seconds, {"link_down_seconds", "gauge", "", "Since when the link is down."}},
    {lag_bytes, {"lag_bytes", "gauge", "", "Behind the master's offset, where both were seen in one history."}},
    {lag_seconds, {"lag_seconds", "gauge", "", "The data of this replica is at most this old."}},
    {dns_outcome,
     {"dns_outcome", "gauge", "name, outcome", "What DNS said of a name: only the present outcome is here."}},
    {dns_addresses, {"dns_addresses", "gauge", "name", "How many addresses it gave."}},
    {set_health,
     {"set_health", "gauge", "health",
      "Health of the set as seen from here: 1 for the present one, 0 for the others."}},
    {set_pods, {"set_pods", "gauge", "health", "Pods of the set by health, as seen from here."}},
    {peer_up,
     {"peer_up", "gauge", "peer", "1 if the Redis of another pod answered the last PING with anything at all."}},
    {peer_role, {"peer_role", "gauge", "peer, role", "What the Redis of another pod says of itself."}},
    {http_requests_total, {"http_requests_total", "counter", "code", "HTTP requests answered."}},
    {http_connections, {"http_connections", "gauge", "", "HTTP connections open now."}},
    {http_dropped_total,
     {"http_dropped_total", "counter", "cause",
      "HTTP connections closed early: the client was too slow, or the server full."}},
    {process_resident_memory_bytes, {"process_resident_memory_bytes", "gauge", "", "Resident memory of this agent."}},
    {process_cpu_seconds_total, {"process_cpu_seconds_total", "counter", "", "CPU time of this agent."}},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].metric != static_cast<Metric>(i)) {
      return false;
    }
  }
  return true;
}
static_assert(in_order(), "one row for each Metric, in the order of the enum");

constexpr auto kMetrics = [] {
  std::array<MetricText, kMetricCount> texts;
  std::ranges::transform(kRows, texts.begin(), &Row::text);
  return texts;
}();

}  // namespace

std::span<const MetricText> metrics() { return kMetrics; }

}  // namespace agent
