#include "app/set_watch.h"

#include <algorithm>
#include <set>
#include <utility>

namespace agent {

SetWatch::SetWatch(const World& world, const Settings& settings, OwnRedis own, std::function<void()> on_change)
    : world_(world),
      settings_(settings),
      own_(own),
      on_change_(std::move(on_change)),
      roll_call_(world, settings, [this](bool has_moved) { on_roll_call(has_moved); }) {
  if (own_ == OwnRedis::local) {
    watch(settings_.redis.local);
  }
}

void SetWatch::poll() {
  if (own_ == OwnRedis::local) {  // first: what the peers say is then not older
    board_[settings_.redis.local].watch->poll();
  }
  for (auto& [endpoint, watched] : board_) {
    if (own_ != OwnRedis::local || endpoint != settings_.redis.local) {
      watched.watch->poll();
    }
  }
  roll_call_.poll();
}

std::optional<Endpoint> SetWatch::endpoint_of(const PodSight& pod) const {
  if (pod.is_self && own_ == OwnRedis::local) {
    return settings_.redis.local;
  }
  if (pod.addresses.empty()) {
    return std::nullopt;
  }
  return TcpEndpoint{pod.addresses.front(), settings_.redis.peer_port};
}

void SetWatch::watch(const Endpoint& endpoint) {
  const Credentials credentials{.user = settings_.redis.user, .password = settings_.redis.password};
  auto& watched = board_[endpoint];
  watched.watch =
      std::make_unique<RedisWatch>(world_.clock, world_.redis, endpoint, credentials, settings_.redis.command_timeout,
                                   settings_.guard.boot == Boot::guarded ? Questions::guarded : Questions::plain,
                                   [this, endpoint](const Seen<RedisView>& view) {
                                     board_[endpoint].view = view;
                                     on_change_();
                                   });
}

void SetWatch::on_roll_call(bool has_moved) {
  if (has_moved) {
    follow_addresses();
  }
  on_change_();
}

// A new address is watched and asked at once, one that nobody has any more is let go.
void SetWatch::follow_addresses() {
  std::set<Endpoint> wanted;
  if (own_ == OwnRedis::local) {
    wanted.insert(settings_.redis.local);
  }
  for (const auto& pod : roll_call_.pods()) {
    if (const auto endpoint = endpoint_of(pod)) {
      wanted.insert(*endpoint);
    }
  }
  std::erase_if(board_, [&wanted](const auto& entry) { return !wanted.contains(entry.first); });
  for (const auto& endpoint : wanted) {
    if (!board_.contains(endpoint)) {
      watch(endpoint);
      board_[endpoint].watch->poll();
    }
  }
}

// DNS does not know this pod yet.
void SetWatch::add_self(Observation& seen) const {
  const auto& identity = settings_.pod.identity;
  seen.pods.push_back({.pod = pod_name(identity),
                       .ordinal = identity.ordinal,
                       .addresses = settings_.pod.own_addresses,
                       .is_self = true,
                       .redis = {}});
  std::ranges::sort(seen.pods, [](const PodSight& a, const PodSight& b) {
    return a.ordinal && (!b.ordinal || *a.ordinal < *b.ordinal);
  });
}

Observation SetWatch::observe() const {
  Observation seen{.now = world_.clock.now(),
                   .pods = roll_call_.pods(),
                   .master_dns = roll_call_.master(),
                   .service_dns = roll_call_.service()};
  if (self_of(seen) == nullptr && own_ == OwnRedis::local) {
    add_self(seen);
  }
  for (auto& pod : seen.pods) {
    pod.is_local = pod.is_self && own_ == OwnRedis::local;
    if (pod.is_local) {
      for (const auto& own : settings_.pod.own_addresses) {  // DNS may be late or stale about this pod itself
        if (!contains(pod.addresses, own)) {
          pod.addresses.push_back(own);
        }
      }
    }
    const auto endpoint = endpoint_of(pod);
    if (const auto watched = endpoint ? board_.find(*endpoint) : board_.end(); watched != board_.end()) {
      pod.redis = watched->second.view;
    }
  }
  return seen;
}

bool SetWatch::send_to_own(std::uint64_t connection, RedisCommand command, std::function<void(RedisReply)> done) {
  const auto own = board_.find(settings_.redis.local);
  return own != board_.end() && own->second.watch->send_on(connection, std::move(command), std::move(done));
}

bool SetWatch::is_complete() const {
  return roll_call_.is_complete() &&
         std::ranges::all_of(board_, [](const auto& entry) { return entry.second.view.has_value(); });
}

}  // namespace agent
