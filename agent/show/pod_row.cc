#include "show/pod_row.h"

#include <algorithm>

#include "core/duration.h"
#include "core/text.h"
#include "show/times.h"

namespace agent {

namespace {

std::string with_port(const std::string& host, std::optional<std::uint16_t> port) {
  return port ? cat(host, ':', *port) : host;
}

const PodStatus* pod_at(const SetStatus& set, const std::string& host) {
  const auto ip = parse_ip(host);
  const auto first_label = host.substr(0, host.find('.'));
  const auto is_it = [&](const PodStatus& pod) {
    return ip ? contains(pod.sight.addresses, *ip) : !pod.sight.pod.empty() && pod.sight.pod == first_label;
  };
  const auto found = std::ranges::find_if(set.pods, is_it);
  return found == set.pods.end() ? nullptr : &*found;
}

std::string shown_host(const SetStatus& set, const std::string& host, std::optional<std::uint16_t> port) {
  const auto* pod = pod_at(set, host);
  return pod != nullptr ? shown_name(pod->sight) : with_port(host, port);
}

std::string follows(const SetStatus& set, const MasterLink& link, Reason reason) {
  return reason == Reason::parked ? "nobody" : shown_host(set, link.host, link.port);
}

std::string link_text(const MasterLink& link) {
  if (link.sync_in_progress) {
    return "sync";
  }
  if (link.up) {
    return "up";
  }
  return link.down_since_seconds ? cat("down ", short_age(std::chrono::seconds(*link.down_since_seconds))) : "down";
}

template <class Value, class Show>
std::string known(const std::optional<Value>& value, const Show& show) {
  return value ? std::string(show(*value)) : std::string();
}

std::string lag_text(const Verdict& verdict) {
  const auto bytes = known(verdict.lag_bytes, bytes_text);
  const auto age = known(verdict.lag, short_age);
  return bytes.empty() || age.empty() ? bytes + age : cat(bytes, ", ", age);
}

void fill_info(PodRow& row, const SetStatus& set, const RedisInfo& info, Reason reason) {
  row.role = known(info.role, [](Role role) { return to_text(role); });
  if (info.link) {
    row.follows = follows(set, *info.link, reason);
    row.link = link_text(*info.link);
  }
  row.keys = known(info.keys, grouped);
  row.version = info.version.empty() ? "" : cat(info.kind == ServerKind::valkey ? "valkey " : "redis ", info.version);
  row.offset = known(info.link ? info.link->replica_offset : info.master_offset, grouped);
  row.replid = info.replid.substr(0, 8);
  row.memory = known(info.used_memory_bytes, bytes_text);
  row.clients = known(info.connected_clients, grouped);
  row.uptime = known(info.uptime_seconds, [](std::int64_t s) { return rough(std::chrono::seconds(s)); });
}

PodRow pod_row(const SetStatus& set, const PodStatus& pod) {
  PodRow row;
  row.name = shown_name(pod.sight);
  row.addresses = to_text(pod.sight.addresses);
  row.is_self = pod.sight.is_self;
  row.reason = to_text(pod.verdict.reason);
  row.way_out = about(pod.verdict.reason).way_out;
  row.sentence = pod.verdict.sentence;
  row.health = pod.verdict.health;
  row.lag = lag_text(pod.verdict);
  if (!pod.sight.redis) {
    return row;
  }
  const auto& redis = pod.sight.redis->value;
  row.contact = to_text(redis.contact);
  row.connected = known(redis.true_master,
                        [&set](const TcpEndpoint& master) { return shown_host(set, master.ip.text, master.port); });
  if (redis.info) {
    fill_info(row, set, *redis.info, pod.verdict.reason);
  }
  return row;
}

}  // namespace

std::vector<PodRow> pod_rows(const SetStatus& set) {
  std::vector<PodRow> rows;
  for (const auto& pod : set.pods) {
    rows.push_back(pod_row(set, pod));
  }
  return rows;
}

}  // namespace agent
