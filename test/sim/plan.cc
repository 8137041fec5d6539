#include "sim/plan.h"

#include <algorithm>

#include "core/duration.h"
#include "core/text.h"

namespace agent {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Numbers out of one seed, each asked for by what it is used for.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed * 0x9e3779b97f4a7c15U + 77) {}
  bool chance(double p) { return random_.next() < p; }
  int below(int limit) { return static_cast<int>(random_.next() * limit); }
  Duration between(Duration least, Duration most) {
    return least + Duration(static_cast<Duration::rep>(random_.next() * static_cast<double>((most - least).count())));
  }
  template <class Value, std::size_t count>
  Value of(const Value (&values)[count]) {
    return values[static_cast<std::size_t>(below(static_cast<int>(count)))];
  }

 private:
  SimRandom random_;
};

constexpr std::uint64_t kDisks = std::uint64_t{1} << 40U;  // no other seed's numbers
constexpr std::uint64_t kOrder = std::uint64_t{1} << 41U;

enum class Kept { all_aof, all_rdb, nothing, mixed };

SimConf conf_of(Dice& dice, Kept kept) {
  SimConf conf;
  if (kept == Kept::mixed) {
    kept = dice.of({Kept::all_aof, Kept::all_rdb, Kept::nothing});
  }
  conf.aof = kept == Kept::all_aof;
  if (kept == Kept::all_rdb || (conf.aof && dice.chance(0.3))) {
    conf.save_every = dice.of<Duration>({seconds(1), seconds(3), seconds(10)});
  }
  return conf;
}

void choose_redis(Plan& plan, Dice& dice) {
  const auto kept = dice.of({Kept::all_aof, Kept::all_aof, Kept::all_rdb, Kept::all_rdb, Kept::nothing, Kept::mixed});
  const auto like_all = conf_of(dice, kept);
  const auto timeout = dice.of<Duration>({seconds(60), seconds(10)});
  const auto ping = dice.of<Duration>({seconds(10), seconds(1)});
  const auto delay = dice.of<Duration>({seconds(0), seconds(0), seconds(5)});
  const auto transfer = dice.of<Duration>({milliseconds(20), milliseconds(200), seconds(2)});
  const auto load = dice.of<Duration>({milliseconds(5), milliseconds(100), seconds(1)});
  const auto backlog = dice.of<std::int64_t>({1'048'576, 1'048'576, 400});
  const auto fence = dice.chance(0.15) ? 1 : 0;
  const bool loads_from_socket = dice.chance(0.15);
  for (int i = 0; i < plan.pods; ++i) {
    auto conf = kept == Kept::mixed ? conf_of(dice, kept) : like_all;
    conf.repl_timeout = timeout;
    conf.ping_period = ping;
    conf.sync_delay = delay;
    conf.transfer = transfer;
    conf.load = load;
    conf.backlog_bytes = backlog;
    conf.min_replicas = fence;
    conf.loads_from_socket = loads_from_socket;
    plan.confs.push_back(conf);
  }
}

void choose_world(Plan& plan, Dice& dice) {
  plan.pods = 2 + dice.below(3);
  plan.is_ordered = dice.chance(0.3);
  plan.publishes_not_ready = dice.chance(0.97);
  plan.names_replicas = dice.chance(0.5);
  plan.guard.boot = Boot::guarded;
  plan.guard.on_newer_replica = dice.chance(0.2) ? OnNewerReplica::keep_copy : OnNewerReplica::hold;
  if (dice.chance(0.3)) {
    plan.guard.peer_wait = seconds(10);
  }
  plan.dns.cache = dice.of<Duration>({seconds(0), seconds(1), seconds(5)});
  plan.dns.negative_cache = dice.of<Duration>({seconds(0), seconds(5), seconds(10)});
  plan.net_least = dice.of<Duration>({std::chrono::microseconds(100), milliseconds(1), milliseconds(20)});
  plan.net_jitter = plan.net_least;
  plan.write_period = dice.of<Duration>({milliseconds(250), milliseconds(500), seconds(1)});
  plan.quiet = dice.chance(0.15) ? seconds(0) : seconds(9);
  plan.faulty = dice.between(seconds(4), seconds(20));
}

Duration how_long(Fault fault, Dice& dice) {
  switch (fault) {
    case Fault::redis_crash:
    case Fault::redis_crash_silently:
    case Fault::redis_stop:
    case Fault::all_crash:
    case Fault::agent_kill:
      return dice.chance(0.8) ? dice.between(milliseconds(50), seconds(2)) : dice.between(seconds(2), seconds(15));
    case Fault::pod_delete:
    case Fault::pod_swap:
    case Fault::volume_lost:
    case Fault::all_deleted:
    case Fault::reboot:
    case Fault::reboot_all:
      return dice.between(milliseconds(500), seconds(6));
    default:
      return dice.chance(0.7) ? dice.between(milliseconds(100), seconds(4)) : dice.between(seconds(4), seconds(25));
  }
}

