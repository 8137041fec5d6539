// What happens to a simulated set, fault by fault.
#include <algorithm>

#include "core/safe_place.h"
#include "core/text.h"
#include "sim/set.h"

namespace agent {

namespace {
constexpr Duration kHandTakes = std::chrono::seconds(40);  // agents may be dead, frozen or cut off meanwhile
constexpr Duration kClears = std::chrono::seconds(5);
}  // namespace

// How long this set is not what an agent can see of it.
void SimSet::cloud(const PlannedFault& fault) {
  const auto until = clock_.now() + fault.lasts;
  switch (fault.fault) {
    case Fault::dns_fault:
      names_from_ = std::max(names_from_, until + plan_.dns.cache + plan_.dns.negative_cache + kClears);
      break;
    case Fault::cut_way:
    case Fault::cut_off:
    case Fault::slow_net:
    case Fault::lossy_net:
    case Fault::redis_freeze:
    case Fault::agent_freeze:
    case Fault::agent_kill:
      calm_from_ = std::max(calm_from_, until + kClears);
      break;
    default:
      break;
  }
}

void SimSet::suffer(const PlannedFault& fault) {
  tell("FAULT: " + to_text(fault));
  cloud(fault);
  suffer_containers(fault);
  suffer_places(fault);
  suffer_net(fault);
  suffer_hand(fault);
}

void SimSet::suffer_containers(const PlannedFault& fault) {
  const auto ordinal = fault.pod;
  auto& hit = pod(ordinal);
  switch (fault.fault) {
    case Fault::redis_crash:
    case Fault::redis_crash_silently:
      kill_server(ordinal, fault.lasts, fault.fault == Fault::redis_crash);
      break;
    case Fault::redis_stop:
      if (hit.node) {
        hit.server->shut_down();
        kill_server(ordinal, fault.lasts, true);
      }
      break;
    case Fault::redis_freeze:
      if (hit.node) {
        hit.server->freeze();
        later(fault.lasts, [this, ordinal, turn = hit.server_turn] {
          if (pod(ordinal).node && pod(ordinal).server_turn == turn) {
            pod(ordinal).server->thaw();
          }
        });
      }
      break;
    case Fault::agent_kill:
      kill_agent(ordinal, fault.lasts);
      break;
    case Fault::agent_freeze:
      if (hit.agent) {
        hit.agent->gate().freeze();
        later(fault.lasts, [this, ordinal, turn = hit.agent_turn] {
          if (pod(ordinal).agent && pod(ordinal).agent_turn == turn) {
            pod(ordinal).agent->gate().thaw();
          }
        });
      }
      break;
    default:
      break;
  }
}

void SimSet::suffer_places(const PlannedFault& fault) {
  const auto ordinal = fault.pod;
  auto& hit = pod(ordinal);
  switch (fault.fault) {
    case Fault::all_crash:
      for (int i = 0; i < plan_.pods; ++i) {
        kill_server(i, fault.lasts + soon(), true);
        kill_agent(i, fault.lasts + soon());
      }
      break;
    case Fault::pod_delete:
      end_pod(ordinal, fault);
      bring_back(ordinal, fault.lasts, {});
      break;
    case Fault::pod_swap: {
      const auto mine = hit.ip;
      const auto other = pod(fault.other).ip;
      if (!hit.node || !pod(fault.other).node) {
        break;
      }
      end_pod(ordinal, fault);
      end_pod(fault.other, fault);
      bring_back(ordinal, fault.lasts, other);
      bring_back(fault.other, fault.lasts + soon(), mine);
      break;
    }
    case Fault::volume_lost:
      remove_pod(ordinal);
      hit.volume = {};
      bring_back(ordinal, fault.lasts, {});
      break;
    case Fault::all_deleted:
      each_pod(fault, [this, fault](int each) {
        end_pod(each, fault);
        bring_back(each, fault.lasts + soon(), {});
      });
      break;
    case Fault::scale_down:
      end_pod(plan_.pods - 1, fault);
      bring_back(plan_.pods - 1, fault.lasts, {});
      break;
    case Fault::roll_on:
      roll(plan_.pods - 1, {.release = kRedis8, .takes = fault.lasts, .turn = ++rolls_});
      break;
    case Fault::roll_back:
      roll(plan_.pods - 1, {.release = kRedis7, .takes = fault.lasts, .turn = ++rolls_});
      break;
    case Fault::roll_by_hand:
      roll(0, {.release = kRedis8, .takes = fault.lasts, .step = 1, .turn = ++rolls_});
      break;
    case Fault::reboot:
      lose_power(ordinal, fault.lasts, fault.is_in_order);
      break;
    case Fault::reboot_all:
      each_pod(fault, [this, fault](int each) { lose_power(each, fault.lasts + soon(), fault.is_in_order); });
      break;
    default:
      break;
  }
}

// At once, or in order: each when it has been told.
void SimSet::each_pod(const PlannedFault& fault, const std::function<void(int)>& happens) {
  for (int i = 0; i < plan_.pods; ++i) {
    if (fault.is_in_order) {
      later(soon(), [happens, i] { happens(i); });
    } else {
      happens(i);
    }
  }
}

void SimSet::end_pod(int ordinal, const PlannedFault& fault) {
  if (auto& gone = pod(ordinal); gone.node && fault.is_in_order) {
    gone.server->shut_down();
  }
  remove_pod(ordinal);
}

// The containers start again in the same pod when the machine is back.
void SimSet::lose_power(int ordinal, Duration back, bool is_in_order) {
  auto& hit = pod(ordinal);
  if (!hit.node) {
    return;
  }
  if (is_in_order) {
    hit.server->shut_down();
  }
  if (ordinal == 0) {
    for (const auto& each : pods_) {
      const bool followed = each->node && each->server->runs() && each->server->was_linked_within(kWrittenBack);
      each->followed_to_end = followed ? each->server->process() : 0;
    }
  }
  kill_server(ordinal, back, false);
  kill_agent(ordinal, back + soon());
  hit.volume.lose_power();
  hit.boot_id = cat("boot-", ordinal, "-", ++hit.machine_boots);
}

void SimSet::cut_off(int ordinal, Duration lasts) {
  for (int i = 0; i < plan_.pods; ++i) {
    if (i == ordinal) {
      continue;
    }
    net_.cut(ordinal, i);
    net_.cut(i, ordinal);
    later(lasts, [this, ordinal, i] {
      net_.heal(ordinal, i);
      net_.heal(i, ordinal);
    });
  }
}

void SimSet::suffer_net(const PlannedFault& fault) {
  switch (fault.fault) {
    case Fault::cut_way:
      net_.cut(fault.pod, fault.other);
      later(fault.lasts, [this, fault] { net_.heal(fault.pod, fault.other); });
      break;
    case Fault::cut_off:
      cut_off(fault.pod, fault.lasts);
      break;
    case Fault::cut_replicas:
      if (pod(fault.pod).node) {
        pod(fault.pod).server->break_links();
      }
      break;
    case Fault::slow_net:
      net_.set_delay(std::chrono::milliseconds(60), std::chrono::milliseconds(400));
      later(fault.lasts, [this] { net_.set_delay(plan_.net_least, plan_.net_jitter); });
      break;
    case Fault::lossy_net:
      net_.set_loss(0.2);
      later(fault.lasts, [this] { net_.set_loss(0); });
      break;
    case Fault::dns_fault:
      dns_.set_fault(fault.dns);
      later(fault.lasts, [this] { dns_.set_fault(DnsFault::none); });
      break;
    case Fault::disk_full:
      if (pod(fault.pod).agent) {
        pod(fault.pod).agent->files().set_full(true);
        later(fault.lasts, [this, fault] {
          if (pod(fault.pod).agent) {
            pod(fault.pod).agent->files().set_full(false);
          }
        });
      }
      break;
    default:
      break;
  }
}

void SimSet::by_hand(int ordinal, const RedisCommand& command) {
  if (auto* const server = server_of(ordinal); server != nullptr && server->runs() && !server->is_frozen()) {
    server->execute(std::make_shared<SimCaller>(), command);
  }
}

void SimSet::suffer_hand(const PlannedFault& fault) {
  switch (fault.fault) {
    case Fault::flush_all:
      if (auto* const first = server_of(0); first != nullptr && first->takes_writes()) {
        by_hand(0, {"FLUSHALL"});
        oracle_.flushed();
      }
      break;
    case Fault::promote_by_hand:
      hand_until_ = clock_.now() + kHandTakes;
      if (auto* const first = server_of(0); fault.pod == 0 && first != nullptr && !first->is_master()) {
        oracle_.operator_spoke();  // it ends a reseed by hand: the first pod serves what it has
      }
      by_hand(fault.pod, {"REPLICAOF", "NO", "ONE"});
      break;
    case Fault::follow_by_hand:
      if (!pod(fault.other).ip.text.empty()) {
        oracle_.operator_spoke();  // Redis obeys at once: what was there is gone before anybody could look
        by_hand(fault.pod, {"REPLICAOF", pod(fault.other).ip.text, "6379"});
      }
      break;
    default:
      break;
  }
}

void SimSet::heal() {
  tell("all faults end");
  is_healed_ = true;
  net_.heal_all();
  net_.set_delay(plan_.net_least, plan_.net_jitter);
  net_.set_loss(0);
  dns_.set_fault(DnsFault::none);
  for (int i = 0; i < plan_.pods; ++i) {
    auto& each = pod(i);
    if (!each.node) {
      bring_back(i, soon(), {});
      continue;
    }
    if (each.server->is_frozen()) {
      each.server->thaw();
    }
    start_server(i);
    start_agent(i);
    if (each.agent->gate().is_frozen()) {
      each.agent->gate().thaw();
    }
    each.agent->files().set_full(false);
  }
  end_roll();
}

}  // namespace agent
