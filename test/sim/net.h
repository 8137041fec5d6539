// The network between simulated pods: who has which address, how long a packet takes, and which ways are cut. What is
// sent on one lane arrives in order; what a cut holds back arrives after it, as TCP sends again. What is sent to a pod
// that is gone vanishes. It knows nothing of what it carries.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/address.h"
#include "sim/clock.h"

namespace agent {

class SimServer;

// A pod, or anything else that sends: a node has one address as long as it lives. A place is where nodes come and go:
// the pod of one ordinal. Ways are cut between places.
using NodeId = int;

// One way of one connection.
struct SimLane {
  NodeId from = 0;
  NodeId to = 0;
  Instant last{};  // when the last packet on it arrives
};

struct SimNode {
  IpAddress ip;
  int place = 0;
  bool there = true;
  SimServer* server = nullptr;  // the Redis that runs there
};

class SimNet {
 public:
  static constexpr int kPlacesMax = 8;

  SimNet(SimClock& clock, SimRandom& random) : clock_(clock), random_(random) {}

  SimClock& clock() { return clock_; }
  NodeId join(const IpAddress& ip, int place);
  void leave(NodeId node) { at(node).there = false; }
  SimNode& at(NodeId node) { return nodes_[static_cast<std::size_t>(node)]; }
  const SimNode& at(NodeId node) const { return nodes_[static_cast<std::size_t>(node)]; }
  std::optional<NodeId> find(const IpAddress& ip) const;

  // Calls `action` when the packet arrives, if it does.
  void send(SimLane& lane, std::function<void()> action);
  bool passes(NodeId from, NodeId to) const;
  bool passes_places(int from, int to) const { return !cut_[index(from)][index(to)]; }

  void cut(int from, int to) { cut_[index(from)][index(to)] = true; }
  void heal(int from, int to);
  void heal_all();
  // What a packet takes at least, and what chance adds at most.
  void set_delay(Duration least, Duration jitter);
  // Each packet is lost, and sent again later, with this chance.
  void set_loss(double chance) { loss_ = chance; }

 private:
  struct Held {
    NodeId from;
    NodeId to;
    Instant after;  // the last arrival on its way
    std::function<void()> action;
  };
  static std::size_t index(int place) { return static_cast<std::size_t>(place); }
  Duration way(NodeId from, NodeId to);
  void arrive(NodeId to, std::function<void()> action, Instant when);

  SimClock& clock_;
  SimRandom& random_;
  std::vector<SimNode> nodes_;
  std::array<std::array<bool, kPlacesMax>, kPlacesMax> cut_{};
  std::vector<Held> held_;
  Duration least_ = std::chrono::microseconds(200);
  Duration jitter_ = std::chrono::microseconds(100);
  double loss_ = 0;
};

}  // namespace agent
