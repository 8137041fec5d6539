#include "core/step.h"

#include <algorithm>
#include <utility>

#include "core/duration.h"
#include "core/text.h"

namespace agent {

namespace {

void forget_before(std::vector<Instant>& instants, Instant oldest) {
  std::erase_if(instants, [oldest](Instant instant) { return instant < oldest; });
}

// Remembers where the master's history stood at each look, so that a replica's offset can be dated.
void follow_master(State& state, const PodSight* master, Instant now) {
  auto& [replid, samples] = state.history.master_offsets;
  std::erase_if(samples, [now](const OffsetSample& sample) { return sample.asked < now - kOffsetWindow; });
  if (master == nullptr || !master->redis || !master->redis->value.info || !master->redis->value.info->master_offset) {
    return;
  }
  const auto& info = *master->redis->value.info;
  if (info.replid != replid) {
    replid = info.replid;
    samples.clear();
  }
  if (samples.empty() || samples.back().asked < master->redis->asked) {
    samples.push_back({.asked = master->redis->asked, .offset = *info.master_offset});
  }
}

// One that breaks off begins again within milliseconds, between two looks: then less has come than before.
bool begins_full_sync(const State& state, const MasterLink& link) {
  return link.sync_in_progress &&
         (!state.sync_bytes || link.sync_read_bytes.value_or(*state.sync_bytes) < *state.sync_bytes);
}

void forget_link(State& state) {
  state.link_was_up.reset();
  state.link_connection.clear();
}

// Redis comes back within milliseconds from most drops, between two looks; then only the list of its clients
// tells that the connection is another one.
bool has_dropped(const State& state, const MasterLink& link, std::string_view connection) {
  return state.link_was_up == true &&
         (!link.up || (!connection.empty() && !state.link_connection.empty() && connection != state.link_connection));
}

// Notes what the own link did since the last tick. A server that was replaced begins a new history: its first link is
// no flap.
void follow_link(State& state, const PodSight* self, Instant now) {
  forget_before(state.history.drops, now - kFlapWindow);
  forget_before(state.history.full_syncs, now - kResyncWindow);
  if (self == nullptr || !self->redis || !self->redis->value.info) {
    return;
  }
  const auto& info = *self->redis->value.info;
  if (info.run_id != state.run_id) {
    state.run_id = info.run_id;
    forget_link(state);
    state.sync_bytes.reset();
    state.history.drops.clear();
    state.history.full_syncs.clear();
  }
  const auto target = info.link ? cat(info.link->host, ' ', info.link->port.value_or(0)) : std::string();
  if (target != std::exchange(state.link_target, target)) {
    forget_link(state);
  }
  if (!info.link) {
    return;
  }
  const auto& connection = self->redis->value.master_connection;
  if (has_dropped(state, *info.link, connection)) {
    state.history.drops.push_back(now);
  }
  if (begins_full_sync(state, *info.link)) {
    state.history.full_syncs.push_back(now);
  }
  state.link_was_up = info.link->up;
  if (!info.link->up) {
    state.link_connection.clear();
  } else if (!connection.empty()) {
    state.link_connection = connection;
  }
  state.sync_bytes = info.link->sync_in_progress ? std::optional(info.link->sync_read_bytes.value_or(0)) : std::nullopt;
}

void tell_own(State& state, const Verdict& own, Instant now, std::vector<Tale>& tales) {
  if (own.reason == state.reason) {
    return;
  }
  const auto before = state.reason == Reason::starting
                          ? std::string()
                          : cat(" (was ", to_text(state.reason), " for ", rough(now - state.since), ')');
  tales.push_back({.health = own.health, .reason = own.reason, .sentence = own.sentence + before});
  state.reason = own.reason;
  state.since = now;
}

void tell_dns(const Settings& settings, State& state, const Observation& observation, std::vector<Tale>& tales) {
  if (!observation.service_dns || observation.service_dns->value.outcome == state.dns) {
    return;
  }
  state.dns = observation.service_dns->value.outcome;
  const bool found = state.dns == DnsOutcome::found;
  tales.push_back({.health = found ? Health::healthy : Health::degraded,
                   .reason = Reason::dns_changed,
                   .sentence = cat("DNS says ", to_text(state.dns), " for ", service_fqdn(settings.pod.domain),
                                   found ? "" : "; the pods that are known are kept")});
}

void tell_peers(State& state, const SetStatus& set, std::vector<Tale>& tales) {
  std::map<std::string, Reason> now;
  for (const auto& pod : set.pods) {
    if (pod.sight.is_self) {
      continue;
    }
    const auto name = shown_name(pod.sight);
    now[name] = pod.verdict.reason;
    const auto before = state.peers.find(name);
    if (pod.verdict.reason == Reason::starting) {
      continue;
    }
    if (before == state.peers.end() || before->second != pod.verdict.reason) {
      tales.push_back({.health = pod.verdict.health,
                       .reason = Reason::peer_changed,
                       .sentence = cat(to_text(pod.verdict.reason), ": ", pod.verdict.sentence)});
    }
  }
  for (const auto& [name, reason] : state.peers) {
    if (!now.contains(name)) {
      tales.push_back({.health = Health::degraded,
                       .reason = Reason::peer_changed,
                       .sentence = cat(name, " is no longer in DNS (was ", to_text(reason), ')')});
    }
  }
  state.peers = std::move(now);
}

// What guard says stands above the verdict: a master behind a closed door is no master.
void overrule(Verdict& own, const Decision& decision) {
  own.reason = decision.reason;
  own.health = decision.health;
  own.sentence = decision.sentence;
  if (!decision.keeps_traffic) {
    own.ready = own.is_master = own.is_replica = false;
  }
}

// Every action is told with why, but not again and again while it is refused.
void tell_action(State& state, const Verdict& own, const Action& action, Instant now, std::vector<Tale>& tales) {
  const auto text = cat(to_text(action.reason), ' ', to_text(action));
  if (text != state.acting || state.guard.refusals == 0) {
    tales.push_back({.health = Health::degraded,
                     .reason = action.reason,
                     .sentence = cat(own.sentence, " [", to_text(action), ']')});
  }
  state.acting = text;
  if (own.reason != state.reason) {
    state.reason = own.reason;
    state.since = now;
  }
}

// In the table of the set, too.
void publish_own(Step& next) {
  for (auto& pod : next.set.pods) {
    if (pod.sight.is_self) {
      pod.verdict = next.own;
    }
  }
}

void take_care(const Settings& settings, State& state, const Observation& observation, bool is_acting, Step& next) {
  recognize(settings, state.guard, observation);
  auto decision = guard(settings, state.guard, observation);
  remember(settings, state.guard, observation);
  if (!decision) {
    return;
  }
  if (settings.guard.repair == Repair::off && decision->action) {
    decision->sentence += " (--repair off: nothing is done)";
    decision->action.reset();
  }
  overrule(next.own, *decision);
  next.is_hold = decision->is_hold;
  if (decision->action && !is_acting) {
    tell_action(state, next.own, *decision->action, observation.now, next.tales);
    next.action = std::move(decision->action);
  }
}

}  // namespace

Step step(const Settings& settings, State state, const Observation& observation, bool is_acting) {
  const auto* self = self_of(observation);
  follow_link(state, self, observation.now);
  follow_master(state, pod_with(observation, settings.pod.first_ordinal), observation.now);
  Step next;
  next.set = judge_set(settings, observation, state.history);
  for (const auto& pod : next.set.pods) {
    if (pod.sight.is_self) {
      next.own = pod.verdict;
    }
  }
  if (settings.guard.boot == Boot::guarded) {
    take_care(settings, state, observation, is_acting, next);
    publish_own(next);
  }
  tell_own(state, next.own, observation.now, next.tales);
  tell_dns(settings, state, observation, next.tales);
  tell_peers(state, next.set, next.tales);
  next.is_urgent = settings.guard.boot == Boot::guarded && next.own.health != Health::healthy &&
                   observation.now - state.since < kUrgentFor;
  next.state = std::move(state);
  return next;
}

}  // namespace agent
