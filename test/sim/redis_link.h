// One simulated connection: what travels between a RedisLink and a SimRedis. Behaves as io/redis_link.h does, which the
// contract suite holds both to.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "sim/redis_port.h"

namespace agent {

// An established connection, held by its link; the host only looks at it.
struct SimRedisWire {
  bool open = true;
  bool accepted = false;  // by the server; the network has connected it before
  SimSession session;
  std::deque<RedisCommand> inbox;  // sent; the first `arrived` of them have reached the server
  std::size_t arrived = 0;
  std::deque<RedisReply> replies;  // on their way back
  std::deque<RedisReply> held;     // on their way back when the network was cut
  std::function<void(const RedisReply&)> on_reply;
  std::function<void(const std::string& why)> on_close;

  void deliver(const RedisReply& reply) {
    if (const auto take = on_reply) {  // a copy: taking the reply may end the link
      take(reply);
    }
  }
};

// One address where a Redis may run.
struct SimRedisHost {
  enum class Process { never_started, running, frozen, stopped };
  SimRedis redis;
  Process process = Process::never_started;
  bool cut = false;
  int restarts = 0;
  std::vector<std::weak_ptr<SimRedisWire>> wires;

  std::vector<std::shared_ptr<SimRedisWire>> wires_alive();
};

class SimRedisLink : public RedisLink {
 public:
  SimRedisLink(SimRedisPort& port, std::shared_ptr<SimRedisHost> host, Endpoint endpoint, Credentials credentials);
  ~SimRedisLink() override;
  void send(RedisCommand command, std::function<void(RedisReply)> done) override;
  void on_idle_close(std::function<void()> action) override { on_idle_close_ = std::move(action); }
  void reset() override;
  std::uint64_t connection() const override { return opened_; }
  bool is_connected() const override { return wire_ != nullptr; }

 private:
  struct Pending {
    RedisCommand command;
    std::function<void(RedisReply)> done;
  };
  using Handler = void (SimRedisLink::*)(const RedisReply&);

  void connect();
  void knock(Duration next_try);
  void connected();
  void transmit(RedisCommand command, Handler on_reply);
  void log_in();
  std::optional<std::string> read_password();
  void logged_in(const RedisReply& reply);
  void ready();
  void answered(const RedisReply& reply);
  void ignored(const RedisReply&) {}
  void end_with(const RedisReply& reply);
  void fail(const std::deque<Pending>& failed, const RedisReply& reply);
  void hang_up();
  void post(Duration delay, std::function<void()> action);

  SimRedisPort& port_;
  std::shared_ptr<SimRedisHost> host_;
  Endpoint endpoint_;
  Credentials credentials_;
  std::function<void()> on_idle_close_;
  std::uint64_t opened_ = 0;
  bool connecting_ = false;
  std::string password_problem_;  // why the password file could not be read
  bool ready_ = false;            // connected and, where it must be, logged in
  std::shared_ptr<SimRedisWire> wire_;
  std::deque<Pending> pending_;
  std::deque<Handler> expected_;  // who takes the next reply
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::shared_ptr<bool> attempt_;  // replaced by each connect and hang-up
};

}  // namespace agent
