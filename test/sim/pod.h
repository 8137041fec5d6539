// One pod of a simulated set: a place with a volume, and in it, while it is there, a Redis and an agent. Not what
// decides when it dies: that is faults.h.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/sidecar.h"
#include "sim/dns.h"
#include "sim/pod_ports.h"
#include "sim/pod_redis.h"

namespace agent {

// The shipped sidecar and what it stands on. Destroying it is SIGKILL.
class SimAgent {
 public:
  struct Surroundings {
    SimClock& clock;
    SimNet& net;
    SimDns& dns;
    SimLedger& ledger;
    PodAgents::PublishedAt published;
    PodJournal::Tell tell;
  };
  SimAgent(const Surroundings& around, NodeId node, SimVolume& volume, const std::string& boot_id, Settings settings);
  ~SimAgent() { gate_->close(); }
  SimAgent(const SimAgent&) = delete;
  SimAgent& operator=(const SimAgent&) = delete;

  Sidecar& sidecar() { return *sidecar_; }
  SimGate& gate() { return *gate_; }
  PodFiles& files() { return files_; }

 private:
  SimGatePtr gate_ = std::make_shared<SimGate>();
  Settings settings_;
  PodClock clock_;
  PodResolver resolver_;
  PodRedis redis_;
  PodFiles files_;
  PodAgents agents_;
  PodJournal journal_;
  std::unique_ptr<Sidecar> sidecar_;
};

struct SimPod {
  int ordinal = 0;
  SimVolume volume;
  std::string boot_id;
  int machine_boots = 0;
  // Process of its Redis, where that was linked when the first pod's machine lost its power last, or shortly before.
  std::uint64_t followed_to_end = 0;
  std::optional<NodeId> node;  // while the pod is there
  IpAddress ip;
  Instant there_since{};
  SimRelease release{};
  std::unique_ptr<SimServer> server;
  std::unique_ptr<SimAgent> agent;
  bool was_ready = false;
  // What brings it back counts these up, so that of two restarts only the last counts.
  int server_turn = 0;
  int agent_turn = 0;
  int pod_turn = 0;
};

}  // namespace agent
