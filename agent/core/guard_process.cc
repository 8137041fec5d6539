// What a process of the own Redis began with: what its data continues, what that grew out of, and what is missing of
// what the process before had.
#include <algorithm>

#include "core/ancestry.h"
#include "core/guard_case.h"
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

// What the process before had, and this one did not begin with: whoever has it still must not follow (seed 42841). A
// file that names no history may be from before all that is noted (seed 409420). At 0 there was no backlog yet, so that
// nobody else can have it.
void note_loss(GuardState& state, const RedisInfo& info) {
  auto& memory = state.memory;
  if (!memory || !memory->at) {
    return;
  }
  const auto lineage = own_lineage(state, info);
  const auto is_lost = [&lineage](const Position& place) { return place.offset > 0 && !has_place(lineage, place); };
  for (const auto& ancestor : memory->ancestors) {
    if (memory->lost.size() + 1 < kAncestorsMax && is_lost(ancestor)) {
      add_ancestor(memory->lost, ancestor);
    }
  }
  if (is_lost(*memory->at)) {
    add_ancestor(memory->lost, *memory->at);
  }
}

}  // namespace

void recognize_process(const Settings& settings, GuardState& state, const Seen<RedisView>& seen,
                       const Observation& observation) {
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
  if (!is_remembered && is_first(settings.pod)) {
    note_loss(state, info);
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

bool is_new_process(const GuardState& state, const Observation& observation) {
  const auto* view = settled_view(self_of(observation));
  return view != nullptr && view->info->run_id != state.run_id &&
         !(state.memory && state.memory->run_id == view->info->run_id);
}

bool wants_rdb(const GuardState& state, const Observation& observation) {
  return is_new_process(state, observation) && is_untold(*settled_view(self_of(observation))->info);
}

}  // namespace agent
