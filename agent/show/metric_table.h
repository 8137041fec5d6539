// The names of all metrics, for the code that fills them. Not for callers of metrics_text().
#pragma once

#include <cstddef>

namespace agent {

enum class Metric {
  build_info,
  start_timestamp_seconds,
  ticks_total,
  last_tick_timestamp_seconds,
  health,
  reason,
  reason_since_timestamp_seconds,
  ready,
  is_master,
  is_replica,
  redis_up,
  redis_contact,
  redis_info,
  redis_role,
  redis_uptime_seconds,
  redis_loading,
  redis_clients,
  redis_memory_used_bytes,
  redis_memory_max_bytes,
  keys,
  changes_since_save,
  last_rdb_save_ok,
  last_aof_write_ok,
  replication_offset_bytes,
  replicas_connected,
  replicas_online,
  sync_full_total,
  sync_partial_ok_total,
  sync_partial_err_total,
  link_up,
  link_sync_in_progress,
  link_last_io_seconds,
  link_down_seconds,
  lag_bytes,
  lag_seconds,
  dns_outcome,
  dns_addresses,
  set_health,
  set_pods,
  peer_up,
  peer_role,
  http_requests_total,
  http_connections,
  http_dropped_total,
  process_resident_memory_bytes,
  process_cpu_seconds_total,
};

inline constexpr std::size_t kMetricCount = static_cast<std::size_t>(Metric::process_cpu_seconds_total) + 1;

}  // namespace agent
