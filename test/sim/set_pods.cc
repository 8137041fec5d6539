// How the pods of a simulated set, their containers and their names come and go.
#include <algorithm>

#include "core/text.h"
#include "sim/set.h"

namespace agent {

namespace {
constexpr Duration kHousekeeping = std::chrono::milliseconds(500);
constexpr Duration kTryAgain = std::chrono::milliseconds(500);
}  // namespace

void SimSet::create_pod(int ordinal, const std::optional<IpAddress>& ip) {
  auto& made = pod(ordinal);
  made.ip = ip.value_or(IpAddress{cat("10.0.0.", ++addresses_)});
  made.node = net_.join(made.ip, ordinal);
  made.there_since = clock_.now();
  made.was_ready = false;
  init_pod(made);
  made.server = std::make_unique<SimServer>(
      SimServer::Surroundings{clock_, net_, random_, ledger_, [this] { on_change(); },
                              [this, ordinal](DataId old, DataId next) { on_wipe(ordinal, old, next); },
                              [this, ordinal](DataId old) { on_emptied(ordinal, old); }},
      *made.node, made.volume);
  tell(cat("redis-", ordinal, " is there, at ", made.ip.text));
  start_server(ordinal);
  later(soon(), [this, ordinal, turn = ++made.agent_turn] {
    if (pod(ordinal).agent_turn == turn) {
      start_agent(ordinal);
    }
  });
  later(soon(), [this] { publish(); });
}

// OrderedReady makes a pod only when all before it are ready.
void SimSet::bring_back(int ordinal, Duration delay, std::optional<IpAddress> ip) {
  later(delay, [this, ordinal, ip, turn = ++pod(ordinal).pod_turn] {
    if (pod(ordinal).pod_turn != turn || pod(ordinal).node) {
      return;
    }
    for (int before = 0; plan_.is_ordered && before < ordinal; ++before) {
      if (!is_ready(before)) {
        bring_back(ordinal, kTryAgain, ip);
        return;
      }
    }
    create_pod(ordinal, ip);
  });
}

void SimSet::remove_pod(int ordinal) {
  auto& gone = pod(ordinal);
  if (!gone.node) {
    return;
  }
  ++gone.agent_turn;
  ++gone.server_turn;
  gone.agent.reset();
  gone.server.reset();
  net_.leave(*gone.node);
  gone.node.reset();
  later(soon(), [this] { publish(); });
  on_change();
}

void SimSet::start_server(int ordinal) {
  auto& at = pod(ordinal);
  if (at.node && !at.server->runs()) {
    ++at.server_turn;
    at.server->start(conf_of(at));
    tell(cat("the Redis of redis-", ordinal,
             at.server->runs() ? cat(" starts with ", ledger_.keys(at.server->data()), " keys")
                               : cat(", ", at.release.version, ", cannot read its data and ends")));
  }
}

void SimSet::start_agent(int ordinal) {
  auto& at = pod(ordinal);
  if (!at.node || at.agent) {
    return;
  }
  ++at.agent_turn;
  const auto published = [this](NodeId node) -> std::optional<Published> {
    for (const auto& each : pods_) {
      const bool tells = each->agent && !each->agent->gate().is_frozen() && each->ordinal != plan_.quiet_agent;
      if (each->node == node && tells) {
        return each->agent->sidecar().snapshot()->data;
      }
    }
    return std::nullopt;
  };
  const auto journal = [this, ordinal](Level, Reason reason, const std::string& sentence) {
    if (records_) {
      tell(cat("[redis-", ordinal, "] ", to_text(reason), ": ", sentence));
    }
  };
  at.agent = std::make_unique<SimAgent>(SimAgent::Surroundings{clock_, net_, dns_, ledger_, published, journal},
                                        *at.node, at.volume, at.boot_id, settings_of(at));
}

void SimSet::kill_server(int ordinal, Duration back, bool tells) {
  auto& at = pod(ordinal);
  if (!at.node) {
    return;
  }
  at.server->kill(tells);
  later(back, [this, ordinal, turn = ++at.server_turn] {
    if (pod(ordinal).server_turn == turn) {
      start_server(ordinal);
    }
  });
}

void SimSet::kill_agent(int ordinal, Duration back) {
  auto& at = pod(ordinal);
  at.agent.reset();
  later(back, [this, ordinal, turn = ++at.agent_turn] {
    if (pod(ordinal).agent_turn == turn) {
      start_agent(ordinal);
    }
  });
}

bool SimSet::is_ready(int ordinal) {
  const auto* const server = server_of(ordinal);
  if (server == nullptr || !server->runs() || server->is_frozen() || server->is_loading() || !pod(ordinal).agent) {
    return false;
  }
  return ordinal == 0 ? server->is_master() && server->is_open() : server->is_link_up();
}

void SimSet::replace(SimPod& old, const SimRelease& release, Duration takes) {
  tell(cat("redis-", old.ordinal, " is deleted, and comes back with ", release.version));
  old.release = release;
  remove_pod(old.ordinal);
  bring_back(old.ordinal, takes, {});
}

// Each pod when the one before is ready.
void SimSet::roll(int ordinal, const SimRoll& how) {
  if (ordinal < 0 || ordinal >= plan_.pods || how.turn != rolls_) {
    return;
  }
  if (auto& at = pod(ordinal); at.release.version != how.release.version) {
    replace(at, how.release, how.takes);
  }
  later(kTryAgain, [this, ordinal, how] { roll(is_ready(ordinal) ? ordinal + how.step : ordinal, how); });
}

// Who rolled back rolls on again in the end: pods of the older release may be unable to read what there is, and are
// replaced although they are not ready.
void SimSet::end_roll() {
  ++rolls_;
  const auto newest = std::ranges::max_element(pods_, {}, [](const auto& each) { return each->release.rdb; });
  const auto release = (*newest)->release;
  for (const auto& each : pods_) {
    if (each->release.version != release.version) {
      replace(*each, release, soon());
    }
  }
}

void SimSet::publish() {
  for (const auto& each : pods_) {
    const bool is_named = each->node && (plan_.publishes_not_ready || is_ready(each->ordinal));
    dns_.publish(each->ordinal, is_named ? std::optional(each->ip) : std::nullopt);
  }
}

void SimSet::housekeeping() {
  later(kHousekeeping, [this] { housekeeping(); });
  if (!plan_.publishes_not_ready) {
    publish();
  }
}

}  // namespace agent
