// Snapshots made by hand for the tests of show/: the sets of sight.h, judged, as an agent publishes them.
#pragma once

#include "core/snapshot.h"
#include "unit/sight.h"

namespace agent::test {

// 2026-07-04 12:00:00.250 UTC
inline constexpr WallTime kWall{std::chrono::milliseconds(1'783'166'400'250)};

inline Snapshot snapshot_of(const Observation& seen, int self) {
  Snapshot snapshot{.at = seen.now,
                    .wall = kWall,
                    .started = kWall - std::chrono::hours(26),
                    .ticks = 42,
                    .pod = cat("redis-", self),
                    .own = {},
                    .own_since = kWall - std::chrono::seconds(75),
                    .redis = {},
                    .master_dns = seen.master_dns,
                    .service_dns = seen.service_dns,
                    .set = judge_set(settings_of(self), seen)};
  for (const auto& pod : snapshot.set.pods) {
    if (pod.sight.is_self) {
      snapshot.own = pod.verdict;
      snapshot.redis = pod.sight.redis;
    }
  }
  return snapshot;
}

inline Snapshot healthy_snapshot(int self) { return snapshot_of(healthy_set(self), self); }

// redis-1, whose link is down because the master's Redis is gone; redis-2 parked.
inline Observation broken_set(int self) {
  auto seen = healthy_set(self);
  seen.pods[0].redis = failed(Contact::refused, "Connection refused");
  auto& link = *info_of(seen, 1).link;
  link.up = false;
  link.last_io_seconds.reset();
  link.down_since_seconds = 12;
  auto& parked = *info_of(seen, 2).link;
  parked.host = "127.0.0.1";
  parked.port = 0;
  parked.up = false;
  parked.last_io_seconds = -1;
  return seen;
}

// Every field that can be known is.
inline Observation full_set(int self) {
  auto seen = healthy_set(self);
  for (auto& pod : seen.pods) {
    auto& info = info_of(pod);
    info.uptime_seconds = 93'784;
    info.replid2 = "0000";
    info.second_offset = -1;
    info.aof_enabled = false;
    info.changes_since_save = 3;
    info.keys = 1'234'567;
    info.used_memory_bytes = 1'500'000'000;
    info.max_memory_bytes = 0;
    info.sync_full = 2;
    info.sync_partial_ok = 1;
    info.sync_partial_err = 0;
    info.connected_clients = 17;
    if (info.link) {
      info.link->down_since_seconds = 0;
      pod.redis->value.true_master = TcpEndpoint{address_of(0), 6379};
    }
  }
  seen.pods[2].redis->value.error = "an error";
  const DnsView service{
      .outcome = DnsOutcome::found, .complete = true, .addresses = {address_of(0), address_of(1), address_of(2)}};
  seen.service_dns = {.value = service, .asked = kNow, .seen = kNow};
  return seen;
}

inline Snapshot full_snapshot(int self) { return snapshot_of(full_set(self), self); }

}  // namespace agent::test
