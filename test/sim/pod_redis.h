// The way of one agent to the simulated servers, over the simulated network: connections that are refused, get lost,
// break, and answer in order. Behaves as io/redis_link.h does.
#pragma once

#include <deque>
#include <memory>

#include "sim/pod_ports.h"
#include "sim/server.h"

namespace agent {

class PodRedis : public RedisPort {
 public:
  PodRedis(SimNet& net, NodeId self, SimGatePtr gate) : net_(net), self_(self), gate_(std::move(gate)) {}
  [[nodiscard]] std::unique_ptr<RedisLink> open(const Endpoint& endpoint, const Credentials& credentials) override;

 private:
  SimNet& net_;
  NodeId self_;
  SimGatePtr gate_;
};

class PodRedisLink;

// An attempt to connect and what comes of it. Both ends hold it; `link` is nothing once that has let go.
struct PodWire {
  PodRedisLink* link = nullptr;
  SimServer* server = nullptr;
  std::uint64_t process = 0;
  SimLane up;
  SimLane down;
  std::vector<RedisCommand> outbox;  // on their way; what is sent meanwhile arrives with the first
  std::shared_ptr<SimCaller> caller;
};

class PodRedisLink : public RedisLink {
 public:
  PodRedisLink(SimNet& net, NodeId self, SimGatePtr gate, Endpoint endpoint)
      : net_(net), self_(self), gate_(std::move(gate)), endpoint_(std::move(endpoint)) {}
  ~PodRedisLink() override { let_go(); }
  void send(RedisCommand command, std::function<void(RedisReply)> done) override;
  void on_idle_close(std::function<void()> action) override { on_idle_close_ = std::move(action); }
  void reset() override;
  std::uint64_t connection() const override { return opened_; }
  bool is_connected() const override { return connected_; }

 private:
  using WirePtr = std::shared_ptr<PodWire>;
  void connect();
  void connected();
  void transmit(RedisCommand command);
  void answered(const WirePtr& wire, std::vector<RedisReply> replies);
  void end_with(const LinkFailure& failure);
  void fail(std::deque<std::function<void(RedisReply)>> failed, const LinkFailure& failure);
  void let_go();
  static void refuse(SimNet& net, const SimGatePtr& gate, const WirePtr& wire, Contact contact);
  static void execute(SimNet& net, const SimGatePtr& gate, const WirePtr& wire);

  SimNet& net_;
  NodeId self_;
  SimGatePtr gate_;
  Endpoint endpoint_;
  std::function<void()> on_idle_close_;
  std::uint64_t opened_ = 0;
  bool connected_ = false;
  WirePtr wire_;
  std::deque<std::function<void(RedisReply)>> pending_;
  std::vector<RedisCommand> unsent_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace agent
