#include "show/metrics.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "show/escape.h"
#include "show/metric_table.h"
#include "show/times.h"

namespace agent {

namespace {

std::string label(std::string_view name, std::string_view value) { return cat(name, "=\"", label_escaped(value), '"'); }

std::string number(bool yes) { return yes ? "1" : "0"; }
std::string number(std::integral auto count) { return std::to_string(count); }
std::string number(Duration duration) { return seconds_text(duration); }
std::string number(WallTime wall) { return unix_seconds(wall); }

// Samples by metric, so that each is written in one piece whatever the order in which it was filled.
class Samples {
 public:
  template <class Value>
  void add(Metric metric, const Value& value, std::string_view labels = {}) {
    const auto at = static_cast<std::size_t>(metric);
    const auto braced = labels.empty() ? std::string() : cat('{', labels, '}');
    lines_[at] += cat(kMetricsPrefix, metrics()[at].name, braced, ' ', number(value), '\n');
  }
  template <class Value>
  void add(Metric metric, const std::optional<Value>& value, std::string_view labels = {}) {
    if (value) {
      add(metric, *value, labels);
    }
  }
  // A sample for each of `values`, 1 for `present`.
  template <class Value>
  void add_each(Metric metric, std::string_view name, const auto& values, Value present, std::string_view labels = {}) {
    for (const auto value : values) {
      const auto more = labels.empty() ? std::string() : cat(labels, ',');
      add(metric, value == present, cat(more, label(name, to_text(value))));
    }
  }
  std::string text() const {
    std::string out;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const auto& metric = metrics()[i];
      if (!lines_[i].empty()) {
        out += cat("# HELP ", kMetricsPrefix, metric.name, ' ', metric.help, "\n# TYPE ", kMetricsPrefix, metric.name,
                   ' ', metric.type, '\n', lines_[i]);
      }
    }
    return out;
  }

