// Whose data the first pod takes, where others have more than it, and what speaks against it.
#include <algorithm>
#include <utility>
#include <vector>

#include "core/ancestry.h"
#include "core/format.h"
#include "core/guard_case.h"
#include "core/mutant.h"
#include "core/text.h"

namespace agent {

// Whoever writes a history has all of it, though the pings in it, which others have heard, do not count as its data.
bool contains_data(const Peer& donor, const Peer& other) {
  if (donor.info->role == Role::master && other.standing.at.replid == donor.lineage.now.replid) {
    return true;
  }
  return is_contained(relation(donor.lineage, other.standing));
}

bool lacks_what_was_here(const GuardCase& c, const Peer& peer) {
  const auto& memory = c.state.memory;
  return memory && memory->at && relation(peer.lineage, {.at = *memory->at}) == Relation::behind;
}

bool has_lost_some(const GuardCase& c) {
  const auto& memory = c.state.memory;
  if (mutant(Mutant::open_with_less) || !memory || !memory->at || !c.mine || c.mine->certainty != Certainty::exact) {
    return false;
  }
  const Lineage once{.now = *memory->at, .before = {}, .continues = {}, .ancestors = memory->ancestors};
  return relation(once, *c.mine) == Relation::ahead;
}

std::string shown_before(const GuardCase& c) { return shown(Standing{.at = *c.state.memory->at}); }

namespace {

// Keys of which nobody can tell how far they go: the file of an append-only Redis where it was noted at some offset at
// least, or no agent to tell the history at all.
struct Unknown {
  const PodSight* pod;
  const RedisInfo* info;
  std::string_view why;
};

std::vector<Unknown> unknown_ends(const GuardCase& c, const Peers& peers) {
  std::vector<Unknown> unknown;
  for (const auto* pod : peers.silent) {
    if (const auto* info = fresh_info(c, *pod)) {
      unknown.push_back({pod, info, "no agent there tells of which history"});
    }
  }
  for (const auto& peer : peers.answered) {
    const auto& file = peer.lineage.continues;
    if (peer.is_made_up) {
      unknown.push_back({peer.pod, peer.info, "its agent does not know of which history"});
    } else if (file && file->certainty != Certainty::exact &&
               (peer.info->role == Role::replica || is_fenced(*peer.pod))) {
      unknown.push_back({peer.pod, peer.info, "where its append-only file ends is not known"});
    }
  }
  return unknown;
}

}  // namespace

// Offsets decide who gives; the number of keys decides nothing, for keys are deleted, too. But more of them, where no
// offset tells how far they go, may be what is missing.
std::optional<Decision> may_have_more(const GuardCase& c, const Peers& peers, std::int64_t keys,
                                      const std::string& best, std::string_view effect) {
  for (const auto& unknown : unknown_ends(c, peers)) {
    const auto theirs = lasting_keys(*unknown.info);
    if (theirs <= keys || c.settings.guard.repair == Repair::force || mutant(Mutant::count_no_keys)) {
      continue;
    }
    const auto why = cat(own_data(c), "; ", best, ", but ", shown_name(*unknown.pod), shown_more_keys(theirs, keys),
                         ", and ", unknown.why);
    if (std::chrono::seconds(unknown.info->uptime_seconds.value_or(0)) < c.settings.guard.peer_wait) {
      return wait(Reason::peer_silent, cat(why, ": its agent may tell yet"));
    }
    return hold_for_keys(c, why, effect);
  }
  return std::nullopt;
}

std::optional<Decision> may_have_more(const GuardCase& c, const Peers& peers, const Peer& donor) {
  const auto effect = c.is_empty() ? "opens it empty; who holds data then holds, for its own word"
                                   : "makes it master with what it has; what the others have more is given up";
  const auto keys = lasting_keys(*donor.info);
  const auto& file = c.state.continues;
  const bool has_fewer = keys < lasting_keys(c.info) && c.settings.guard.repair != Repair::force;
  // A server of 6.2 that was stopped twice in a row saved it without its history.
  if (has_fewer && file && file->at.offset == kBefore) {
    return hold_for_keys(c, cat(own_data(c), ", for its file names none, but ", shown(donor), " has fewer"), effect);
  }
  // Seed 300282: replicas go by keys then (is_no_newer), but what this one wrote since is nowhere else.
  if (has_fewer && file && file->certainty == Certainty::at_least && donor.may_be_old) {
    return hold_for_keys(c, cat(own_data(c), ", but ", shown(donor), ", made master by hand, has fewer"), effect);
  }
  return may_have_more(c, peers, keys, cat("the most that is known is with ", shown(donor)), effect);
}

const Peer* choose_donor(const std::vector<Peer>& candidates) {
  // Of those that cannot be told apart, the one with the most keys.
  std::vector<const Peer*> by_keys;
  by_keys.reserve(candidates.size());
  for (const auto& candidate : candidates) {
    by_keys.push_back(&candidate);
  }
  const auto rank = [](const Peer* peer) { return std::pair(-peer->keys, peer); };
  std::ranges::sort(by_keys, {}, rank);
  for (const auto* candidate : by_keys) {
    const auto& best = *candidate;
    const auto contains_all = std::ranges::all_of(
        candidates, [&best](const Peer& other) { return &best == &other || contains_data(best, other); });
    if (contains_all) {
      return &best;
    }
  }
  return nullptr;
}

Decision contradict(const GuardCase& c, const std::vector<Peer>& holders, Duration waited) {
  if (waited < c.settings.guard.peer_wait) {
    return wait(Reason::peer_silent, cat(own_data(c), ", and cannot tell yet who has the most: ", shown(holders),
                                         "; their agents may know of a common history"));
  }
  return hold(Reason::histories_differ,
              cat(own_data(c), ", and these hold data of histories that have nothing in common: ", shown(holders),
                  "; nobody but you can tell which is right. Empty those that are not, or stop them",
                  way_out(c, "opens it with what it has; each of the others then holds, for its own word")));
}

Decision take_data_of(const GuardCase& c, const Peers& peers, const Peer& donor) {
  if (!can_read(c.info, *donor.info)) {
    return hold(Reason::master_format_newer,
                cat(shown(donor), " has more than this pod, but ", c.info.version, " cannot read the data of ",
                    donor.info->version, ": start a server at least as new here",
                    way_out(c, "opens it with what it has; the newer data is given up")));
  }
  if (auto held = may_have_more(c, peers, donor)) {
    return *held;
  }
  const auto why = cat(own_data(c), "; it takes the data of ", shown(donor));
  if (!c.is_empty() && !c.state.has_copy && c.settings.data_dir) {
    return act(c, Reason::reseeding, cat(why, ", and keeps hard links of its own files before"),
               {.deed = Deed::keep_copy});
  }
  c.state.donor_run = donor.info->run_id;
  c.state.donor_had = donor.standing;
  return act(c, Reason::reseeding, why, follow(c, *donor.pod));
}

}  // namespace agent
