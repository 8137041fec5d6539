// What the own Redis is, as guard() needs it: what its data grew out of, and who was seen. Read anew at each tick from
// what INFO and DNS show. What a new process began with is in guard_process.cc.
#include <algorithm>

#include "core/ancestry.h"
#include "core/guard_case.h"
#include "core/judge.h"
#include "core/mutant.h"

namespace agent {

namespace {

// Whom the own Redis follows, if it was seen in the history that is here; or null.
const PodSight* master_seen(const Observation& observation, const RedisInfo& info) {
  const auto* master = followed_by(observation, info);
  const bool is_seen = master != nullptr && !master->is_self && master->redis && master->redis->value.info &&
                       master->redis->value.info->replid == info.replid;
  return is_seen ? master : nullptr;
}

// A sync brought another history: it grew out of what its master's did.
void recognize_master(GuardState& state, const Observation& observation, const RedisInfo& info, const Lineage& own) {
  const auto* master = master_seen(observation, info);
  if (master == nullptr) {
    return;
  }
  const auto& theirs = *master->redis->value.info;
  const auto* told = published_of(*master, theirs);
  const bool is_told = told != nullptr;
  const auto lineage = lineage_of(theirs, told);
  const bool is_new = !state.last || state.last->replid != own.now.replid;
  if (!lineage || (!is_new && !(state.awaits_word && is_told))) {
    return;
  }
  state.awaits_word = !is_told;
  const auto is = !is_new      ? Relation::equal
                  : state.last ? relation(*lineage, {.at = *state.last, .certainty = Certainty::exact})
                               : Relation::unrelated;
  if (!is_contained(is)) {
    state.ancestors.clear();
  }
  add_ancestors(state.ancestors, all_ancestors(*lineage));
  state.last = own.now;
}

// The data left `left`. What that grew out of shows who stands in it: here INFO never did, if it came and went between
// two looks.
void add_left(std::vector<Position>& ancestors, const Observation& observation, const Position& left) {
  std::vector<Position> older;
  for (const auto& pod : observation.pods) {
    const auto* info = pod.is_self || !pod.redis || !pod.redis->value.info ? nullptr : &*pod.redis->value.info;
    if (info == nullptr || info->replid != left.replid) {
      continue;
    }
    if (const auto lineage = lineage_of(*info, published_of(pod, *info))) {
      add_ancestors(older, all_ancestors(*lineage));
    }
  }
  std::erase_if(older, [&left](const Position& ancestor) { return ancestor.replid == left.replid; });  // theirs
  add_ancestor(older, left);
  add_ancestors(ancestors, older);
}

void begin_sync(GuardState& state) {
  state.is_snapshot = true;
  state.to_reach.reset();
}

// A process that loads again reads what a full sync brought.
void recognize_loading(GuardState& state, const PodSight* self) {
  const auto* info = self != nullptr && self->redis && self->redis->value.info ? &*self->redis->value.info : nullptr;
  if (info != nullptr && info->loading == true && info->run_id == state.run_id) {
    begin_sync(state);
    state.linked.reset();
  }
}

// What a full sync brings is as old as the sync, until what its master wrote meanwhile has come: up to where that stood
// when it was asked first after the sync. A sync that nobody looked at shows by its history.
void recognize_sync(GuardState& state, const Observation& observation, const RedisInfo& info, bool is_new_history) {
  if (info.link->sync_in_progress || is_new_history) {
    begin_sync(state);
  }
  const auto* master = state.linked ? master_seen(observation, info) : nullptr;
  if (master != nullptr && !state.to_reach && master->redis->asked >= *state.linked) {
    state.to_reach = master->redis->value.info->master_offset;
  }
  state.is_snapshot = state.is_snapshot && !(state.to_reach && info.link->replica_offset >= state.to_reach);
}

// Every history that INFO shows the data to have left is remembered, for INFO forgets it with the next.
void recognize_history(const Settings& settings, GuardState& state, const Observation& observation,
                       const RedisView& view) {
  const auto& info = *view.info;
  const auto lineage = lineage_of(info);
  if (!lineage || !state.is_real) {
    return;
  }
  if (lineage->before) {
    add_left(state.ancestors, observation, *lineage->before);
  }
  if (info.link && info.link->up) {
    recognize_master(state, observation, info, *lineage);
  } else if (info.role == Role::master && (!is_first(settings.pod) || view.is_open == true)) {
    // A master begins another history, and forgets this one, when nobody followed it for repl-backlog-ttl (an hour),
    // and again with its next replica; but in what it wrote nothing in nobody can stand.
    const auto& last = state.last;
    const bool is_written = last && last->offset > (state.ancestors.empty() ? 0 : state.ancestors.back().offset);
    if (is_written && last->replid != lineage->now.replid && !lineage->before) {
      add_ancestor(state.ancestors, *state.last);
    }
    state.last = lineage->now;
  }
}

// Another pod that is master takes writes only where its fence is away: then a person made it that, and what is written
// goes into a history of its own. What gives its data, fenced, stays what it was, whatever history INFO shows.
void recognize_promotion(GuardState& state, const RedisView& view) {
  const bool is_master = view.info->role == Role::master;
  if (is_master && view.min_replicas && view.min_replicas != kFence) {
    state.is_snapshot = state.is_snapshot || state.continues;  // what it grew out of, for as long as it runs
    state.is_real = true;
    state.continues.reset();
  } else if (is_master && state.gives) {
    state.continues = Standing{.at = *state.gives, .certainty = Certainty::exact};
    state.is_real = false;
    add_ancestor(state.ancestors, *state.gives);
  }
  if (is_master || (view.info->link && view.info->link->up)) {
    state.gives.reset();
  }
}

void note_holders(GuardState& state, const Observation& observation) {
  for (const auto& pod : observation.pods) {
    if (pod.is_self || !pod.redis) {
      continue;
    }
    const auto& view = pod.redis->value;
    const bool is_loading = view.contact == Contact::loading || (view.info && view.info->loading == true);
    const bool holds = is_loading || (view.info && view.info->keys > 0);
    for (const auto& ip : pod.addresses) {
      if (!holds) {
        continue;
      }
      if (const auto known = std::ranges::find(state.holders, ip, &Holder::ip); known != state.holders.end()) {
        known->heard = is_loading ? known->heard : pod.redis->seen;  // which may take long, and is not waited for anew
      } else {
        state.holders.push_back({.ip = ip, .heard = pod.redis->seen});
      }
    }
  }
}

// DNS is asked at each tick; only a whole answer that knows this pod proves anything.
void recognize_peers(const Settings& settings, GuardState& state, const Observation& observation) {
  note_holders(state, observation);
  const auto& dns = observation.service_dns;
  if (!dns || dns->value.outcome != DnsOutcome::found || !dns->value.complete) {
    return;
  }
  const auto is_own = [&settings](const IpAddress& a) { return contains(settings.pod.own_addresses, a); };
  if (!std::ranges::any_of(dns->value.addresses, is_own) || dns->asked < state.run_since) {
    return;
  }
  if (!state.roster_since || state.roster != dns->value.addresses) {
    const auto has_left = [&](const IpAddress& ip) {
      const bool had_data = std::ranges::find(state.holders, ip, &Holder::ip) != state.holders.end();
      return had_data && !contains(dns->value.addresses, ip);
    };
    if (std::ranges::any_of(state.roster, has_left)) {
      state.left_at = dns->asked;
    }
    state.roster = dns->value.addresses;
    state.roster_since = dns->asked;
  }
}

// More than it began with, in the same history (seed 287069).
bool has_come(const GuardState& state, const RedisInfo& info) {
  const auto& began = state.continues;
  return began && began->certainty == Certainty::exact && began->at.replid == info.replid && was_linked(info) &&
         info.link->replica_offset > began->at.offset;
}

}  // namespace

void recognize(const Settings& settings, GuardState& state, const Observation& observation) {
  const auto* first = pod_with(observation, settings.pod.first_ordinal);
  if (first != nullptr && first->redis && is_alive(first->redis->value.contact)) {
    state.first_answered = std::max(state.first_answered, first->redis->seen);
  }
  const auto* self = self_of(observation);
  const auto* view = settled_view(self);
  if (view == nullptr) {
    recognize_loading(state, self);
    return;
  }
  if (view->info->run_id != state.run_id) {
    recognize_process(settings, state, *self->redis, observation);
  }
  recognize_peers(settings, state, observation);
  const auto& link = view->info->link;
  // A link that came and went between two looks leaves its master's history, or more of the one that was here.
  const bool is_new_history = link && !state.replid.empty() && state.replid != view->info->replid;
  state.replid = view->info->replid;
  if (link && (link->up || is_new_history || has_come(state, *view->info))) {
    state.is_real = true;
    state.continues.reset();  // its data is the master's now
    state.synced_with = link->host;
    if (!state.linked) {
      state.has_saved = state.has_copy = false;  // of what was there before; the next time it is other data
    }
  }
  const bool is_linked = link && link->up;
  state.linked = !is_linked ? std::nullopt : state.linked && !is_new_history ? state.linked : self->redis->asked;
  if (link) {
    recognize_sync(state, observation, *view->info, is_new_history);
  }
  if (is_first(settings.pod) && view->info->role == Role::master && view->is_open == true) {
    state.is_real = true;  // it serves: from now on its history is the set's
  }
  if (!is_first(settings.pod)) {
    recognize_promotion(state, *view);
  }
  recognize_history(settings, state, observation, *view);
}

}  // namespace agent
