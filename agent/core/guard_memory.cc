// What a guarded pod's agent notes of its Redis at each tick, so that the next process' data can be told by it.
#include <algorithm>
#include <utility>

#include "core/ancestry.h"
#include "core/guard_case.h"
#include "core/mutant.h"

namespace agent {

namespace {

// What a sync brought is in the append-only file only when that is written anew; whoever kills Redis before gets the
// data of before back. The file of a master that still goes on from it is merely shortened. And where it cannot be
// written (the disk is full) it is behind.
bool is_in_file(const GuardState& state, const Memory& memory, const RedisInfo& info, bool is_open_master) {
  if (info.aof_enabled != true || mutant(Mutant::note_before_rewrite)) {
    return true;
  }
  const bool goes_on = state.continues || !memory.at || memory.at->replid == info.replid;
  return info.last_aof_write_ok != false && (info.aof_rewriting != true || (is_open_master && goes_on));
}

// Every second a file is synced; on a quick disk that takes milliseconds, and two looks in a row do not meet it.
constexpr Duration kSlowFor = std::chrono::seconds(30);

void note_disk(GuardState& state, const Seen<RedisView>& seen, Instant now, Memory& memory) {
  if (!state.synced_slowly && memory.has_slow_disk) {
    state.synced_slowly = now;  // the agent before this one saw it
  }
  if (seen.asked != std::exchange(state.looked, seen.asked)) {
    const bool is_syncing = seen.value.info->aof_syncing == true;
    if (std::exchange(state.is_syncing, is_syncing) && is_syncing) {
      state.synced_slowly = now;
    }
  }
  memory.has_slow_disk = state.synced_slowly && now - *state.synced_slowly < kSlowFor;
}

// While the file is synced what comes waits in memory: then what is in it for certain is what was noted before, or
// stood there long enough ago, and of a new history where it began.
Position place_in_file(const GuardState& state, const Lineage& lineage, const RedisInfo& info, const Memory& memory) {
  if (info.aof_enabled != true || info.aof_syncing != true || mutant(Mutant::assume_flushed)) {
    return lineage.now;
  }
  Position place{.replid = lineage.now.replid, .offset = lineage.before ? lineage.before->offset : 0};
  for (const auto& known : {memory.at, state.flushed.place()}) {
    if (known && known->replid == place.replid) {
      place.offset = std::max(place.offset, known->offset);
    }
  }
  return place;
}

void forget_regained(const GuardState& state, const RedisInfo& info, Memory& memory) {
  if (memory.lost.empty()) {
    return;
  }
  const auto lineage = own_lineage(state, info);
  std::erase_if(memory.lost, [&lineage](const Position& place) { return has_place(lineage, place); });
}

void note_place(GuardState& state, Instant now, const RedisView& view, bool is_open_master, Memory& memory) {
  auto lineage = lineage_of(*view.info);
  if (lineage && view.info->role == Role::master && !is_open_master && view.min_replicas == kFence) {
    forget_pings(*lineage);
  }
  if (lineage) {
    state.flushed.look(lineage->now, now);
    memory.at = place_in_file(state, *lineage, *view.info, memory);
  }
  memory.ancestors = state.ancestors;
  memory.was_master = is_open_master;
  memory.is_placed = true;
  memory.boot_id = state.boot_id;
  memory.closed.clear();
}

}  // namespace

void remember(const Settings& settings, GuardState& state, const Observation& observation) {
  const auto* self = self_of(observation);
  const auto* view = settled_view(self);
  if (!state.memory) {
    state.memory.emplace().pod = pod_fqdn(settings.pod.domain, pod_name(settings.pod.identity));
  }
  auto& memory = *state.memory;
  if (view != nullptr && view->info->run_id == state.run_id) {
    const auto& info = *view->info;
    const bool is_open_master = is_first(settings.pod) && info.role == Role::master && view->is_open == true;
    const bool has_data = info.link && (info.link->up || (!state.synced_with.empty() && keeps_what_came(info)));
    const bool is_follower = info.role == Role::replica && state.is_real && has_data;
    const bool is_promoted =
        !is_first(settings.pod) && info.role == Role::master && state.is_real;  // a donor, or by hand
    if (std::exchange(memory.continues, state.continues) != state.continues) {
      memory.closed.clear();
    }
    memory.is_placed = memory.is_placed && memory.run_id == state.run_id;
    memory.run_id = state.run_id;
    memory.began_with = state.began_with;
    memory.may_lack_end = state.may_lack_end;
    memory.was_ended = state.was_ended;
    if (is_open_master) {
      forget_regained(state, info, memory);
      memory.donor.clear();
      memory.donor_pod.clear();
      note_disk(state, *self->redis, observation.now, memory);
    }
    if (is_open_master || is_follower || is_promoted) {
      if (is_in_file(state, memory, info, is_open_master)) {
        note_place(state, observation.now, *view, is_open_master, memory);
      } else {
        memory.was_master = false;  // what it acknowledges now is not in its file
      }
    } else if (const auto lineage = state.continues ? lineage_of(info) : std::nullopt) {
      add_ancestor(memory.closed, lineage->now);
    }
  }
}

}  // namespace agent