// Drawn after everything else. A set that begins to roll ends with the newer release, when all faults have ended.
void choose_release(Plan& plan, Dice& dice) {
  const bool is_newer = dice.chance(0.5);
  const bool is_oldest = dice.chance(0.15);
  for (auto& conf : plan.confs) {
    conf.release = is_oldest ? kRedis6 : is_newer ? kRedis8 : kRedis7;
  }
  if (is_oldest) {
    return;  // a roll from it is not played
  }
  if (dice.chance(0.4)) {
    const auto on = dice.chance(0.5) ? Fault::roll_on : Fault::roll_by_hand;
    plan.faults.push_back({.fault = is_newer ? Fault::roll_back : on,
                           .at = plan.quiet + dice.between(Duration(0), plan.faulty),
                           .lasts = dice.between(milliseconds(500), seconds(4))});
  }
}

// From numbers of their own, so that what was drawn before stays.
void choose_disks(Plan& plan, Dice& dice) {
  const auto rewrite = dice.of<Duration>({milliseconds(50), milliseconds(50), seconds(1), seconds(10)});
  const bool is_flushed =
      std::ranges::any_of(plan.faults, [](const PlannedFault& planned) { return planned.fault == Fault::flush_all; });
  const auto sync = dice.of<Duration>({seconds(0), seconds(0), milliseconds(50), milliseconds(900)});
  const bool rewrites_at_start = dice.chance(0.3);
  for (auto& conf : plan.confs) {
    conf.aof_rewrite = rewrite;
    conf.rewrites_at_start = rewrites_at_start;
    conf.aof_sync = is_flushed ? Duration(0) : sync;  // a FLUSHALL that is lost with the end of a file no key tells of
  }
}

bool can_be_in_order(Fault fault) {
  switch (fault) {
    case Fault::pod_delete:
    case Fault::pod_swap:
    case Fault::all_deleted:
    case Fault::scale_down:
    case Fault::reboot:
    case Fault::reboot_all:
      return true;
    default:
      return false;
  }
}

// From numbers of their own, too.
void choose_order(Plan& plan, Dice& dice) {
  for (auto& planned : plan.faults) {
    planned.is_in_order = dice.chance(0.4) && can_be_in_order(planned.fault);
  }
}

DnsFault some_dns_fault(Dice& dice) {
  return static_cast<DnsFault>(1 + dice.below(static_cast<int>(DnsFault::without_first)));
}

}  // namespace

// Each seed has a few kinds of faults; more of the same kind meet more often than one of each.
Plan plan_of(std::uint64_t seed) {
  Dice dice(seed);
  Plan plan{.seed = seed, .confs = {}, .guard = {}, .dns = {}, .faults = {}};
  choose_world(plan, dice);
  choose_redis(plan, dice);
  std::vector<Fault> kinds;
  for (int i = 0; i < 1 + dice.below(4); ++i) {
    kinds.push_back(static_cast<Fault>(dice.below(kFaults)));
  }
  if (dice.chance(0.7)) {
    kinds.push_back(dice.of({Fault::redis_crash, Fault::volume_lost, Fault::pod_delete, Fault::all_crash}));
  }
  const int count = 1 + dice.below(8);
  for (int i = 0; i < count; ++i) {
    PlannedFault planned{.fault = kinds[static_cast<std::size_t>(dice.below(static_cast<int>(kinds.size())))]};
    planned.at = plan.quiet + dice.between(Duration(0), plan.faulty);
    planned.lasts = how_long(planned.fault, dice);
    planned.pod = dice.chance(0.4) ? 0 : dice.below(plan.pods);
    planned.other = (planned.pod + 1 + dice.below(plan.pods - 1)) % plan.pods;
    planned.dns = some_dns_fault(dice);
    plan.faults.push_back(planned);
  }
  choose_release(plan, dice);
  plan.quiet_agent = dice.chance(0.1) ? dice.below(plan.pods) : -1;
  std::ranges::stable_sort(plan.faults, {}, &PlannedFault::at);
  Dice disks(seed + kDisks);
  choose_disks(plan, disks);
  Dice order(seed + kOrder);
  choose_order(plan, order);
  return plan;
}

