// Watches one Redis at one address: asks in rounds, judges silence, hands each view on. Not a decision about it; what
// is decided is sent on the same connection.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "core/views.h"
#include "ports/clock.h"
#include "ports/redis.h"

namespace agent {

// What is asked beside PING, INFO and who the master is: `guarded` also wants to know who may connect and write.
enum class Questions { plain, guarded };

class RedisWatch {
 public:
  using OnView = std::function<void(const Seen<RedisView>&)>;

  // `on_view` gets one view a round: all that was answered, or `silent` once `timeout` has passed without the answer,
  // and then the late answer when it comes: a server that was frozen is seen again at once.
  RedisWatch(Clock& clock, RedisPort& redis, const Endpoint& endpoint, const Credentials& credentials, Duration timeout,
             Questions questions, OnView on_view);

  // Called by the owner each tick, and by itself at once when the server closes the connection.
  // Begins a round, unless one is unanswered: then it waits on, and after kGiveUp opens a new connection. The
  // connection is kept until then because it survives what a new one may not (maxclients, a rotated password).
  void poll();

  // Sends on the connection that views come from, if it is still `connection`; false: it is not, and nothing was sent.
  bool send_on(std::uint64_t connection, RedisCommand command, std::function<void(RedisReply)> done);

  static constexpr Duration kGiveUp = std::chrono::seconds(5);

 private:
  // A callback of the round in flight; it does nothing once that round was given up.
  std::function<void(RedisReply)> in_round(void (RedisWatch::*on_reply)(const RedisReply&));
  void on_ping(const RedisReply& reply);
  void on_info(const RedisReply& reply);
  void on_bind(const RedisReply& reply);
  void on_min_replicas(const RedisReply& reply);
  void on_clients(const RedisReply& reply);
  void on_silence();
  void finish();

  Clock& clock_;
  std::unique_ptr<RedisLink> link_;
  Duration timeout_;
  Questions questions_;
  OnView on_view_;
  std::unique_ptr<Timer> silence_;
  std::optional<Instant> asked_;  // of the round in flight
  std::uint64_t round_ = 0;
  RedisView view_;
};

}  // namespace agent
