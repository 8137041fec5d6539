// The first pod, at every start of its Redis: open the door, take a replica's data first, or hold. From ignorance to
// health, first match wins; the table is in README.md beside this file.
#include <algorithm>

#include "core/closed_door.h"
#include "core/duration.h"
#include "core/format.h"
#include "core/guard_case.h"
#include "core/mutant.h"
#include "core/text.h"

namespace agent {

namespace {

// What a rule needs to know, worked out once.
struct Table {
  const GuardCase& c;
  Peers peers;
  std::vector<Peer> candidates;  // whose data is more than the own
  Duration waited;               // since this Redis runs
  Duration silence;              // since then, or since one of the silent peers was heard last

  // After an action everybody is asked anew, and who answered a moment ago is no silent peer.
  bool asks_anew() const { return c.observation.now - c.state.floor < kViewAgeMax; }
  // Who had data is no longer in DNS, and may be back within seconds.
  bool may_come_back() const {
    return c.state.left_at && c.observation.now - *c.state.left_at < kAbsenceProof && !peers.is_absence_proven;
  }
  Decision wait_for_return(const std::string& why, std::string_view more) const {
    return wait(Reason::peer_silent, cat(why, "; a pod has just left DNS, and may come back with ", more, ": it waits ",
                                         rough(kAbsenceProof), " for it"));
  }
  Decision wait_for_names(const std::string& why) const {
    return wait(Reason::peer_silent, cat(why, "; DNS may not name everybody yet: it waits ", rough(kAbsenceProof)));
  }
  bool is_everybody() const { return peers.is_roster_settled || peers.is_absence_proven; }
  bool waits() const { return !peers.is_complete() && (silence < c.settings.guard.peer_wait || asks_anew()); }
  // Who is waited for, or what.
  std::string whom() const {
    if (!peers.silent.empty()) {
      return names_of(c, peers.silent);
    }
    const auto& dns = c.observation.service_dns;
    const auto name = service_fqdn(c.settings.pod.domain);
    constexpr std::string_view kDoubt = "does the Service have publishNotReadyAddresses: true?";
    if (dns && dns->value.outcome == DnsOutcome::found) {
      return cat("DNS to list this pod under ", name, " (", kDoubt, ')');
    }
    const bool names_nobody =
        dns && (dns->value.outcome == DnsOutcome::nxdomain || dns->value.outcome == DnsOutcome::nodata);
    return cat("DNS (", dns ? to_text(dns->value.outcome) : "no answer yet", " for ", name, names_nobody ? "; " : "",
               names_nobody ? kDoubt : "", ')');
  }
};

bool has_data(const Peer& peer) { return peer.keys > 0; }

// An empty pod takes any keys, but not those of a history that it knows to be older than its own emptiness (FLUSHALL).
bool is_candidate(const GuardCase& c, const Peer& peer) {
  if (!c.is_empty()) {
    return peer.relation == Relation::ahead && !is_no_newer(c, peer) && !mutant(Mutant::open_when_behind);
  }
  if (mutant(Mutant::open_when_empty)) {
    return false;
  }
  return peer.relation == Relation::ahead || (peer.relation == Relation::unrelated && has_data(peer));
}

std::optional<Decision> door_unknown(const Table& t) {
  if (t.c.view.is_open) {
    return std::nullopt;
  }
  return hold(Reason::undecided, cat(t.c.name(),
                                     " does not say on which addresses it listens: the agent's user needs "
                                     "+config|get and +config|set, and Redis 6.2 or newer"));
}

std::optional<Decision> told_to(const Table& t) { return operators_word(t.c); }

// The donor has more than this pod, but less than this pod once had: the rest may be with who does not answer.
std::optional<Decision> donor_lacks_some(const Table& t, const Peer& donor) {
  const auto& c = t.c;
  const bool lacks_some = has_lost_some(c) && lacks_what_was_here(c, donor);
  if (!lacks_some || c.settings.guard.repair == Repair::force) {
    return std::nullopt;
  }
  const auto why =
      cat(own_data(c), ", but once stood at ", shown_before(c), "; ", shown(donor), " has more, but less than that");
  if (!t.peers.is_complete()) {
    return hold(Reason::peer_may_hold_data,
                cat(why, "; what is missing may be with ", t.whom(), ": waits for it", way_out(c, kOpens)));
  }
  if (!t.peers.is_roster_settled) {
    return t.wait_for_names(why);
  }
  return std::nullopt;
}

std::optional<Decision> somebody_has_more(const Table& t) {
  if (t.candidates.empty()) {
    return std::nullopt;
  }
  if (t.waits()) {
    return wait(Reason::peer_silent,
                cat(own_data(t.c), ", ", shown(t.candidates), t.candidates.size() == 1 ? " has" : " have",
                    " more; before it takes that, it waits ", rough(t.c.settings.guard.peer_wait), " for ", t.whom(),
                    ", who may have still more"));
  }
  if (t.may_come_back()) {
    return t.wait_for_return(
        cat(own_data(t.c), ", ", shown(t.candidates), t.candidates.size() == 1 ? " has" : " have", " more"),
        "still more");
  }
  const auto* donor = choose_donor(t.candidates);
  if (donor != nullptr && is_out_of_file(*donor->info) && t.peers.is_complete() &&
      !t.is_everybody()) {  // who had more may be away since that file was read (seed 689664)
    return t.wait_for_names(cat(own_data(t.c), ", and ", shown(*donor), " has more, out of a file"));
  }
  if (donor == nullptr && t.c.settings.guard.repair == Repair::force) {
    donor = &*std::ranges::max_element(t.candidates, {}, &Peer::keys);
  }
  if (donor == nullptr) {
    return contradict(t.c, t.candidates, t.waited);
  }
  const auto held = donor_lacks_some(t, *donor);
  return held ? *held : take_data_of(t.c, t.peers, *donor);
}

std::optional<Decision> histories_differ(const Table& t) {
  const auto& c = t.c;
  const auto shares = [](const Peer& peer) { return has_data(peer) && peer.relation != Relation::unrelated; };
  if (c.is_empty() || !c.mine || std::ranges::none_of(t.peers.answered, has_data) ||
      std::ranges::any_of(t.peers.answered, shares)) {
    return std::nullopt;
  }
  if (c.settings.guard.repair == Repair::force) {
    return become_master(c, Reason::histories_differ, cat(own_data(c), ", and --repair force says to go on"));
  }
  return hold(Reason::histories_differ,
              cat(own_data(c), "; the data of ", shown(t.peers.answered),
                  " has another history, so one of them is not of "
                  "this set or was replaced by hand",
                  way_out(c, "opens it; the others keep hard links of their data and follow")));
}

// Redis attaches by itself, sooner than any agent can look: only who opens the door can keep those away whom its data
// would empty. They give the link up after kLinkGivenUp, and then their agents hold them. So even who needs nobody's
// data asks everybody once.
std::optional<Decision> would_empty_some(const Table& t) {
  if (t.c.is_empty()) {
    return std::nullopt;
  }
  const bool asks_still = !t.peers.is_dns_known || std::ranges::any_of(t.peers.silent, [&t](const PodSight* pod) {
    return !pod->redis || pod->redis->asked < t.c.state.floor;
  });
  if (asks_still && t.waited < kViewAgeMax) {
    return wait(Reason::peer_silent, cat(own_data(t.c), "; before it opens it asks ", t.whom()));
  }
  std::vector<Peer> endangered;
  for (const auto& peer : t.peers.answered) {
    const bool holds_back = peer.info->link && is_parked(*peer.info->link);
    if (has_data(peer) && !holds_back && !can_read(*peer.info, t.c.info)) {
      endangered.push_back(peer);
    }
  }
  if (endangered.empty() || !t.c.is_within_peer_wait()) {
    return std::nullopt;
  }
  return wait(Reason::master_format_newer,
              cat(shown(endangered), " cannot read what ", t.c.info.version, " in ", t.c.name(),
                  " writes and would be emptied by it: it opens when they have parked"));
}

std::optional<Decision> has_keys(const Table& t) {
  const auto& c = t.c;
  if (c.is_empty()) {
    return std::nullopt;
  }
  if (!c.mine) {
    if (auto held = unknown_beside_more(c, t.peers)) {
      return held;
    }
    return become_master(
        c, Reason::adopted_unknown_history,
        cat(own_data(c), ", as in a set that existed before the agent; who holds other data keeps a copy"));
  }
  if (t.peers.is_complete() && has_lost_some(c) && !t.peers.is_roster_settled) {
    return t.wait_for_names(cat(own_data(c), ", but once stood at ", shown_before(c)));
  }
  const bool is_all = c.mine && c.mine->certainty == Certainty::complete;
  const bool is_doubtful = is_all && c.state.may_lack_end;
  if (t.peers.is_complete() && is_doubtful && !t.is_everybody()) {
    return t.wait_for_names(
        cat(own_data(c), ", but its disk is slow, and Redis may have been killed before it had written all"));
  }
  const bool is_settled = is_all && !is_doubtful;
  if (!is_settled && t.may_come_back()) {  // seed 553969
    return t.wait_for_return(own_data(c), "more");
  }
  auto held =
      is_settled || t.waits()
          ? std::nullopt
          : may_have_more(c, t.peers, lasting_keys(c.info),
                          is_doubtful ? "its disk is slow, so that its file may lack its end" : "nobody tells of more",
                          kOpens);
  if (held) {
    return held;
  }
  if (t.peers.is_complete()) {
    return become_master(c, Reason::data_is_best, cat(own_data(c), ", and nobody has more"));
  }
  if (is_settled || (is_all && !t.waits())) {
    return become_master(c, Reason::data_is_best, cat(own_data(c), ", which is all that it ever acknowledged"));
  }
  if (has_lost_some(c) && c.settings.guard.repair != Repair::force) {
    return hold(Reason::peer_may_hold_data,
                cat(own_data(c), ", but once stood at ", shown_before(c), "; what is missing may be with ", t.whom(),
                    ": waits for it", way_out(c, kOpens)));
  }
  if (t.waits()) {
    return wait(Reason::peer_silent,
                cat(own_data(c), "; it waits ", rough(c.settings.guard.peer_wait), " for ", t.whom()));
  }
  return become_master(c, Reason::peer_silent, cat(own_data(c), ", and waited ", rough(t.waited), " for ", t.whom()));
}

Decision is_empty(const Table& t) {
  const auto& c = t.c;
  if (t.peers.is_complete() && (t.peers.is_absence_proven || !t.peers.answered.empty())) {
    return become_master(c, Reason::first_start, cat(own_data(c), ", and nobody holds data"));
  }
  const auto whom = t.peers.is_complete() ? cat("a second answer of DNS that names nobody else, ", rough(kAbsenceProof),
                                                " after the first")
                                          : t.whom();
  return hold(Reason::peer_may_hold_data,
              cat(own_data(c), " and waits for ", whom, ": as master it would wipe what others hold",
                  way_out(c, "opens it empty; who holds data then holds, for its own word")));
}

Decision decide(const Table& t) {
  for (const auto rule : {door_unknown, told_to, somebody_has_more, histories_differ, would_empty_some, has_keys}) {
    if (auto decision = rule(t)) {
      return *decision;
    }
  }
  return is_empty(t);
}

bool is_candidate_if_newer(const GuardCase& c, Peer peer) {
  peer.may_be_old = false;
  return is_candidate(c, peer);
}

// INFO shows no common history, or data that may be as old as a file or a sync, and the agent there, which may know,
// has not spoken yet: it counts as silent.
void defer_untold(const GuardCase& c, Peers& peers) {
  std::erase_if(peers.answered, [&](const Peer& peer) {
    const bool is_untold = has_data(peer) && c.mine && !peer.is_told;
    const bool is_open_question = is_untold && (peer.relation == Relation::unrelated ||
                                                (!is_candidate(c, peer) && is_candidate_if_newer(c, peer)));
    if (is_open_question) {
      peers.silent.push_back(peer.pod);
    }
    return is_open_question;
  });
}

// A peer that was heard a moment ago is not given up because this Redis runs for long already.
Instant heard_last(const GuardCase& c, const std::vector<const PodSight*>& silent) {
  auto last = c.state.run_since;
  for (const auto* pod : silent) {
    if (fresh_info(c, *pod) != nullptr) {
      continue;  // it is heard now; only its agent is not
    }
    for (const auto& holder : c.state.holders) {
      last = contains(pod->addresses, holder.ip) ? std::max(last, holder.heard) : last;
    }
  }
  return last;
}

Table table_of(GuardCase&&) = delete;  // the table looks at its case
Table table_of(const GuardCase& c) {
  Table table{
      .c = c, .peers = peers_of(c), .candidates = {}, .waited = c.observation.now - c.state.run_since, .silence = {}};
  for (auto& peer : table.peers.answered) {  // it may not know the history in which this data went on from its own
    const bool went_on = peer.relation == Relation::unrelated && has_data(peer) && c.mine && is_here(c, peer);
    peer.relation = went_on ? Relation::behind : peer.relation;
  }
  if (c.is_within_peer_wait()) {
    defer_untold(c, table.peers);
  }
  table.silence = c.observation.now - heard_last(c, table.peers.silent);
  for (const auto& peer : table.peers.answered) {
    if (is_candidate(c, peer) && !was_tried(c, *peer.pod)) {
      table.candidates.push_back(peer);
    }
  }
  return table;
}

// Nobody has written to it since the door was opened, as far as Redis tells.
bool is_untouched(const GuardCase& c) {
  const auto& opened = c.state.opened;
  return opened && opened->reason != Reason::bootstrapped && opened->changes_since_save &&
         opened->changes_since_save == c.info.changes_since_save && opened->last_save_time == c.info.last_save_time;
}

// Somebody with more data came after the door was opened, and holds back. While nobody has written here, taking its
// data costs nothing; the fence keeps it so.
std::optional<Decision> take_late_data(const GuardCase& c) {
  if (!is_untouched(c)) {
    return std::nullopt;
  }
  // While it is untouched its data stands where it began.
  const auto mine = c.state.continues ? c.state.continues : c.mine;
  const GuardCase began{c.settings, c.observation, c.state, c.self, c.view, c.info, mine, c.branch};
  auto table = table_of(began);
  if (c.is_fenced() && !table.peers.silent.empty() && table.asks_anew()) {
    return wait(Reason::reseeding, cat(c.name(), " refuses writes, and asks once more who has what: ", table.whom()));
  }
  std::erase_if(table.candidates,  // who follows takes the data that is here: it does not hold back
                [](const Peer& peer) { return peer.info->link && !is_parked(*peer.info->link); });
  const auto* donor = choose_donor(table.candidates);
  if (donor == nullptr || !can_read(c.info, *donor->info)) {
    return std::nullopt;
  }
  const auto peers = peers_of(c);
  if (may_have_more(c, peers, *donor)) {
    return std::nullopt;  // whose data it would hold for is nothing to stop serving for
  }
  if (!c.is_fenced()) {
    return act(c, Reason::reseeding,
               cat(shown(*donor), " came with more than ", c.name(),
                   " has, which nobody has written to yet: it refuses "
                   "writes and takes that data"),
               set_fence(kFence));
  }
  return take_data_of(c, peers, *donor);
}

std::optional<Decision> guard_open(const GuardCase& c) {
  if (mutant(Mutant::park_open_master) && !c.state.opened) {
    return act(c, Reason::adopted, "planted error", {.deed = Deed::park});
  }
  if (!c.state.opened) {
    c.state.opened = Opened{.reason = Reason::adopted,
                            .changes_since_save = {},  // what happened before is not known
                            .last_save_time = {}};
    auto decision =
        wait(Reason::adopted, cat(c.name(), " is already open as the set's master, with ", counted(c.keys(), "key")));
    decision.health = Health::healthy;
    decision.keeps_traffic = true;
    return decision;
  }
  if (auto decision = take_late_data(c)) {
    return decision;
  }
  if (c.is_fenced() && !mutant(Mutant::forget_word_of_fence)) {
    return act(c, Reason::adopted, cat(c.name(), " is master and lets writes in again"), set_fence(template_fence(c)));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Decision> guard_first(const GuardCase& c) {
  if (c.info.role == Role::master && (c.view.is_open == true || mutant(Mutant::adopt_closed))) {
    return guard_open(c);
  }
  if (c.info.role == Role::replica && !c.state.has_word) {
    return hold(Reason::undecided, cat(c.name(), " should be master, but follows ", c.info.link->host,
                                       ", which is no pod of the set", way_out(c, "makes it master with what it has")));
  }
  if (auto doubts = lacks_its_end(c)) {
    return doubts;
  }
  auto decision = decide(table_of(c));
  const bool opens = decision.action && decision.action->deed == Deed::open_door;
  if (opens) {
    c.state.opened = Opened{.reason = decision.reason,
                            .changes_since_save = c.info.changes_since_save,
                            .last_save_time = c.info.last_save_time};
  }
  return decision;
}

}  // namespace agent