std::string to_text(const PlannedFault& planned) {
  const auto pod = pod_name("redis", planned.pod);
  const auto other = pod_name("redis", planned.other);
  const auto span = to_text(std::chrono::duration_cast<Duration>(planned.lasts));
  const auto* const how = planned.is_in_order ? " in order" : "";
  switch (planned.fault) {
    case Fault::redis_crash:
      return cat("the Redis of ", pod, " is killed, and starts again after ", span);
    case Fault::redis_crash_silently:
      return cat("the Redis of ", pod, " is killed, the others do not hear of it, and it starts again after ", span);
    case Fault::redis_stop:
      return cat("the Redis of ", pod, " is stopped, and starts again after ", span);
    case Fault::redis_freeze:
      return cat("the Redis of ", pod, " freezes for ", span);
    case Fault::agent_kill:
      return cat("the agent of ", pod, " is killed, and starts again after ", span);
    case Fault::agent_freeze:
      return cat("the agent of ", pod, " freezes for ", span);
    case Fault::pod_delete:
      return cat(pod, " is deleted", how, ", and comes back with another address after ", span);
    case Fault::pod_swap:
      return cat(pod, " and ", other, " are deleted", how, ", and come back with each other's address after ", span);
    case Fault::volume_lost:
      return cat(pod, " is deleted with its volume, and comes back empty after ", span);
    case Fault::all_crash:
      return cat("every Redis and every agent is killed, and starts again after about ", span);
    case Fault::all_deleted:
      return cat("all pods are deleted", how, ", and come back after about ", span);
    case Fault::reboot:
      return cat("the machine of ", pod, planned.is_in_order ? " is rebooted" : " loses its power",
                 ", and is back after ", span);
    case Fault::reboot_all:
      return cat("all machines ", planned.is_in_order ? "are rebooted" : "lose their power",
                 ", and are back after about ", span);
    case Fault::cut_way:
      return cat("packets from ", pod, " to ", other, " get lost for ", span);
    case Fault::cut_off:
      return cat(pod, " is cut off from the other pods for ", span);
    case Fault::cut_replicas:
      return cat("the replication links of ", pod, " break");
    case Fault::slow_net:
      return cat("the network is slow for ", span);
    case Fault::lossy_net:
      return cat("the network loses packets for ", span);
    case Fault::dns_fault:
      return cat("DNS ", to_text(planned.dns), " for ", span);
    case Fault::disk_full:
      return cat("the volume of ", pod, " is full for ", span);
    case Fault::flush_all:
      return "a client says FLUSHALL";
    case Fault::promote_by_hand:
      return cat("somebody says REPLICAOF NO ONE to ", pod);
    case Fault::follow_by_hand:
      return cat("somebody lets ", pod, " follow ", other);
    case Fault::scale_down:
      return cat("the last pod is scaled away", how, ", and comes back after ", span);
    case Fault::roll_on:
      return cat("a rolling update to ", kRedis8.version, " begins, ", span, " a pod");
    case Fault::roll_by_hand:
      return cat("somebody updates to ", kRedis8.version, " from the first pod on, ", span, " a pod");
    case Fault::roll_back:
      return cat("a rolling update to ", kRedis7.version, " begins, ", span, " a pod");
  }
  return "nothing";
}

std::string to_text(const Plan& plan) {
  std::string out =
      cat("seed ", plan.seed, ": ", plan.pods, " pods, ", plan.is_ordered ? "OrderedReady" : "Parallel",
          plan.publishes_not_ready ? "" : ", only ready pods have names",
          plan.names_replicas ? cat(", --replicas ", plan.pods) : "", ", --peer-wait ", to_text(plan.guard.peer_wait),
          plan.guard.on_newer_replica == OnNewerReplica::hold ? "" : ", --on-newer-replica keep-copy", "\n");
  for (std::size_t i = 0; i < plan.confs.size(); ++i) {
    const auto& conf = plan.confs[i];
    out += cat("  redis-", i, ": ", conf.release.version,
               conf.aof ? cat(": append-only file, written anew ", conf.rewrites_at_start ? "also at each start, " : "",
                              "in ", to_text(conf.aof_rewrite), ", synced in ", to_text(conf.aof_sync))
                        : "",
               conf.save_every > Duration(0) ? cat(": saves every ", to_text(conf.save_every)) : "",
               !conf.aof && conf.save_every == Duration(0) ? ": keeps nothing" : "",
               conf.loads_from_socket ? ", loads from the socket" : "",
               conf.min_replicas > 0 ? ", min-replicas-to-write 1" : "",
               static_cast<int>(i) == plan.quiet_agent ? ", its agent tells nothing of its data" : "", "\n");
  }
  return out;
}

}  // namespace agent