 private:
  std::array<std::string, kMetricCount> lines_;
};

constexpr std::array kHealths{Health::unknown, Health::down, Health::degraded, Health::healthy};
constexpr std::array kSetHealths{SetHealth::unknown, SetHealth::healthy, SetHealth::degraded, SetHealth::no_master,
                                 SetHealth::several_masters};
constexpr std::array kRoles{Role::master, Role::replica};

std::optional<Duration> seconds(const std::optional<std::int64_t>& count) {
  return count ? std::optional<Duration>(std::chrono::seconds(*count)) : std::nullopt;
}

void add_agent(Samples& out, const Snapshot& snapshot) {
  out.add(Metric::start_timestamp_seconds, snapshot.started);
  out.add(Metric::ticks_total, snapshot.ticks);
  out.add(Metric::last_tick_timestamp_seconds, snapshot.wall);
}

void add_verdict(Samples& out, const Snapshot& snapshot) {
  const auto& own = snapshot.own;
  out.add_each(Metric::health, "health", kHealths, own.health);
  out.add(Metric::reason, true, label("reason", to_text(own.reason)));
  out.add(Metric::reason_since_timestamp_seconds, snapshot.own_since);
  out.add(Metric::ready, own.ready);
  out.add(Metric::is_master, own.is_master);
  out.add(Metric::is_replica, own.is_replica);
  out.add(Metric::lag_bytes, own.lag_bytes);
  out.add(Metric::lag_seconds, own.lag);
}

void add_link(Samples& out, const MasterLink& link) {
  out.add(Metric::link_up, link.up);
  out.add(Metric::link_sync_in_progress, link.sync_in_progress);
  if (link.last_io_seconds >= 0) {
    out.add(Metric::link_last_io_seconds, seconds(link.last_io_seconds));
  }
  out.add(Metric::link_down_seconds, seconds(link.down_since_seconds));
}

void add_replication(Samples& out, const RedisInfo& info) {
  if (info.role) {
    out.add_each(Metric::redis_role, "role", kRoles, *info.role);
  }
  out.add(Metric::replication_offset_bytes, info.link ? info.link->replica_offset : info.master_offset);
  if (info.role == Role::master) {
    out.add(Metric::replicas_connected, info.replicas.size());
    out.add(Metric::replicas_online, std::ranges::count(info.replicas, "online", &AttachedReplica::state));
  }
  out.add(Metric::sync_full_total, info.sync_full);
  out.add(Metric::sync_partial_ok_total, info.sync_partial_ok);
  out.add(Metric::sync_partial_err_total, info.sync_partial_err);
  if (info.link) {
    add_link(out, *info.link);
  }
}

void add_info(Samples& out, const RedisInfo& info) {
  const auto kind = info.kind == ServerKind::valkey ? "valkey" : "redis";
  if (!info.version.empty()) {
    out.add(Metric::redis_info, true, cat(label("kind", kind), ',', label("version", info.version)));
  }
  out.add(Metric::redis_uptime_seconds, seconds(info.uptime_seconds));
  out.add(Metric::redis_loading, info.loading);
  out.add(Metric::redis_clients, info.connected_clients);
  out.add(Metric::redis_memory_used_bytes, info.used_memory_bytes);
  out.add(Metric::redis_memory_max_bytes, info.max_memory_bytes);
  out.add(Metric::keys, info.keys);
  out.add(Metric::changes_since_save, info.changes_since_save);
  out.add(Metric::last_rdb_save_ok, info.last_rdb_save_ok);
  out.add(Metric::last_aof_write_ok, info.last_aof_write_ok);
  add_replication(out, info);
}

void add_redis(Samples& out, const RedisView& redis) {
  out.add(Metric::redis_up, is_alive(redis.contact));
  out.add(Metric::redis_contact, true, label("contact", to_text(redis.contact)));
  if (redis.info) {
    add_info(out, *redis.info);
  }
}

void add_dns(Samples& out, std::string_view name, const std::optional<Seen<DnsView>>& dns) {
  if (dns) {
    out.add(Metric::dns_outcome, true, cat(label("name", name), ',', label("outcome", to_text(dns->value.outcome))));
    out.add(Metric::dns_addresses, dns->value.addresses.size(), label("name", name));
  }
}

// `peer`, not `pod`: the scrape itself usually has a label `pod`, which would push ours aside.
void add_set(Samples& out, const SetStatus& set) {
  out.add_each(Metric::set_health, "health", kSetHealths, set.health);
  for (const auto health : kHealths) {
    const auto holds = [health](const PodStatus& pod) { return pod.verdict.health == health; };
    out.add(Metric::set_pods, std::ranges::count_if(set.pods, holds), label("health", to_text(health)));
  }
  for (const auto& pod : set.pods) {
    if (pod.sight.is_self || !pod.sight.redis) {
      continue;
    }
    const auto peer = label("peer", shown_name(pod.sight));
    const auto& redis = pod.sight.redis->value;
    out.add(Metric::peer_up, is_alive(redis.contact), peer);
    if (redis.info && redis.info->role) {
      out.add_each(Metric::peer_role, "role", kRoles, *redis.info->role, peer);
    }
  }
}

void add_http(Samples& out, const HttpCounters& http) {
  for (const auto& [status, count] : http.answers) {
    out.add(Metric::http_requests_total, count, label("code", std::to_string(status)));
  }
  out.add(Metric::http_connections, http.connections);
  out.add(Metric::http_dropped_total, http.dropped_slow, label("cause", "slow"));
  out.add(Metric::http_dropped_total, http.dropped_full, label("cause", "full"));
}

}  // namespace

std::string metrics_text(const MetricsInput& input) {
  Samples out;
  out.add(Metric::build_info, true, label("version", input.version));
  if (input.snapshot != nullptr) {
    add_agent(out, *input.snapshot);
    add_verdict(out, *input.snapshot);
    if (input.snapshot->redis) {
      add_redis(out, input.snapshot->redis->value);
    }
    add_dns(out, "master", input.snapshot->master_dns);
    add_dns(out, "service", input.snapshot->service_dns);
    add_set(out, input.snapshot->set);
  }
  add_http(out, input.http);
  out.add(Metric::process_resident_memory_bytes, input.process.resident_bytes);
  out.add(Metric::process_cpu_seconds_total, input.process.cpu);
  return out.text();
}

}  // namespace agent
