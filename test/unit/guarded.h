// A guarded set made by hand for the tests of guard: what each pod's Redis shows, and one decision from it. Each test
// changes what its rule looks at. Not a simulator: nothing moves here.
#pragma once

#include <gtest/gtest.h>

#include "core/closed_door.h"
#include "core/guard_table.h"
#include "unit/sight.h"

namespace agent::test {

inline const std::string kOld(40, 'a');       // the history that everybody wrote
inline const std::string kNew(40, 'b');       // the one that a restart began
inline const std::string kStranger(40, 'c');  // somebody else's

// The first pod's Redis just after a start from an RDB file that ended at `offset` of kOld: a closed door.
inline RedisInfo restarted(std::int64_t keys, std::int64_t offset) {
  auto info = master_info();
  info.run_id = "restarted";
  info.replicas.clear();
  info.replid = kNew;
  info.replid2 = kOld;
  info.second_offset = offset + 1;
  info.master_offset = offset;
  info.keys = keys;
  info.aof_enabled = false;
  info.changes_since_save = 0;
  info.last_save_time = 1'700'000'000;
  return info;
}

// From one that names no history.
inline RedisInfo restarted_unnamed(std::int64_t keys) {
  auto info = restarted(keys, 0);
  info.replid2 = std::string(40, '0');
  info.second_offset = -1;
  return info;
}

inline RedisInfo started_empty() { return restarted_unnamed(0); }

// From an append-only file: the history is made up.
inline RedisInfo restarted_from_aof(std::int64_t keys) {
  auto info = started_empty();
  info.aof_enabled = true;
  info.keys = keys;
  return info;
}

// A replica that stands at `offset` of kOld; its link is down because its master is.
inline RedisInfo left_alone(int ordinal, std::int64_t keys, std::int64_t offset, const std::string& replid = kOld) {
  auto info = replica_info(ordinal);
  info.replid = replid;
  info.keys = keys;
  info.aof_enabled = false;
  info.changes_since_save = 0;
  info.master_offset = offset;
  info.link->host = address_of(0).text;
  info.link->up = false;
  info.link->last_io_seconds.reset();
  info.link->down_since_seconds = 1;
  info.link->replica_offset = offset;
  return info;
}

// The same, and its master is there.
inline RedisInfo linked(int ordinal, std::int64_t keys, std::int64_t offset) {
  auto info = left_alone(ordinal, keys, offset);
  info.link->up = true;
  info.link->last_io_seconds = 0;
  return info;
}

inline RedisInfo parked(RedisInfo info) {
  info.link->host = "127.0.0.1";
  info.link->port = 0;
  return info;
}

// Started from an RDB file that ended at `offset` of kOld, and parked.
inline RedisInfo parked_from_rdb(int ordinal, std::int64_t keys, std::int64_t offset) {
  auto info = parked(left_alone(ordinal, keys, offset));
  info.link->down_since_seconds.reset();
  return info;
}

// Started from an append-only file and parked: which history the data continues only its agent could tell.
inline RedisInfo parked_from_file(int ordinal, std::int64_t keys) {
  auto info = parked(left_alone(ordinal, keys, 0, kStranger));
  info.aof_enabled = true;
  info.link->down_since_seconds.reset();
  info.uptime_seconds = 20;
  return info;
}

// The first pod, empty, is told to follow redis-1, and nothing has come yet.
inline RedisInfo empty_follower() {
  auto info = replica_info(0);
  info.keys = 0;
  info.link->host = address_of(1).text;
  info.link->up = false;
  return info;
}

struct Guarded {
  explicit Guarded(int self, int pods = 3) : settings(settings_of(self)), set(healthy_set(self)) {
    settings.guard.boot = Boot::guarded;
    settings.data_dir = "/data";
    set.pods.resize(static_cast<std::size_t>(pods));
    dns_names(pods);
    state.memory = Memory{.pod = pod_fqdn(settings.pod.domain, pod_name(settings.pod.identity)),
                          .boot_id = "boot",
                          .bind = "* -::*",
                          .min_replicas = {},
                          .run_id = "before",
                          .was_master = self == 0,
                          .at = Position{.replid = kOld, .offset = 1000},
                          .continues = {}};
    state.boot_id = "boot";
  }

