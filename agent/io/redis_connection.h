// One connection to one Redis by hiredis, from connect to end. Not a link: it does not log in, does not reconnect and
// ends once.
#pragma once

#include <functional>
#include <memory>

#include "io/loop.h"
#include "ports/redis.h"

namespace agent {

class RedisConnection {
 public:
  // Each is called from the loop, never from within a call of ours, and may destroy the connection.
  struct Events {
    std::function<void()> connected;
    std::function<void(RedisReply)> replied;  // to the oldest command without a reply
    std::function<void(LinkFailure)> ended;   // nothing comes after it
  };

  RedisConnection(Loop& loop, const Endpoint& endpoint, Events events);
  // Closes it; nothing is called any more.
  ~RedisConnection();
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  void send(const RedisCommand& command);
  bool is_connected() const;

 private:
  class Context;
  std::shared_ptr<Context> context_;
};

}  // namespace agent
