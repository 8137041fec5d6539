// Every pod but the first: attach to the first pod's address, if and only if that loses nothing; else stay, or hold.
// Each decides at its start and when it changes its target; a link that is up, or only just down, is Redis' own affair.
#include <algorithm>
#include <vector>

#include "core/ancestry.h"
#include "core/duration.h"
#include "core/format.h"
#include "core/guard_case.h"
#include "core/mutant.h"
#include "core/text.h"

namespace agent {

namespace {

constexpr int kMovedLooks = 3;
constexpr auto kMovedDown = std::chrono::seconds(3);
constexpr auto kMovedSilent = std::chrono::seconds(5);

// Where this pod stands to the first one.
struct Replica {
  const GuardCase& c;
  const PodSight* first;              // null: never seen
  const RedisInfo* serving;           // the first pod's INFO, where it serves as master
  std::optional<TcpEndpoint> target;  // the first pod's address as DNS has it
  const Published* told;              // what its agent says of the Redis that serves
  std::optional<Lineage> theirs;      // of that, with what its agent says: it may go on from what INFO does not show

  bool follows_target() const {
    const auto& link = c.info.link;
    const auto ip = link ? parse_ip(link->host) : std::nullopt;
    return ip && first != nullptr && contains(first->addresses, *ip) && link->port == c.settings.redis.peer_port;
  }
};

std::string first_name(const GuardCase& c) {
  return pod_name(c.settings.pod.identity.set, c.settings.pod.first_ordinal);
}

// Nothing where it cannot be told yet: INFO shows no common history, and the agent there may know one.
std::optional<Relation> relation_of_first(const Replica& r) {
  if (!r.theirs || !r.c.mine) {
    return Relation::unrelated;
  }
  auto is = relation(*r.theirs, *r.c.mine);
  if (is == Relation::unrelated && r.c.branch) {
    is = relation(*r.theirs, *r.c.branch);
  }
  // Its agent is asked when its door is open: the word comes a moment after the first look.
  const bool is_new = r.c.observation.now - r.c.state.served_since < kViewAgeMax;
  const bool may_be_told = r.told == nullptr && (is_new || r.c.is_within_peer_wait()) && r.serving->keys != 0;
  return is == Relation::unrelated && may_be_told ? std::nullopt : std::optional(is);
}

Decision attach(const Replica& r, Reason reason, const std::string& why) {
  r.c.state.accepted = r.serving->run_id;
  return act(r.c, reason, cat(why, ": it follows ", first_name(r.c), " at ", to_text(Endpoint(*r.target))),
             follow(r.c, *r.first));
}

// With hard links of its files first, where it holds what the first pod may not.
Decision attach_with_copy(const Replica& r, Reason reason, const std::string& why) {
  const auto& c = r.c;
  if (c.state.has_copy || !c.settings.data_dir || mutant(Mutant::follow_without_copy)) {
    return attach(r, reason, why);
  }
  if (c.info.saving == true) {
    return wait(reason, cat(why, "; it is being saved before"));
  }
  const bool is_on_disk = c.info.aof_enabled == true || c.info.changes_since_save == 0;
  if (!is_on_disk && !c.state.has_saved) {
    return act(c, reason, cat(why, "; it saves what only its memory holds before"), {.deed = Deed::save});
  }
  if (c.state.has_saved && c.info.last_rdb_save_ok == false) {
    return hold(reason, cat(why,
                            ", and cannot be saved before it is replaced (rdb_last_bgsave_status): free space on "
                            "the volume, then BGSAVE"));
  }
  return act(c, reason, cat(why, "; it keeps hard links of its files before"), {.deed = Deed::keep_copy});
}

// Of a history that both grew out of there is more here.
bool has_left_sooner(const Lineage& theirs, const std::vector<Position>& ancestors) {
  return std::ranges::any_of(ancestors, [&theirs](const Position& ancestor) {
    return ancestor.offset < kAllButItsEnd && relation(theirs, {.at = ancestor}) == Relation::behind;
  });
}

// The history here nobody saw begin, and this pod's agent noted more than the first pod has of what was before.
bool lacks_what_was_noted(const Replica& r) {
  const auto& memory = r.c.state.memory;
  if (!memory || !memory->at) {
    return false;
  }
  auto noted = memory->ancestors;
  add_ancestor(noted, *memory->at);
  return has_left_sooner(*r.theirs, noted);
}

// The first pod lost data of the history in which this stands, sooner or later in it, and did not get it back.
bool is_lost_there(const Replica& r) {
  return r.told != nullptr && r.c.mine &&
         std::ranges::find(r.told->lost, r.c.mine->at.replid, &Position::replid) != r.told->lost.end();
}

// The first pod's agent tells that its Redis began without what is here: empty, or with an older state of this data.
// However much was written since, none of that is here.
bool began_with_less(const Replica& r) {
  const auto* told = r.told;
  const auto own = own_lineage(r.c);
  if (told == nullptr || !r.theirs) {
    return false;
  }
  if ((own && has_left_sooner(*r.theirs, all_ancestors(*own))) || lacks_what_was_noted(r) || is_lost_there(r)) {
    return true;
  }
  if (own && relation(*own, {.at = r.theirs->now}) != Relation::unrelated) {
    return false;  // this pod followed it since, and went its own way then
  }
  if (r.theirs->ancestors.size() >= kAncestorsMax) {
    return false;  // older ones were dropped
  }
  // Where it took a donor's data since, the last history is of that donor's promotion and says nothing.
  const auto known = told->ancestors.size();
  const bool is_known_whose = known == 0 ? !r.theirs->before : known > 1 && r.c.mine;
  const bool began_empty = told->began_with == 0 && !told->continues && is_known_whose;
  return began_empty || (own && told->continues && relation(*own, *told->continues) == Relation::ahead);
}

// The first pod's agent took its append-only file for complete, on a slow disk and before this pod was there; more keys
// here show that it lacked its end.
bool lacked_its_end(const Replica& r) {
  const auto* told = r.told;
  const bool is_doubted = told != nullptr && told->may_lack_end && told->continues && told->began_with &&
                          told->continues->certainty == Certainty::complete;
  if (!is_doubted || !r.c.mine) {
    return false;
  }
  const auto& mine = r.c.mine->at;
  return mine.replid == told->continues->at.replid && mine.offset > told->continues->at.offset &&
         lasting_keys(r.c.info) > *told->began_with;
}

std::optional<Decision> hold_back(const Replica& r, Relation is, bool has_lost_end) {
  const auto& c = r.c;
  const bool has_keys = r.serving->keys != 0;
  const bool is_lost = is == Relation::unrelated && has_keys && is_lost_there(r);
  if (is != Relation::behind && has_keys && !began_with_less(r) && !has_lost_end) {
    return std::nullopt;
  }
  const auto why = cat(own_data(c), ", and ", first_name(c),
                       " serves with less: ", counted(r.serving->keys.value_or(0), "key"), ", ",
                       has_lost_end             ? "killed before its slow disk had written all"
                       : is_lost                ? "it came back without what it had of this history"
                       : is == Relation::behind ? "behind in the same history"
                       : has_keys               ? "written since it opened without what is here"
                                                : "of another history");
  if (c.state.has_word || c.settings.guard.on_newer_replica == OnNewerReplica::keep_copy ||
      c.settings.guard.repair == Repair::force) {
    return attach_with_copy(r, c.state.has_word && c.state.has_copy ? Reason::bootstrapped : Reason::master_has_less,
                            why);
  }
  const auto advice = has_lost_end || is_lost ? std::string("Save")
                                              : cat("If nobody has written to ", first_name(c),
                                                    " yet, it takes this pod's data by itself; else save");
  return hold(Reason::master_has_less,
              cat(why, ". Following would replace the data here by that, so this pod stays as it is. ", advice,
                  " what you need from here", way_out(c, "keeps hard links of the data here and follows")));
}

bool is_stray(const RedisInfo& info, bool is_fenced) { return info.role == Role::master && !is_fenced; }

// Two take writes. What was written here stays, and is compared when nothing more can come.
Decision park_stray(const Replica& r, const std::string& other) {
  const auto& c = r.c;
  c.state.has_saved = c.state.has_copy = false;  // they were of what was there before somebody wrote
  return act(c, Reason::stray_master,
             cat(own_data(c), " and is master beside ", other, ": ", c.name(), " parks, so that only one takes writes"),
             {.deed = Deed::park, .drop_clients = true});
}

// Two were made master by hand while the first pod is away: the higher ordinal gives way.
std::optional<Decision> park_beside_another(const Replica& r) {
  const auto& c = r.c;
  if (!is_stray(c.info, c.is_fenced())) {
    return std::nullopt;
  }
  for (const auto& pod : c.observation.pods) {
    const auto* info = pod.is_self || &pod == r.first ? nullptr : fresh_info(c, pod);
    if (info != nullptr && is_stray(*info, is_fenced(pod)) && pod.ordinal && c.self.ordinal &&
        *pod.ordinal < *c.self.ordinal) {
      return park_stray(r, shown_name(pod));
    }
  }
  return std::nullopt;
}

// The first pod began with a file of this history, of whose end this is known, and with as many keys as are here or
// more.
bool has_as_many_keys(const Replica& r, Certainty certainty) {
  if (r.told == nullptr || !r.told->continues || !r.told->began_with || !r.c.mine) {
    return false;
  }
  const auto& file = *r.told->continues;
  return file.at.replid == r.c.mine->at.replid && file.certainty == certainty &&
         lasting_keys(r.c.info) <= *r.told->began_with;
}

// What the first pod has for certain: by offsets; or this is its own history, however far it goes here; or all of this
// history was in its append-only file, if the numbers of keys do not contradict that.
bool is_surely_there(const Replica& r) {
  const auto& c = r.c;
  if (!r.theirs || !c.mine) {
    return false;
  }
  const bool is_exact = c.mine->certainty == Certainty::exact;
  if ((is_exact && contains_by_offset(*r.theirs, c.mine->at)) ||
      (c.branch && contains_by_offset(*r.theirs, c.branch->at))) {
    return true;
  }
  if (r.theirs->now.replid == c.mine->at.replid) {
    return true;
  }
  if (!is_exact && lasting_keys(c.info) > lasting_keys(*r.serving)) {
    return false;
  }
  return has_as_many_keys(r, Certainty::complete);
}

// This is out of a file or a full sync, and where the first pod's file ended nobody knows; that had as many keys or
// more.
bool may_be_there(const Replica& r) {
  return (r.c.state.continues || r.c.state.is_snapshot) && has_as_many_keys(r, Certainty::at_least);
}

// The first pod serves, and this one is not attached to it.
Decision join(const Replica& r) {
  const auto& c = r.c;
  if (is_stray(c.info, c.is_fenced())) {
    return park_stray(r, first_name(c));
  }
  if (!can_read(c.info, *r.serving)) {
    return hold(Reason::master_format_newer,
                cat(first_name(c), " runs ", r.serving->version, ", whose data ", c.info.version, " in ", c.name(),
                    " cannot read: following would empty it. Start a server at least as new here"));
  }
  if (c.is_empty() || mutant(Mutant::follow_less)) {
    return attach(r, Reason::following, own_data(c));
  }
  const auto is = relation_of_first(r);
  if (!is) {
    return wait(Reason::master_silent, cat(own_data(c), "; it waits for the agent of ", first_name(c),
                                           " to tell which history its data continues"));
  }
  const bool has_lost_end = lacked_its_end(r);
  const bool has_mine = is_contained(*is) && !has_lost_end;
  if (has_mine ? !is_surely_there(r) : *is == Relation::behind && may_be_there(r)) {
    return attach_with_copy(
        r, Reason::unrelated_history,
        cat(own_data(c), " and ", first_name(c), " serves ", counted(r.serving->keys.value_or(0), "key"),
            "; where an append-only file ended is not known, so there may be something here that is not there"));
  }
  if (has_mine) {
    return attach(r, Reason::following, cat(own_data(c), ", which ", first_name(c), " has too"));
  }
  if (auto held = hold_back(r, *is, has_lost_end)) {
    return *held;
  }
  return attach_with_copy(r, Reason::unrelated_history,
                          cat(own_data(c), ", which cannot be compared with what ", first_name(c), " serves (",
                              counted(r.serving->keys.value_or(0), "key"), ")"));
}

// The link leads to an address that DNS no longer has for the first pod.
bool has_moved(const Replica& r) {
  auto& state = r.c.state;
  const auto& link = *r.c.info.link;
  const auto& real = r.c.view.true_master;
  const bool leads_elsewhere = !r.follows_target() || (real && !contains(r.first->addresses, real->ip));
  if (!leads_elsewhere) {
    state.moved = 0;
    return false;
  }
  const auto asked = static_cast<std::uint64_t>(r.c.self.redis->asked.time_since_epoch().count());
  state.moved += asked == state.moved_asked ? 0 : 1;
  state.moved_asked = asked;
  const bool is_down = !link.up && link.down_since_seconds.value_or(kMovedDown.count() + 1) > kMovedDown.count();
  const bool is_silent = link.up && link.last_io_seconds.value_or(0) > kMovedSilent.count();
  return is_down || is_silent || state.moved >= kMovedLooks;
}

Decision silent(const Replica& r) {
  const auto& c = r.c;
  if (r.first == nullptr || !r.target) {
    return wait(Reason::master_silent, cat(c.name(), " stays as it is: DNS has no address for ", first_name(c)));
  }
  const auto& seen = r.first->redis;
  const auto what = !seen                            ? std::string("has not been asked yet")
                    : !is_alive(seen->value.contact) ? cat("is ", to_text(seen->value.contact))
                    : seen->value.info && seen->value.info->link
                        ? std::string("does not serve: it is a replica now")
                        : cat("does not serve: ", to_text(seen->value.contact));
  return wait(Reason::master_silent, cat(c.name(), " stays as it is: the Redis of ", first_name(c), ' ', what));
}

// Cut off without a word: Redis says "up" until repl-timeout, and attaches anew the moment the network is back.
bool is_mute(const Replica& r) {
  const auto& link = *r.c.info.link;
  return link.up && std::chrono::seconds(link.last_io_seconds.value_or(0)) >= kLinkGivenUp &&
         r.c.observation.now - r.c.state.first_answered >= kLinkGivenUp;
}

// A follower whose master is gone stays attached for a moment, for Redis reconnects by itself; then it parks.
std::optional<Decision> give_up_link(const Replica& r) {
  const auto& link = *r.c.info.link;
  const bool is_down = !link.up && !link.sync_in_progress;
  // Redis keeps the old number across REPLICAOF, so the last change counts, too.
  const bool is_long = r.c.observation.now - r.c.state.floor >= kLinkGivenUp &&
                       (!link.down_since_seconds || std::chrono::seconds(*link.down_since_seconds) >= kLinkGivenUp);
  if (r.serving != nullptr || !((is_down && is_long) || is_mute(r))) {
    return std::nullopt;
  }
  return act(r.c, Reason::master_silent,
             cat("the link of ", r.c.name(), " to ", link.host,
                 link.up ? " is silent for more than " : " is down for more than ", rough(kLinkGivenUp), " and ",
                 first_name(r.c), " does not serve: it parks, and attaches again when its data was looked at"),
             {.deed = Deed::park});
}

// It follows the first pod, and the link is down: what came back may have less.
std::optional<Decision> look_before_relink(const Replica& r) {
  const auto& link = *r.c.info.link;
  const bool is_settled = link.up || link.sync_in_progress || r.c.is_empty();
  if (is_settled || r.serving == nullptr || r.serving->run_id == r.c.state.accepted) {
    return std::nullopt;
  }
  const auto is = relation_of_first(r);
  const bool is_less = is == Relation::behind || (is == Relation::unrelated && r.serving->aof_enabled != true);
  if (!is_less && can_read(r.c.info, *r.serving)) {
    return std::nullopt;
  }
  return act(r.c, Reason::master_has_less,
             cat(own_data(r.c), ", and ", first_name(r.c),
                 " came back without that: it parks before Redis attaches by itself"),
             {.deed = Deed::park});
}

std::optional<Decision> guard_follower(const Replica& r) {
  for (const auto rule : {look_before_relink, give_up_link}) {
    if (auto decision = rule(r)) {
      return decision;
    }
  }
  if (!r.c.is_fenced() || !r.c.info.link->up ||
      mutant(Mutant::forget_word_of_fence)) {  // a fence does nothing to a replica; it may be about to give its data
    return std::nullopt;
  }
  auto decision = act(r.c, Reason::following, cat(r.c.name(), " follows again: its fence is taken away"),
                      set_fence(template_fence(r.c)));
  decision.keeps_traffic = true;
  return decision;
}

}  // namespace

std::optional<Decision> guard_replica(const GuardCase& c) {
  const auto* first = pod_with(c.observation, c.settings.pod.first_ordinal);
  const auto* info = first == nullptr ? nullptr : fresh_info(c, *first);
  const auto* serving = info != nullptr && info->role == Role::master ? info : nullptr;
  const auto* told = serving == nullptr ? nullptr : published_of(*first, *serving);
  if (const auto by = serving == nullptr ? std::string() : serving->run_id; by != c.state.served_by) {
    c.state.served_by = by;
    c.state.served_since = c.observation.now;
  }
  const Replica r{.c = c,
                  .first = first,
                  .serving = serving,
                  .target = first == nullptr ? std::nullopt : endpoint_of(c, *first),
                  .told = told,
                  .theirs = serving == nullptr ? std::nullopt : lineage_of(*serving, told)};
  const bool is_following = c.info.role == Role::replica && !c.is_parked();
  if (is_following && (r.first == nullptr || !r.target || !has_moved(r))) {
    return guard_follower(r);
  }
  if (r.serving == nullptr) {
    const auto parks = park_beside_another(r);
    return parks ? *parks : silent(r);
  }
  return join(r);
}

}  // namespace agent
