#include "show/json.h"

#include "core/timestamp.h"
#include "show/times.h"

namespace agent {

namespace {

std::optional<Duration> seconds(const std::optional<std::int64_t>& count) {
  return count ? std::optional<Duration>(std::chrono::seconds(*count)) : std::nullopt;
}

List addresses_node(const std::vector<IpAddress>& addresses) {
  List list;
  for (const auto& address : addresses) {
    list.emplace_back(address.text);
  }
  return list;
}

Object verdict_object(const Verdict& verdict) {
  Object object;
  object.put("reason", to_text(verdict.reason))
      .put("health", to_text(verdict.health))
      .put_known("sentence", verdict.sentence)
      .put_known("way_out", std::string(about(verdict.reason).way_out))
      .put("ready", verdict.ready)
      .put("is_master", verdict.is_master)
      .put("is_replica", verdict.is_replica)
      .put("lag_bytes", verdict.lag_bytes)
      .put("lag_seconds", verdict.lag);
  return object;
}

Node link_node(const MasterLink& link) {
  return Object()
      .put("host", link.host)
      .put("port", link.port)
      .put("up", link.up)
      .put("sync_in_progress", link.sync_in_progress)
      .put("last_io_seconds", seconds(link.last_io_seconds))
      .put("down_seconds", seconds(link.down_since_seconds))
      .put("replica_offset", link.replica_offset)
      .done();
}

List replicas_node(const std::vector<AttachedReplica>& replicas) {
  List list;
  for (const auto& replica : replicas) {
    list.push_back(Object()
                       .put("ip", replica.ip)
                       .put("port", replica.port)
                       .put_known("state", replica.state)
                       .put("offset", replica.offset)
                       .put("lag_seconds", seconds(replica.lag_seconds))
                       .done());
  }
  return list;
}

void put_replication(Object& object, const RedisInfo& info) {
  if (info.role) {
    object.put("role", to_text(*info.role));
  }
  if (info.link) {
    object.put("link", link_node(*info.link));
  }
  if (info.role == Role::master) {
    object.put("replicas", replicas_node(info.replicas));
  }
  object.put("offset", info.master_offset)
      .put_known("replid", info.replid)
      .put_known("replid2", info.replid2)
      .put("second_offset", info.second_offset)
      .put("sync_full", info.sync_full)
      .put("sync_partial_ok", info.sync_partial_ok)
      .put("sync_partial_err", info.sync_partial_err);
}

void put_info(Object& object, const RedisInfo& info) {
  object.put("kind", info.kind == ServerKind::valkey ? "valkey" : "redis")
      .put_known("version", info.version)
      .put_known("run_id", info.run_id)
      .put("uptime_seconds", seconds(info.uptime_seconds))
      .put("keys", info.keys)
      .put("loading", info.loading)
      .put("used_memory_bytes", info.used_memory_bytes)
      .put("max_memory_bytes", info.max_memory_bytes)
      .put("connected_clients", info.connected_clients)
      .put("aof_enabled", info.aof_enabled)
      .put("last_rdb_save_ok", info.last_rdb_save_ok)
      .put("last_aof_write_ok", info.last_aof_write_ok)
      .put("changes_since_save", info.changes_since_save);
  put_replication(object, info);
}

Node redis_node(const Seen<RedisView>& seen, Instant now) {
  Object object;
  object.put("contact", to_text(seen.value.contact))
      .put_known("error", seen.value.error)
      .put("age_seconds", now - seen.seen)
      .put("connection", seen.connection);
  if (seen.value.true_master) {
    object.put("connected_to", to_text(Endpoint(*seen.value.true_master)));
  }
  if (seen.value.info) {
    put_info(object, *seen.value.info);
  }
  return object.done();
}

Node dns_node(const Seen<DnsView>& seen, Instant now) {
  return Object()
      .put("outcome", to_text(seen.value.outcome))
      .put("complete", seen.value.complete)
      .put("addresses", addresses_node(seen.value.addresses))
      .put("age_seconds", now - seen.seen)
      .done();
}

Node pod_node(const PodStatus& pod, Instant now) {
  Object object;
  object.put("name", shown_name(pod.sight))
      .put("ordinal", pod.sight.ordinal)
      .put("is_self", pod.sight.is_self)
      .put("addresses", addresses_node(pod.sight.addresses))
      .put("verdict", verdict_object(pod.verdict).done());
  if (pod.sight.redis) {
    object.put("redis", redis_node(*pod.sight.redis, now));
  }
  return object.done();
}

Node set_node(const SetStatus& set, Instant now) {
  List pods;
  for (const auto& pod : set.pods) {
    pods.push_back(pod_node(pod, now));
  }
  return Object().put("health", to_text(set.health)).put("sentence", set.sentence).put("pods", std::move(pods)).done();
}

Object position_object(const Position& at) {
  Object object;
  object.put("replid", at.replid).put("offset", at.offset);
  return object;
}

void put_positions(Object& object, std::string_view name, const std::vector<Position>& positions) {
  List list;
  for (const auto& position : positions) {
    list.push_back(position_object(position).done());
  }
  if (!list.empty()) {
    object.put(name, std::move(list));
  }
}

// Where this Redis' data stood when this process of it began; the agents of other pods read it.
Node data_node(const Published& data, const std::string& kept) {
  Object object;
  object.put("run_id", data.run_id);
  if (data.continues) {
    object.put("continues",
               position_object(data.continues->at).put("certainty", to_text(data.continues->certainty)).done());
  }
  put_positions(object, "ancestors", data.ancestors);
  if (data.once) {
    auto once = position_object(*data.once);
    put_positions(once, "ancestors", data.once_ancestors);
    object.put("once", once.done());
  }
  if (data.began_with) {
    object.put("began_with", *data.began_with);
  }
  put_positions(object, "lost", data.lost);
  if (data.is_snapshot) {
    object.put("is_snapshot", true);
  }
  if (data.may_lack_end) {
    object.put("may_lack_end", true);
  }
  return object.put_known("kept", kept).done();
}

Object document(std::string_view kind, std::string_view version, WallTime wall) {
  Object object;
  object.put("schema", kStatusSchema).put("kind", kind).put("version", version).put("time", timestamp(wall));
  return object;
}

}  // namespace

Node agent_document(const Snapshot& snapshot, std::string_view version) {
  auto root = document("agent", version, snapshot.wall);
  root.put_known("pod", snapshot.pod)
      .put("started", timestamp(snapshot.started))
      .put("ticks", snapshot.ticks)
      .put("verdict", verdict_object(snapshot.own).put("since", timestamp(snapshot.own_since)).done());
  if (snapshot.redis) {
    root.put("redis", redis_node(*snapshot.redis, snapshot.at));
  }
  if (snapshot.data) {
    root.put("data", data_node(*snapshot.data, snapshot.kept));
  }
  Object dns;
  if (snapshot.master_dns) {
    dns.put("master", dns_node(*snapshot.master_dns, snapshot.at));
  }
  if (snapshot.service_dns) {
    dns.put("service", dns_node(*snapshot.service_dns, snapshot.at));
  }
  return root.put("dns", dns.done()).put("set", set_node(snapshot.set, snapshot.at)).done();
}

Node set_document(const SetStatus& set, Instant now, WallTime wall, std::string_view version) {
  return document("set", version, wall).put("set", set_node(set, now)).done();
}

}  // namespace agent
