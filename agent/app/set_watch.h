// Watches the whole set: who is there by DNS, and what each pod's Redis says. Fills the Board, decides nothing.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "app/redis_watch.h"
#include "app/roll_call.h"

namespace agent {

// Where this pod's own Redis is asked: at --redis (the sidecar shares its network), or by DNS like any other
// (`status`).
enum class OwnRedis { local, by_dns };

class SetWatch {
 public:
  SetWatch(const World& world, const Settings& settings, OwnRedis own, std::function<void()> on_change);

  // Asks DNS and every Redis it knows of, once. A Redis that a DNS answer brings is asked when that answer comes.
  void poll();

  Observation observe() const;

  // Each thing asked has answered, or was found silent.
  bool is_complete() const;

  // To the own Redis, on the connection that its views come from. See RedisWatch::send_on.
  bool send_to_own(std::uint64_t connection, RedisCommand command, std::function<void(RedisReply)> done);

 private:
  struct Watched {
    std::unique_ptr<RedisWatch> watch;
    std::optional<Seen<RedisView>> view;
  };

  void on_roll_call(bool has_moved);
  void follow_addresses();
  void watch(const Endpoint& endpoint);
  std::optional<Endpoint> endpoint_of(const PodSight& pod) const;
  void add_self(Observation& seen) const;

  World world_;
  const Settings& settings_;
  OwnRedis own_;
  std::function<void()> on_change_;
  RollCall roll_call_;
  std::map<Endpoint, Watched> board_;
};

}  // namespace agent
