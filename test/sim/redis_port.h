// The way to simulated Redises: addresses, connections, silence and refusal. Each Redis is a process on an endpoint
// that can be stopped, frozen and cut off. What a Redis answers is redis.h's business.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "ports/files.h"
#include "ports/redis.h"
#include "sim/clock.h"
#include "sim/redis.h"

namespace agent {

class SimRedisLink;
struct SimRedisHost;
struct SimRedisWire;

class SimRedisPort : public RedisPort {
 public:
  // Password files are read through `files`, at each connect.
  explicit SimRedisPort(SimClock& clock, Files* files = nullptr) : clock_(clock), files_(files) {}
  ~SimRedisPort() override;

  // A running Redis at `endpoint`; a new process there if there was one.
  SimRedis& start(const Endpoint& endpoint);
  SimRedis& at(const Endpoint& endpoint);
  // The process ends: connections close, and a connect is refused until start() or restart().
  void stop(const Endpoint& endpoint);
  // A new process with the data and the conf of the old one: nobody is connected to it, nor it to anybody.
  SimRedis& restart(const Endpoint& endpoint);
  // SIGSTOP: connects succeed, nothing is answered; thaw() answers what was asked meanwhile.
  void freeze(const Endpoint& endpoint);
  void thaw(const Endpoint& endpoint);
  // Packets to it vanish, both of new and of open connections; or pass again. What was sent meanwhile arrives then.
  void cut(const Endpoint& endpoint);
  void heal(const Endpoint& endpoint);
  // Only the connections: the server closes them all.
  void close_connections(const Endpoint& endpoint);

  void set_latency(Duration one_way) { latency_ = one_way; }

  [[nodiscard]] std::unique_ptr<RedisLink> open(const Endpoint& endpoint, const Credentials& credentials) override;

 private:
  friend class SimRedisLink;

  SimRedisHost& host(const Endpoint& endpoint);
  void arrive(const std::shared_ptr<SimRedisHost>& host, const std::shared_ptr<SimRedisWire>& wire,
              RedisCommand command);
  void serve(SimRedisHost& host);
  void close(const std::shared_ptr<SimRedisWire>& wire, const std::string& why);
  void post(std::function<void()> action);

  SimClock& clock_;
  Files* files_;
  Duration latency_ = std::chrono::microseconds(100);
  std::map<Endpoint, std::shared_ptr<SimRedisHost>> hosts_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace agent