  // The headless Service has the addresses of the first `pods` pods.
  void dns_names(int pods, DnsOutcome outcome = DnsOutcome::found) {
    DnsView view{.outcome = outcome, .complete = true, .addresses = {}};
    for (int ordinal = 0; ordinal < pods && outcome == DnsOutcome::found; ++ordinal) {
      view.addresses.push_back(address_of(ordinal));
    }
    set.service_dns = {.value = view, .asked = set.now, .seen = set.now};
  }

  void redis(std::size_t ordinal, RedisInfo info, const char* bind = "* -::*", std::int64_t min_replicas = 0) {
    auto view = seen(std::move(info));
    view.asked = view.seen = set.now;
    view.value.is_open = !is_loopback_only(bind);
    view.value.min_replicas = min_replicas;
    set.pods[ordinal].redis = std::move(view);
  }
  void closed(RedisInfo info) { redis(0, std::move(info), "127.0.0.1 -::1"); }
  void silent(std::size_t ordinal) {
    set.pods[ordinal].redis = failed(Contact::silent);
    set.pods[ordinal].redis->asked = set.now;
  }
  void told(std::size_t ordinal, Standing continues) {
    const auto run_id = set.pods[ordinal].redis->value.info->run_id;
    set.pods[ordinal].published = Seen<Published>{
        .value = {.run_id = run_id, .continues = std::move(continues)}, .asked = set.now, .seen = set.now};
  }

  // And how many keys it began with.
  void told(std::size_t ordinal, Standing continues, std::int64_t began_with) {
    told(ordinal, std::move(continues));
    set.pods[ordinal].published->value.began_with = began_with;
  }

  // Its agent answers, and knows no more than INFO shows.
  void spoke(std::size_t ordinal, std::vector<Position> ancestors = {}) {
    const auto run_id = set.pods[ordinal].redis->value.info->run_id;
    set.pods[ordinal].published =
        Seen<Published>{.value = {.run_id = run_id, .continues = {}, .ancestors = std::move(ancestors)},
                        .asked = set.now,
                        .seen = set.now};
  }

  // Time passes and everybody says the same again.
  void later(Duration span) {
    set.now += span;
    for (auto& pod : set.pods) {
      if (pod.redis) {
        pod.redis->asked = pod.redis->seen = set.now;
      }
      if (pod.published) {
        pod.published->asked = pod.published->seen = set.now;
      }
    }
    if (set.service_dns) {
      set.service_dns->asked = set.service_dns->seen = set.now;
    }
  }

  std::optional<Decision> decide() {
    recognize(settings, state, set);
    auto decision = guard(settings, state, set);
    const auto part = is_first(settings.pod) ? Part::first : Part::replica;
    EXPECT_TRUE(!decision || is_in_table(part, *decision)) << to_text(decision->reason) << " is not in guard_table()";
    remember(settings, state, set);
    return decision;
  }

  // "data_is_best open_door", "peer_may_hold_data hold", "peer_silent", "" where there is nothing to do.
  std::string said() {
    const auto decision = decide();
    if (!decision) {
      return "";
    }
    std::string text(to_text(decision->reason));
    if (decision->action) {
      text += cat(' ', to_text(decision->action->deed));
      if (decision->action->deed == Deed::follow) {
        text += cat(' ', decision->action->target.ip.text);
      }
    }
    return text + (decision->is_hold ? " hold" : "");
  }

  Settings settings;
  Observation set;
  GuardState state;
};

// The first pod is back from an RDB file; the others have what the set had.
inline Guarded restart(std::int64_t keys, std::int64_t offset) {
  Guarded g(0);
  g.closed(restarted(keys, offset));
  g.redis(1, left_alone(1, 7, 1000));
  g.redis(2, left_alone(2, 7, 1000));
  return g;
}

// redis-1 just started, parked, at `offset` of `replid`; redis-0 serves and has kOld up to 1000.
inline Guarded boot(std::int64_t keys, std::int64_t offset, const std::string& replid = kOld) {
  Guarded g(1);
  g.redis(0, restarted(7, 1000));
  g.redis(1, parked(left_alone(1, keys, offset, replid)));
  return g;
}

}  // namespace agent::test
