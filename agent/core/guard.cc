#include "core/guard.h"

#include <algorithm>

#include "core/guard_case.h"
#include "core/text.h"

namespace agent {

namespace {

constexpr Duration kRetryMin = std::chrono::milliseconds(500);
constexpr Duration kRetryMax = std::chrono::seconds(10);

// Where the data stands now. A first pod that is not open yet stands where it began; so does a Redis from an
// append-only file, until it has followed somebody.
std::optional<Standing> standing_now(const Settings& settings, const GuardState& state, const RedisView& view) {
  const auto& info = *view.info;
  auto lineage = lineage_of(info);
  if (lineage && view.min_replicas == kFence && info.role == Role::master) {
    forget_pings(*lineage);
  }
  const bool is_master = info.role == Role::master;
  const bool is_serving = is_first(settings.pod) && is_master && view.is_open == true;
  if (!lineage || (is_first(settings.pod) && is_master && !is_serving) || (!state.is_real && !is_serving)) {
    return state.continues;
  }
  const bool is_blank = info.link && !info.link->up && info.keys == 0 && info.master_offset != lineage->now.offset;
  return is_blank ? std::nullopt : std::optional(Standing{.at = lineage->now, .certainty = Certainty::exact});
}

// Promoted, or demoted again, and nothing written since: the data is also that of the history before.
std::optional<Standing> branch_of(const GuardState& state, const RedisInfo& info) {
  const auto lineage = lineage_of(info);
  const bool is_still = state.is_real && lineage && lineage->before && lineage->now.offset == lineage->before->offset;
  return is_still ? std::optional(Standing{.at = *lineage->before, .certainty = Certainty::exact}) : std::nullopt;
}

std::optional<Decision> decide(const GuardCase& c) {
  if (!is_first(c.settings.pod)) {
    auto decision = guard_donor(c);
    return decision ? decision : guard_replica(c);
  }
  const auto* donor = followed_by(c.observation, c.info);
  const auto& memory = c.state.memory;
  const bool is_known = c.info.link && memory && !memory->donor.empty() && memory->donor == c.info.link->host;
  const bool is_gone = donor == nullptr && is_known;
  return is_gone || (donor != nullptr && !donor->is_self) ? guard_reseed(c, donor) : guard_first(c);
}

}  // namespace

std::optional<Decision> guard(const Settings& settings, GuardState& state, const Observation& observation) {
  const auto* self = self_of(observation);
  const auto* view = settled_view(self);
  if (view == nullptr) {
    state.said.reset();
    return std::nullopt;
  }
  if (self->redis->asked < state.floor) {
    return state.said;  // until the world has been looked at after the last change
  }
  const GuardCase c{settings,
                    observation,
                    state,
                    *self,
                    *view,
                    *view->info,
                    standing_now(settings, state, *view),
                    branch_of(state, *view->info)};
  auto decision = decide(c);
  if (decision && !state.error.empty()) {
    decision->sentence += cat(". It was tried and refused: ", state.error);
  }
  if (observation.now < state.not_before && decision) {
    decision->action.reset();
  }
  state.said = decision;
  if (state.said) {
    state.said->action.reset();
  }
  return decision;
}

void acted(GuardState& state, const Action& action, Outcome outcome, const std::string& error, Instant now) {
  state.floor = now;
  if (outcome == Outcome::refused) {
    state.error = error;
    state.not_before = now + std::min(kRetryMax, kRetryMin * (1 << std::min(state.refusals, 8)));
    ++state.refusals;
    return;
  }
  state.error.clear();
  state.refusals = 0;
  state.has_word = state.has_word && (action.reason != Reason::bootstrapped || outcome != Outcome::done);
  state.has_saved = state.has_saved || (action.deed == Deed::save && outcome == Outcome::done);
  state.has_copy = state.has_copy || (action.deed == Deed::keep_copy && outcome == Outcome::done);
}

std::optional<Published> published(const GuardState& state) {
  if (state.run_id.empty()) {
    return std::nullopt;
  }
  Published data{.run_id = state.run_id,
                 .continues = state.continues,
                 .ancestors = state.ancestors,
                 .began_with = state.began_with,
                 .is_snapshot = state.is_snapshot,
                 .may_lack_end = state.may_lack_end};
  const auto& memory = state.memory;
  if (memory && memory->at && memory->at->replid != state.replid) {
    data.once = memory->at;
    data.once_ancestors = memory->ancestors;
  }
  if (memory) {
    data.lost = memory->lost;
  }
  return data;
}

}  // namespace agent
