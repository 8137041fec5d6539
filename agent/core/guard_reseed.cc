// The first pod takes a replica's data. All of it can be seen in Redis itself, so that whoever dies at any point, the
// others go on from what is there: the first pod follows the donor; the donor fences itself and becomes master; the
// first pod syncs, and when it has all, becomes master; the donor follows it again.
#include <algorithm>

#include "core/duration.h"
#include "core/guard_case.h"
#include "core/mutant.h"
#include "core/text.h"

namespace agent {

namespace {

// The first pod follows a donor, and what is known of that.
struct Reseed {
  const GuardCase& c;
  const PodSight* donor;  // nothing where no pod has the address any more that it follows
  Peers peers;
  const Peer* chosen = nullptr;  // the donor, where it answered
  bool is_unfit = false;         // it is not what was chosen, or somebody has more

  std::string who() const {
    if (donor != nullptr) {
      return shown_name(*donor);
    }
    const auto& pod = c.state.memory->donor_pod;
    return cat(pod.empty() ? "the pod" : pod, " (gone from ", c.info.link->host, ')');
  }
  Duration stuck() const { return c.observation.now - c.state.progress; }
};

// What moves while a sync goes on: as long as it changes, the donor gives. A link that only comes and goes gives
// nothing, nor does one that stays up to an address that is no pod's any more.
std::string mark_of(const GuardCase& c, bool is_gone) {
  const auto& link = *c.info.link;
  if (is_gone) {
    return cat(link.host, ' ', link.sync_read_bytes.value_or(0));
  }
  return cat(to_text(Endpoint(TcpEndpoint{parse_ip(link.host).value_or(IpAddress{}), link.port.value_or(0)})), ' ',
             link.sync_read_bytes.value_or(0), ' ', link.replica_offset.value_or(0), ' ', c.keys());
}

// The donor refuses writes, and this pod has had its sync.
bool is_synced(const Reseed& r) {
  if (mutant(Mutant::promote_before_synced)) {
    return true;
  }
  const auto& c = r.c;
  const auto* theirs = r.donor != nullptr ? fresh_info(c, *r.donor) : nullptr;
  const auto& link = *c.info.link;
  return theirs != nullptr && theirs->role == Role::master &&
         (is_fenced(*r.donor) || mutant(Mutant::donate_without_fence)) && link.up && !link.sync_in_progress &&
         theirs->replid == c.info.replid;
}

// And has applied what it had: views of one round, the donor's not after the own.
bool has_all(const Reseed& r) {
  if (mutant(Mutant::promote_before_synced)) {
    return true;
  }
  const auto& theirs = *fresh_info(r.c, *r.donor);
  const auto& link = *r.c.info.link;
  return theirs.master_offset && link.replica_offset && *link.replica_offset >= *theirs.master_offset;
}

// The whole of a donor's data is here, though the donor is gone: it was linked, so what INFO tells is the data's.
bool is_whole(const GuardCase& c) {
  const auto& link = *c.info.link;
  return c.state.synced_with == link.host && !link.up && !link.sync_in_progress && keeps_what_came(c.info);
}

// The other's data went on from a point of the donor's: INFO may show none of the donor's histories any more.
bool went_on_from(const Peer& other, const Peer& donor) {
  const auto is_ahead = [&other](const Standing& at) { return relation(other.lineage, at) == Relation::ahead; };
  const auto& lineage = donor.lineage;
  return is_ahead(donor.standing) || (lineage.continues && is_ahead(*lineage.continues)) ||
         (lineage.before && lineage.before->offset == lineage.now.offset && is_ahead({.at = *lineage.before}));
}

// The donor was restarted with less, or somebody has more than it. Who is not seen is not unfit: there is no progress.
bool is_unfit(const GuardCase& c, const Peers& peers, const Peer* chosen) {
  const bool is_same = chosen != nullptr && chosen->info->run_id == c.state.donor_run;
  return chosen != nullptr && std::ranges::any_of(peers.answered, [&](const Peer& other) {
           return &other != chosen && other.keys > 0 && !contains_data(*chosen, other) &&
                  (!is_same || went_on_from(other, *chosen) ||
                   relation(chosen->lineage, other.standing) == Relation::behind);
         });
}

// Who could give instead.
std::vector<Peer> others_of(const Reseed& r) {
  std::vector<Peer> others;
  for (const auto& peer : r.peers.answered) {
    if (&peer != r.chosen && peer.keys > 0 && !was_tried(r.c, *peer.pod)) {
      others.push_back(peer);
    }
  }
  return others;
}

// Who is there and does not give has more than `next`, or who is not there may have what this pod once had.
bool leaves_some(const Reseed& r, const Peer& next) {
  const auto& c = r.c;
  return (lacks_what_was_here(c, next) && !r.peers.is_complete()) ||
         std::ranges::any_of(r.peers.answered, [&](const Peer& peer) {
           return peer.keys > 0 && was_tried(c, *peer.pod) && !contains_data(next, peer);
         });
}

std::optional<Decision> give_up(const Reseed& r) {
  const auto& c = r.c;
  if (r.donor != nullptr && !was_tried(c, *r.donor)) {
    if (const auto at = endpoint_of(c, *r.donor)) {
      c.state.tried.push_back(*at);
    }
  }
  auto others = others_of(r);
  const auto* next = choose_donor(others);
  if (next != nullptr && !r.is_unfit && leaves_some(r, *next)) {
    return std::nullopt;
  }
  // Where it is given up for what others have, they must have all that it has.
  const bool loses =
      next != nullptr && r.is_unfit && !went_on_from(*next, *r.chosen) && !contains_data(*next, *r.chosen);
  if (loses) {
    others.push_back(*r.chosen);
  }
  if (others.size() > 1 && (loses || next == nullptr)) {
    return contradict(c, others, c.observation.now - c.state.run_since);
  }
  if (next == nullptr) {
    return std::nullopt;
  }
  auto decision = take_data_of(c, r.peers, *next);
  if (decision.action && decision.action->deed == Deed::follow) {
    c.state.progress = c.observation.now;
  }
  return decision;
}

std::string why_not_given(const Reseed& r) {
  if (r.donor == nullptr) {
    return ", and nobody who answers has all of it, or gives it; it waits for one who does. With podManagementPolicy "
           "OrderedReady Kubernetes makes no other pod before this one is ready. ";
  }
  return cat(", which does not give it, and nobody else did; it waits. Is the agent of ", r.who(), " running? ");
}

constexpr std::string_view kPromotes = "makes it master with what it has; what is missing is given up";

std::optional<Decision> door_is_closed(const Reseed& r) {
  if (r.c.view.is_open != false) {
    return std::nullopt;
  }
  return act(r.c, Reason::reseeding, cat(r.c.name(), " follows ", r.who(), " and opens its door, read-only"),
             open_door(r.c));
}

std::optional<Decision> told_to(const Reseed& r) { return operators_word(r.c); }

// Somebody made it follow where there is nothing to take, and nobody else has anything that is not here.
std::optional<Decision> nobody_has_more(const Reseed& r) {
  const auto& c = r.c;
  const auto& link = *c.info.link;
  const bool is_replica = r.chosen != nullptr && r.chosen->info->role == Role::replica;
  // Each would sync from the other for ever (seed 987979).
  const bool is_cycle = is_replica && follows(*r.chosen->info, c.self);
  const bool waits = is_replica && (!link.up || is_cycle) && !link.sync_in_progress;
  if (!waits || !r.peers.is_complete() ||
      !std::ranges::all_of(r.peers.answered, [&c](const Peer& peer) { return is_here(c, peer); })) {
    return std::nullopt;
  }
  return become_master(r.c, c.is_empty() ? Reason::first_start : Reason::data_is_best,
                       cat(own_data(c), " and was told to follow ", r.who(), ", but nobody has more"));
}

// The donor's Redis ended after it had given, and came back with less than is here now.
std::optional<Decision> outlives_donor(const Reseed& r) {
  const auto& c = r.c;
  const bool came_back = r.chosen != nullptr && !c.state.donor_run.empty() &&
                         r.chosen->info->run_id != c.state.donor_run && r.chosen->relation == Relation::behind;
  const bool has_all_of_it = c.state.synced_with == c.info.link->host && keeps_what_came(c.info);
  const auto has_no_more = [](const Peer& peer) {
    return peer.keys == 0 || peer.relation == Relation::behind || peer.relation == Relation::equal;
  };
  if (!came_back || !has_all_of_it || !r.peers.is_complete() || !std::ranges::all_of(r.peers.answered, has_no_more)) {
    return std::nullopt;
  }
  if (auto held = may_have_more(c, r.peers, lasting_keys(c.info), cat(r.who(), " came back with less"), kPromotes)) {
    return held;
  }
  return become_master(r.c, Reason::reseeding,
                       cat(own_data(c), ", all that ", r.who(), " had given before it came back with less"));
}

std::optional<Decision> has_taken_all(const Reseed& r) {
  if (r.is_unfit || !is_synced(r)) {
    return std::nullopt;
  }
  // Before anything else, or each ping of the donor would end the hold for a moment (seed 651175).
  if (auto held = r.chosen == nullptr ? std::nullopt : may_have_more(r.c, r.peers, *r.chosen)) {
    return held;
  }
  if (!has_all(r)) {
    return std::nullopt;
  }
  return become_master(r.c, Reason::reseeding,
                       cat(r.c.name(), " has all the data of ", r.who(), " (", counted(r.c.keys(), "key"), ")"));
}

// All that the donor had when it was chosen is in there, as far as that is known.
bool contains_what_it_had(const Reseed& r, const Lineage& lineage) {
  const auto& had = r.c.state.donor_had;
  return had && is_contained(relation(lineage, *had));
}

// What came from an address that is no pod's any more is the donor's only where it goes on from what that had.
bool may_be_a_strangers(const Reseed& r) {
  const auto own = own_lineage(r.c);
  return r.donor == nullptr && !(own && contains_what_it_had(r, *own));
}

std::optional<Decision> has_waited_for_it(const Reseed& r) {
  const bool is_behind = std::ranges::any_of(
      r.peers.answered, [](const Peer& peer) { return peer.keys > 0 && peer.relation == Relation::ahead; });
  if (!is_whole(r.c) || is_behind || r.stuck() < r.c.settings.guard.peer_wait || may_be_a_strangers(r)) {
    return std::nullopt;
  }
  if (auto held =
          may_have_more(r.c, r.peers, lasting_keys(r.c.info), cat("the donor ", r.who(), " is gone"), kPromotes)) {
    return held;
  }
  return become_master(r.c, Reason::peer_silent,
                       cat(r.c.name(), " has the data of ", r.who(), " (", counted(r.c.keys(), "key"), ") and waited ",
                           rough(r.stuck()), " for it"));
}

// The donor is back with another address, or somebody else has all that it had, and not all of that is here already.
bool is_replaced(const Reseed& r) {
  const auto& had = r.c.state.donor_had;
  return r.donor == nullptr && had && had->certainty == Certainty::exact && !is_whole(r.c) &&
         std::ranges::any_of(others_of(r), [&r](const Peer& other) { return contains_what_it_had(r, other.lineage); });
}

std::optional<Decision> another_gives(const Reseed& r) {
  return r.is_unfit || is_replaced(r) || r.stuck() >= kNoProgress ? give_up(r) : std::nullopt;
}

std::optional<Decision> nobody_gives(const Reseed& r) {
  const auto& c = r.c;
  const bool gives = r.chosen != nullptr && r.chosen->info->role == Role::master && !was_tried(c, *r.donor);
  const bool is_given_up = r.donor != nullptr ? !c.state.tried.empty() : r.stuck() >= kNoProgress;
  if (!is_given_up || gives) {
    return std::nullopt;
  }
  return hold(
      Reason::donor_silent,
      cat(c.name(), " should take the data of ", r.who(), why_not_given(r), own_data(c),
          way_out(c, c.is_empty() ? "makes it master, empty; who holds data then holds, for its own word"
                                  : "makes it master with what it has; who has more then holds, for its own word")));
}

bool has_all_that_it_had(const Reseed& r) {
  return r.chosen != nullptr && r.chosen->relation != Relation::behind &&
         (!r.c.state.donor_had || contains_what_it_had(r, r.chosen->lineage));
}

void note_progress(const GuardCase& c, bool is_gone) {
  auto mark = mark_of(c, is_gone);
  if (mark != c.state.mark) {
    c.state.mark = std::move(mark);
    c.state.progress = c.observation.now;
  }
}

}  // namespace

std::optional<Decision> guard_reseed(const GuardCase& c, const PodSight* donor) {
  note_progress(c, donor == nullptr);
  if (c.state.memory && donor != nullptr) {
    c.state.memory->donor = c.info.link->host;
    c.state.memory->donor_pod = shown_name(*donor);
  }
  Reseed r{.c = c, .donor = donor, .peers = peers_of(c)};
  const auto chosen = std::ranges::find(r.peers.answered, donor, &Peer::pod);
  r.chosen = chosen == r.peers.answered.end() ? nullptr : &*chosen;
  r.is_unfit = is_unfit(c, r.peers, r.chosen);
  for (const auto rule : {door_is_closed, told_to, nobody_has_more, outlives_donor, has_taken_all, has_waited_for_it,
                          another_gives, nobody_gives}) {
    if (auto decision = rule(r)) {
      return decision;
    }
  }
  if (has_all_that_it_had(r)) {
    c.state.donor_run = r.chosen->info->run_id;  // it may have begun anew
  }
  return wait(Reason::reseeding,
              cat(c.name(), " takes the data of ", r.who(), c.info.link->up ? ", linked" : ", not linked yet", ", ",
                  counted(c.keys(), "key"), " so far"));
}

}  // namespace agent
