// One connection of a RedisLink, from connect to close: hiredis' callbacks on the Loop. For io/redis_link.cc only.
//
// hiredis frees its context by itself after a failed connect or a closed one, and frees it under our feet when we ask
// for it inside some callbacks. So callbacks only note; the context is freed from a posted handler, and `cleanup`,
// which hiredis calls on each way out, is the one place where we let go of it.
#pragma once

#include <hiredis/async.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "io/loop.h"
#include "ports/redis.h"

namespace agent {

class RedisConnection : public std::enable_shared_from_this<RedisConnection> {
 public:
  using Done = std::function<void(RedisReply)>;

  // Once `*wanted` is false, no callback is called any more: the link is gone.
  RedisConnection(Loop& loop, Endpoint endpoint, std::shared_ptr<const bool> wanted);
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;
  ~RedisConnection();

  // Begins to connect; what is sent before it is established waits.
  void connect();
  void log_in(const std::optional<std::string>& user, const std::optional<std::string>& password);
  void send(const RedisCommand& command, Done done);

  // Unanswered commands get `failure`, soon; nothing can be sent any more.
  void fail(LinkFailure failure);
  bool is_connected() const { return is_connected_ && !failure_; }
  bool has_failed() const { return failure_.has_value(); }

 private:
  enum class Way { read, write };
  struct Direction {
    bool wanted = false;
    bool armed = false;
  };

  void attach();
  void want(Way way, bool wanted);
  void arm(Way way);
  void on_ready(Way way);
  void on_reply(const redisReply* reply);
  void on_login(const RedisReply& reply);
  void on_cleanup();
  void answer_failed();
  Direction& direction(Way way) { return way == Way::read ? read_ : write_; }

  Loop& loop_;
  Endpoint endpoint_;
  std::shared_ptr<const bool> wanted_;
  redisAsyncContext* context_ = nullptr;  // null: hiredis has freed it, or is about to
  boost::asio::posix::stream_descriptor descriptor_;
  Direction read_;
  Direction write_;
  bool is_connected_ = false;
  std::optional<LinkFailure> failure_;
  std::optional<ReplyError> refused_login_;
  std::deque<Done> pending_;
};

}  // namespace agent
