// What is known of the set at one instant: the one input of a tick. Taken from the Board; the same value is built by
// `status`, which looks once. Not the set's health: that is judged from it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/address.h"
#include "core/lineage.h"
#include "core/time.h"
#include "core/views.h"

namespace agent {

// One pod, as far as it was seen. Known by a DNS name, by an address of the headless Service, or by both.
struct PodSight {
  std::string pod;  // "redis-1"; empty where only the address is known
  std::optional<int> ordinal;
  std::vector<IpAddress> addresses;
  bool is_self = false;
  bool is_local = false;  // the own Redis, asked where --redis says, whatever DNS names
  std::optional<Seen<RedisView>> redis;
  std::optional<Seen<Published>> published = {};  // by its agent; asked for by a guarded sidecar only
};

struct Observation {
  Instant now;
  std::vector<PodSight> pods;  // by ordinal, unnamed ones last; this pod itself among them in `run`
  std::optional<Seen<DnsView>> master_dns;
  std::optional<Seen<DnsView>> service_dns;
  // Where the data in the own RDB file stands, as the file says; read where the own Redis cannot tell (wants_rdb).
  std::optional<Position> rdb = {};
  // The process of the state file ended in order; looked at where another one is seen (is_new_process).
  bool was_ended = false;
};

const PodSight* self_of(const Observation& observation);
const PodSight* pod_with(const Observation& observation, int ordinal);

// "redis-1", else its address, else "a pod".
std::string shown_name(const PodSight& pod);

}  // namespace agent
