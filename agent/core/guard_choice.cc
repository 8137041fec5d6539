// Whose data the first pod takes, where others have more than it, and what speaks against it.
#include <algorithm>

#include "core/format.h"
#include "core/guard_case.h"
#include "core/mutant.h"
#include "core/text.h"

namespace agent {

// Whoever writes a history has all of it, though the pings in it, which others have heard, do not count as its data.
bool contains_data(const Peer& donor, const Peer& other) {
  if (goes_on_further(other, donor.lineage, lasting_keys(*donor.info))) {
    return false;
  }
  if (goes_on_further(donor, other.lineage, lasting_keys(*other.info))) {
    return true;
  }
  if (donor.info->role == Role::master && other.standing.at.replid == donor.lineage.now.replid) {
    return true;
  }
  const auto is = relation(donor.lineage, other.standing);
  return is == Relation::equal || is == Relation::ahead;
}

// Of those who hold keys and whose agent does not tell the history, the number of keys is all that is known. More of
// them may be what is missing.
std::optional<Decision> untold_has_more(const GuardCase& c, std::int64_t keys, const std::string& best) {
  for (const auto* pod : peers_of(c).silent) {
    const auto* info = fresh_info(c, *pod);
    if (info == nullptr || lasting_keys(*info) <= keys || c.settings.guard.repair == Repair::force) {
      continue;
    }
    const auto why = cat(own_data(c), "; ", best, ", but ", shown_name(*pod), " has ", *info->keys,
                         " keys and its agent does not tell of which history");
    if (std::chrono::seconds(info->uptime_seconds.value_or(0)) < c.settings.guard.peer_wait) {
      return wait(Reason::peer_silent, cat(why, ": it waits for that"));
    }
    return hold(Reason::peer_may_hold_data,
                cat(why, ": start an agent there that does, or remove that pod",
                    way_out(c, "opens it with what it has; the data of the others is kept aside")));
  }
  return std::nullopt;
}

std::optional<Decision> untold_has_more(const GuardCase& c, const Peer& donor) {
  return untold_has_more(c, lasting_keys(*donor.info), cat("the most that anybody tells of is ", shown(donor)));
}

const Peer* choose_donor(const std::vector<Peer>& candidates) {
  std::vector<const Peer*> by_keys;  // of those that cannot be told apart, the one with the most keys
  by_keys.reserve(candidates.size());
  for (const auto& candidate : candidates) {
    by_keys.push_back(&candidate);
  }
  std::ranges::sort(by_keys,
                    [](const Peer* a, const Peer* b) { return a->keys != b->keys ? a->keys > b->keys : a < b; });
  for (const auto* candidate : by_keys) {
    const auto& best = *candidate;
    if (mutant(Mutant::take_any_donor)) {
      return &best;
    }
    const auto contains_all = std::ranges::all_of(
        candidates, [&best](const Peer& other) { return &best == &other || contains_data(best, other); });
    if (contains_all) {
      return &best;
    }
  }
  return nullptr;
}

Decision take_data_of(const GuardCase& c, const Peer& donor) {
  if (!can_read(c.info, *donor.info)) {
    return hold(Reason::master_format_newer,
                cat(shown(donor), " has more than this pod, but ", c.info.version, " cannot read the data of ",
                    donor.info->version, ": start a server at least as new here",
                    way_out(c, "opens it with what it has; the newer data is given up")));
  }
  if (auto held = untold_has_more(c, donor)) {
    return *held;
  }
  const auto why = cat(own_data(c), "; it takes the data of ", shown(donor));
  if (!c.is_empty() && !c.state.has_copy && c.settings.data_dir && !mutant(Mutant::reseed_without_copy)) {
    return act(c, Reason::reseeding, cat(why, ", and keeps hard links of its own files before"),
               {.deed = Deed::keep_copy});
  }
  c.state.donor_run = donor.info->run_id;
  return act(c, Reason::reseeding, why, follow(c, *donor.pod));
}

}  // namespace agent
