// The first pod takes a replica's data. All of it can be seen in Redis itself, so that whoever dies at any point, the
// others go on from what is there: the first pod follows the donor; the donor fences itself and becomes master; the
// first pod syncs, and when it has all, becomes master; the donor follows it again.
#include <algorithm>

#include "core/closed_door.h"
#include "core/duration.h"
#include "core/format.h"
#include "core/guard_case.h"
#include "core/mutant.h"
#include "core/text.h"

namespace agent {

namespace {

// What moves while a sync goes on: as long as it changes, the donor gives. A link that only comes and goes gives
// nothing.
std::string mark_of(const GuardCase& c) {
  const auto& link = *c.info.link;
  return cat(to_text(Endpoint(TcpEndpoint{parse_ip(link.host).value_or(IpAddress{}), link.port.value_or(0)})), ' ',
             link.sync_read_bytes.value_or(0), ' ', link.replica_offset.value_or(0), ' ', c.keys());
}

// The donor refuses writes and this pod has applied what it had: views of one round, the donor's not after the own.
bool has_all(const GuardCase& c, const PodSight& donor) {
  if (mutant(Mutant::promote_before_synced)) {
    return true;
  }
  const auto* theirs = fresh_info(c, donor);
  const auto& link = *c.info.link;
  return theirs != nullptr && theirs->role == Role::master &&
         (is_fenced(donor) || mutant(Mutant::donate_without_fence)) && link.up && !link.sync_in_progress &&
         theirs->replid == c.info.replid && theirs->master_offset && link.replica_offset &&
         *link.replica_offset >= *theirs->master_offset;
}

// The whole of a donor's data is here, though the donor is gone: it was linked, so what INFO tells is the data's.
bool is_whole(const GuardCase& c) {
  const auto& link = *c.info.link;
  return c.state.synced_with == link.host && !link.up && !link.sync_in_progress && keeps_what_came(c.info);
}

// The donor's Redis ended after it had given, and came back with less than is here now.
bool outlives(const GuardCase& c, const Peers& peers, const PodSight& donor) {
  const auto chosen = std::ranges::find(peers.answered, &donor, &Peer::pod);
  const bool came_back = chosen != peers.answered.end() && !c.state.donor_run.empty() &&
                         chosen->info->run_id != c.state.donor_run && chosen->relation == Relation::behind;
  return came_back && peers.is_complete() && c.state.synced_with == c.info.link->host && keeps_what_came(c.info) &&
         std::ranges::all_of(peers.answered, [](const Peer& peer) {
           return peer.keys == 0 || peer.relation == Relation::behind || peer.relation == Relation::equal;
         });
}

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

// The other's data went on from a point of the donor's: INFO may show none of the donor's histories any more.
bool went_on_from(const Peer& other, const Peer& donor) {
  const auto is_ahead = [&other](const Standing& at) { return relation(other.lineage, at) == Relation::ahead; };
  const auto& lineage = donor.lineage;
  return is_ahead(donor.standing) || (lineage.continues && is_ahead(*lineage.continues)) ||
         (lineage.before && is_ahead({.at = *lineage.before}));
}

// The donor is not what was chosen: it was restarted with less, or somebody has more than it.
bool is_unfit(const GuardCase& c, const Peers& peers, const PodSight& donor) {
  const auto chosen = std::ranges::find(peers.answered, &donor, &Peer::pod);
  if (chosen == peers.answered.end()) {
    return false;  // not seen: no progress either
  }
  const bool is_same = chosen->info->run_id == c.state.donor_run;
  return std::ranges::any_of(peers.answered, [&](const Peer& other) {
    return other.pod != &donor && other.keys > 0 && !contains_data(*chosen, other) &&
           (!is_same || goes_on_further(other, chosen->lineage, lasting_keys(*chosen->info)) ||
            went_on_from(other, *chosen) || relation(chosen->lineage, other.standing) == Relation::behind);
  });
}

bool was_tried(const GuardCase& c, const TcpEndpoint& at) {
  return std::ranges::find(c.state.tried, at) != c.state.tried.end();
}

std::optional<Decision> give_up_on(const GuardCase& c, const PodSight& donor) {
  const auto at = endpoint_of(c, donor);
  if (at && !was_tried(c, *at)) {
    c.state.tried.push_back(*at);
  }
  c.state.progress = c.observation.now;
  const auto peers = peers_of(c);
  std::vector<Peer> others;
  for (const auto& peer : peers.answered) {
    const auto other = endpoint_of(c, *peer.pod);
    if (peer.keys > 0 && other && !was_tried(c, *other)) {
      others.push_back(peer);
    }
  }
  const auto* next = choose_donor(others);
  return next == nullptr ? std::nullopt : std::optional(take_data_of(c, *next));
}

// Somebody made it follow where there is nothing to take, and nobody else has anything.
bool is_all_empty(const GuardCase& c, const PodSight& donor) {
  const auto* theirs = fresh_info(c, donor);
  const auto peers = peers_of(c);
  return c.is_empty() && theirs != nullptr && theirs->role == Role::replica && peers.is_complete() &&
         std::ranges::all_of(peers.answered, [](const Peer& peer) { return peer.keys == 0; });
}

std::optional<Decision> untold_has_more(const GuardCase& c, const Peer& donor) {
  return untold_has_more(c, lasting_keys(*donor.info), cat("the most that anybody tells of is ", shown(donor)));
}

std::string why_not_given(const GuardCase& c, const std::string& who) {
  const bool is_known = c.is_empty() || c.state.continues || !c.state.synced_with.empty();
  return cat(
      is_known ? "" : "It gives only to who provably has less, and no file here tells of which history the data is. ",
      "Is the agent of ", who, " running? ");
}

}  // namespace

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

std::optional<Decision> guard_reseed(const GuardCase& c, const PodSight& donor) {
  const auto who = shown_name(donor);
  const auto mark = mark_of(c);
  if (mark != c.state.mark) {
    c.state.mark = mark;
    c.state.progress = c.observation.now;
  }
  if (is_open(c.view) == false) {
    return act(c, Reason::reseeding, cat(c.name(), " follows ", who, " and opens its door, read-only"), open_door(c));
  }
  if (!c.state.has_word && is_all_empty(c, donor)) {
    return act(c, Reason::first_start,
               cat(c.name(), " follows ", who, ", which is empty, and nobody holds data: it becomes master"),
               {.deed = Deed::promote});
  }
  const auto peers = peers_of(c);
  const auto chosen = std::ranges::find(peers.answered, &donor, &Peer::pod);
  if (!c.state.has_word && outlives(c, peers, donor)) {
    return act(c, Reason::reseeding,
               cat(own_data(c), ", all that ", who, " had given before it came back with less: it becomes master"),
               {.deed = Deed::promote});
  }
  auto held = chosen == peers.answered.end() ? std::nullopt : untold_has_more(c, *chosen);
  if (held && !c.state.has_word && has_all(c, donor)) {
    return held;
  }
  const bool is_taken_back = !c.state.has_word && is_unfit(c, peers, donor);
  if (!is_taken_back && (c.state.has_word || has_all(c, donor))) {
    return act(c, c.state.has_word ? Reason::bootstrapped : Reason::reseeding,
               cat(c.name(), " has ", c.state.has_word ? "the operator's word" : cat("all the data of ", who), " (",
                   c.keys(), " keys) and becomes master again"),
               {.deed = Deed::promote});
  }
  const auto stuck = c.observation.now - c.state.progress;
  if (is_whole(c) && stuck >= c.settings.guard.peer_wait) {
    return act(c, Reason::peer_silent,
               cat(c.name(), " has the data of ", who, " (", c.keys(), " keys), waited ", rough(stuck),
                   " for it and becomes master"),
               {.deed = Deed::promote});
  }
  if (!is_taken_back && chosen != peers.answered.end() && chosen->relation != Relation::behind) {
    c.state.donor_run = chosen->info->run_id;  // it may have begun anew, with all that it had
  }
  if (is_taken_back || stuck >= kNoProgress) {
    if (auto next = give_up_on(c, donor)) {
      return next;
    }
  }
  const auto at = endpoint_of(c, donor);
  if (at && was_tried(c, *at)) {
    return hold(
        Reason::donor_silent,
        cat(c.name(), " should take the data of ", who, ", which does not give it, and nobody else has it; it waits. ",
            why_not_given(c, who), own_data(c),
            way_out(c, "makes it master with what it has; the data of the others is then kept aside and replaced")));
  }
  return wait(Reason::reseeding,
              cat(c.name(), " takes the data of ", who, c.info.link->up ? ", linked" : ", not linked yet", ", ",
                  c.keys(), " keys so far"));
}

}  // namespace agent
