// Sets made by hand for the tests of judging: three pods, redis-0 master of redis-1 and redis-2, all well.
// Each test breaks one thing. Not a simulator: nothing moves here.
#pragma once

#include "core/observation.h"
#include "core/settings.h"
#include "core/text.h"

namespace agent::test {

inline constexpr Instant kNow{std::chrono::hours(1)};

inline IpAddress address_of(int ordinal) { return {cat("10.1.0.", ordinal + 1)}; }

inline Settings settings_of(int ordinal) {
  Settings settings;
  settings.pod.identity = {.set = "redis", .ordinal = ordinal};
  settings.pod.domain = {.service = "redis", .ns = "default", .cluster = "cluster.local"};
  settings.pod.own_addresses = {address_of(ordinal)};
  return settings;
}

inline RedisInfo master_info() {
  RedisInfo info;
  info.version = "7.0.15";
  info.run_id = "run-0";
  info.role = Role::master;
  info.replid = "aa";
  info.master_offset = 1000;
  info.keys = 7;
  info.loading = false;
  info.last_rdb_save_ok = info.last_aof_write_ok = true;
  for (const int ordinal : {1, 2}) {
    info.replicas.push_back(
        {.ip = address_of(ordinal).text, .port = 6379, .state = "online", .offset = 1000, .lag_seconds = 0});
  }
  return info;
}

inline RedisInfo replica_info(int ordinal) {
  auto info = master_info();
  info.run_id = cat("run-", ordinal);
  info.role = Role::replica;
  info.replicas.clear();
  info.link = MasterLink{.host = "redis-0.redis.default.svc.cluster.local.",
                         .port = 6379,
                         .up = true,
                         .sync_in_progress = false,
                         .sync_read_bytes = {},
                         .last_io_seconds = 1,
                         .down_since_seconds = {},
                         .replica_offset = 1000};
  return info;
}

inline Seen<RedisView> seen(RedisInfo info) {
  RedisView view;
  view.contact = Contact::pong;
  view.info = std::make_shared<RedisInfo>(std::move(info));
  return {.value = std::move(view), .asked = kNow, .seen = kNow, .connection = 1};
}

inline Seen<RedisView> failed(Contact contact, std::string error = {}) {
  RedisView view;
  view.contact = contact;
  view.error = std::move(error);
  return {.value = std::move(view), .asked = kNow, .seen = kNow, .connection = 1};
}

// The healthy set as the pod `self` sees it.
inline Observation healthy_set(int self) {
  Observation set{.now = kNow, .pods = {}, .master_dns = {}, .service_dns = {}};
  for (int ordinal = 0; ordinal < 3; ++ordinal) {
    auto info = ordinal == 0 ? master_info() : replica_info(ordinal);
    set.pods.push_back({.pod = cat("redis-", ordinal),
                        .ordinal = ordinal,
                        .addresses = {address_of(ordinal)},
                        .is_self = ordinal == self,
                        .redis = seen(std::move(info))});
  }
  const DnsView dns{.outcome = DnsOutcome::found, .complete = true, .addresses = {address_of(0)}};
  set.master_dns = {.value = dns, .asked = kNow, .seen = kNow};
  return set;
}

// To be changed: a copy that nobody shares.
inline RedisInfo& info_of(PodSight& pod) {
  auto& shown = pod.redis->value.info;
  const auto own = std::make_shared<RedisInfo>(*shown);
  shown = own;
  return *own;
}
inline RedisInfo& info_of(Observation& set, std::size_t ordinal) { return info_of(set.pods[ordinal]); }

}  // namespace agent::test
