// What one seed is about: the set, its habits, and its faults in order. Made of the seed alone, before anything runs,
// so that a fault can be left out and the rest stays.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/settings.h"
#include "sim/dns.h"
#include "sim/server.h"

namespace agent {

enum class Fault {
  redis_crash,           // SIGKILL of the Redis container, which starts again
  redis_crash_silently,  // the same, and the others do not hear that its connections ended
  redis_stop,            // SIGTERM
  redis_freeze,          // SIGSTOP for a while
  agent_kill,
  agent_freeze,
  pod_delete,   // a new pod with a new address, and its volume
  pod_swap,     // two pods are deleted, and each gets the other's address
  volume_lost,  // a new pod with an empty volume
  all_crash,    // every Redis and every agent
  all_deleted,  // every pod
  reboot,       // of the machine: what was not synced is gone
  reboot_all,
  cut_way,       // packets from one pod to another
  cut_off,       // one pod from all others
  cut_replicas,  // the links break, and nothing else
  slow_net,
  lossy_net,
  dns_fault,
  disk_full,        // the agent cannot write its notes
  flush_all,        // a client's FLUSHALL on the master
  promote_by_hand,  // REPLICAOF NO ONE on a replica
  follow_by_hand,   // REPLICAOF another pod, on any pod
  scale_down,       // the last pod goes for a while
  roll_on,          // a rolling update to the newer release: each pod when the one after it is ready
  roll_back,        // one to the older
  roll_by_hand,     // to the newer, and each pod when the one before it is ready
};
inline constexpr int kFaults = static_cast<int>(Fault::scale_down) + 1;  // of those that meet in any number

struct PlannedFault {
  Fault fault = Fault::redis_crash;
  Duration at{};     // since the beginning
  Duration lasts{};  // or how long until it is back
  int pod = 0;
  int other = 0;
  DnsFault dns = DnsFault::none;
  bool is_in_order = false;  // what ends is told so before: SIGTERM
};
std::string to_text(const PlannedFault& planned);

struct Plan {
  std::uint64_t seed = 0;
  int pods = 3;
  bool is_ordered = false;  // OrderedReady: a pod is made when the one before is ready
  bool publishes_not_ready = true;
  bool names_replicas = false;  // --replicas
  int quiet_agent = -1;         // this pod's tells nothing of its data: it is of another version, or cannot be reached
  std::vector<SimConf> confs;   // one a pod, as they begin
  GuardSettings guard;
  SimDnsHabits dns;
  Duration net_least{};
  Duration net_jitter{};
  Duration write_period{};
  Duration quiet{};  // before the first fault
  Duration faulty{};
  std::vector<PlannedFault> faults;  // by time
};
Plan plan_of(std::uint64_t seed);
// The set, without its faults.
std::string to_text(const Plan& plan);

}  // namespace agent
