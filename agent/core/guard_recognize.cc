// What the own Redis is, as guard() needs it: a new process, what its data continues, what that grew out of, and who
// was seen. Read anew at each tick from what INFO and DNS show.
#include <algorithm>

#include "core/ancestry.h"
#include "core/guard_case.h"
#include "core/judge.h"
#include "core/mutant.h"

namespace agent {

namespace {

// From an append-only file the history is not told: the state file's last word is what the data has at least. All of it
// is there if its master ended in order, and if only Redis died: what it acknowledged was written to the kernel before
// (and where it was not, keys tell: guard_doubt.cc).
std::optional<Standing> standing_in_memory(const GuardState& state) {
  if (!state.memory || !state.memory->at) {
    return std::nullopt;
  }
  const bool is_same_boot = state.memory->boot_id == state.boot_id;
  const bool is_complete = state.memory->was_master && (is_same_boot || state.was_ended);
  return Standing{.at = *state.memory->at, .certainty = is_complete ? Certainty::complete : Certainty::at_least};
}

bool is_untold(const RedisInfo& info) {
  const auto lineage = lineage_of(info);
  return info.role == Role::master && info.aof_enabled == false && info.keys > 0 && lineage && !lineage->before;
}

// The file names no history: it was saved where there was no backlog, by a process that never opened, or before the
// history that was noted last began.
std::optional<Standing> standing_of_unnamed(const GuardState& state) {
  const auto& memory = state.memory;
  if (!memory || !memory->at) {
    return std::nullopt;
  }
  if (!memory->closed.empty() && memory->continues) {
    return memory->continues;
  }
  return Standing{.at = {.replid = memory->at->replid, .offset = kBefore}, .certainty = Certainty::exact};
}

// A donor was stopped in order when its reader had just come, for whom it began one more history: that is in its file,
// and no agent saw it (seed 4737).
bool is_of_donor(const GuardState& state, const Observation& observation, const Position& at) {
  const auto& memory = state.memory;
  const bool was_donor = observation.was_ended && memory && memory->continues && !memory->closed.empty() &&
                         memory->closed.back().replid != memory->continues->at.replid;
  const auto is_it = [&at](const Position& known) { return known.replid == at.replid; };
  return was_donor && at.offset >= memory->closed.back().offset && !is_it(memory->continues->at) &&
         !(memory->at && is_it(*memory->at)) && std::ranges::none_of(memory->closed, is_it) &&
         std::ranges::none_of(memory->ancestors, is_it);
}

// A parked Redis whose file names no history shows one that it made up, at 1. Only where the process before could not
// be written to does its memory tell whose data that is (seed 526215).
bool is_nameless(const GuardState& state, const RedisInfo& info) {
  const auto& link = info.link;
  return info.aof_enabled == false && info.keys > 0 && link && !link->up && !link->down_since_seconds &&
         info.master_offset != link->replica_offset && state.memory && !state.memory->closed.empty();
}

// Where the data of a process that just began stands. What is empty claims nothing from memory: the volume may have
// been wiped around the state file.
std::optional<Standing> standing_at_start(const GuardState& state, const RedisInfo& info,
                                          const Observation& observation) {
  if (info.aof_enabled == true && !mutant(Mutant::believe_aof_history)) {
    return info.keys > 0 ? standing_in_memory(state) : std::nullopt;
  }
  const auto lineage = lineage_of(info);
  if (!lineage) {
    return std::nullopt;
  }
  if (info.role == Role::master) {
    const auto& rdb = observation.rdb;
    const bool is_of_file = is_untold(info) && rdb && rdb->replid != info.replid;  // else it was saved since
    if (const auto& at = is_of_file ? rdb : lineage->before) {
      return Standing{.at = *at, .certainty = Certainty::exact};
    }
    return info.keys > 0 ? standing_of_unnamed(state) : std::nullopt;
  }
  const bool is_from_disk = info.keys > 0 && info.master_offset == lineage->now.offset;
  if (is_nameless(state, info) || (is_from_disk && is_of_donor(state, observation, lineage->now))) {
    return state.memory->continues;
  }
  return is_from_disk ? std::optional(Standing{.at = lineage->now, .certainty = Certainty::exact}) : std::nullopt;
}

// The process before ended in order, and had all when it began, or was seen to serve (seed 15601).
bool ended_with_all(const GuardState& state, const Observation& observation) {
  const bool had_all = state.memory && (state.memory->is_placed || state.memory->was_ended);
  return (observation.was_ended && had_all) || mutant(Mutant::trust_any_end);
}

void recognize_process(GuardState& state, const Seen<RedisView>& seen, const Observation& observation) {
  const auto& info = *seen.value.info;
  const bool is_remembered = state.memory && state.memory->run_id == info.run_id;
  state.run_id = info.run_id;
  state.has_word = false;  // it was for what the process before held
  state.run_since = state.progress = observation.now;
  state.awaits_word = false;
  state.holders.clear();
  state.left_at.reset();
  state.roster_since.reset();  // who attached to the process before, a cache of DNS may not know yet
  state.floor = std::max(state.floor, seen.asked);
  const bool tells_keys = info.keys == 0 || lasting_keys(info) > 0;  // and not of what expires only
  state.began_with = is_remembered                               ? state.memory->began_with
                     : tells_keys && seen.value.is_open == false ? std::optional(lasting_keys(info))
                                                                 : std::nullopt;
  state.was_ended = is_remembered ? state.memory->was_ended : ended_with_all(state, observation);
  state.continues = is_remembered ? state.memory->continues : standing_at_start(state, info, observation);
  const bool is_closed = !is_remembered && state.memory && state.continues &&
                         std::ranges::any_of(state.memory->closed, [&at = state.continues->at](const Position& closed) {
                           return closed.replid == at.replid && closed.offset >= at.offset;
                         });
  if (is_closed && !mutant(Mutant::believe_closed_file)) {
    state.continues = state.memory->continues;  // the process before saved what it had begun with, in its own history
  }
  const bool is_made_up = is_closed || (state.continues && is_nameless(state, info));
  state.is_real = (info.aof_enabled != true && !is_made_up) ||
                  (is_remembered && state.memory->at && state.memory->at->replid == info.replid);
  const auto& memory = state.memory;
  // What stands there may still be of the process before, where this one has not noted anything yet.
  const bool is_of_this =
      is_remembered && memory->at && (memory->at->replid == info.replid || memory->at->replid == info.replid2);
  const auto at = state.continues ? std::optional(state.continues->at) : is_of_this ? memory->at : std::nullopt;
  // Once this process has gone on in a history of its own, what that grew out of is its own, too.
  const bool has_gone_on = is_of_this && (!state.continues || state.continues->at.replid != memory->at->replid);
  state.last = has_gone_on ? memory->at : at;
  state.ancestors = memory ? ancestors_of(memory->ancestors, memory->at, state.last) : std::vector<Position>{};
  if (at && at->offset == kBefore) {
    state.ancestors.clear();  // the file may be older than they are
  }
  if (state.continues && state.continues->certainty == Certainty::at_least) {
    for (auto& ancestor : state.ancestors) {
      ancestor.offset = std::min(ancestor.offset, kAllButItsEnd);
    }
  }
  if (at) {
    const bool is_all = state.continues && state.continues->certainty == Certainty::complete;
    add_ancestor(state.ancestors, {.replid = at->replid, .offset = is_all ? kAll : at->offset});
  }
  const bool is_complete = state.continues && state.continues->certainty == Certainty::complete;
  const bool is_doubted = is_complete && !state.was_ended;
  state.may_lack_end = is_doubted && (is_remembered ? memory->may_lack_end : memory->has_slow_disk);
  state.donor_run.clear();
  state.donor_had.reset();
  state.gives.reset();
  state.opened.reset();
  state.replid.clear();
  state.synced_with.clear();
  state.linked.reset();
  state.is_snapshot = false;
  state.to_reach.reset();
  state.has_saved = state.has_copy = false;
  state.tried.clear();
  state.moved = 0;
}

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

}  // namespace

bool is_new_process(const GuardState& state, const Observation& observation) {
  const auto* view = settled_view(self_of(observation));
  return view != nullptr && view->info->run_id != state.run_id &&
         !(state.memory && state.memory->run_id == view->info->run_id);
}

bool wants_rdb(const GuardState& state, const Observation& observation) {
  return is_new_process(state, observation) && is_untold(*settled_view(self_of(observation))->info);
}

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
    recognize_process(state, *self->redis, observation);
  }
  recognize_peers(settings, state, observation);
  const auto& link = view->info->link;
  // A link that came and went between two looks leaves its master's history.
  const bool was_linked = link && !state.replid.empty() && state.replid != view->info->replid;
  state.replid = view->info->replid;
  if (link && (link->up || was_linked)) {
    state.is_real = true;
    state.continues.reset();  // its data is the master's now
    state.synced_with = link->host;
    if (!state.linked) {
      state.has_saved = state.has_copy = false;  // of what was there before; the next time it is other data
    }
  }
  const bool is_linked = link && link->up;
  state.linked = !is_linked ? std::nullopt : state.linked && !was_linked ? state.linked : self->redis->asked;
  if (link) {
    recognize_sync(state, observation, *view->info, was_linked);
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
