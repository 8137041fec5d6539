// What the rules of guard look at: the own Redis, the peers sorted by what they said, and how decisions are worded. For
// the files guard_*.cc only.
#pragma once

#include <vector>

#include "core/guard.h"

namespace agent {

struct GuardCase {
  const Settings& settings;
  const Observation& observation;
  GuardState& state;
  const PodSight& self;
  const RedisView& view;  // of the own Redis; it answered, has loaded, and says its role
  const RedisInfo& info;
  std::optional<Standing> mine;    // where the own data stands; nothing where it is not known
  std::optional<Standing> branch;  // and where it left the history before, if nothing was written since

  std::string name() const { return shown_name(self); }
  std::int64_t keys() const { return info.keys.value_or(0); }
  bool is_empty() const { return info.keys == 0; }
  bool is_fenced() const { return view.min_replicas == kFence; }
  bool is_parked() const;
  // Who does not say all yet may be about to: this process of the own Redis was seen first less than --peer-wait ago.
  bool is_within_peer_wait() const { return observation.now - state.run_since < settings.guard.peer_wait; }
};

// A process that was not seen before (guard_process.cc).
void recognize_process(const Settings& settings, GuardState& state, const Seen<RedisView>& seen,
                       const Observation& observation);

// What the own Redis shows, where it answered, has loaded and says its role.
const RedisView* settled_view(const PodSight* self);

// A peer that answered after the last change, with how much it holds.
struct Peer {
  const PodSight* pod = nullptr;
  const RedisInfo* info = nullptr;
  std::int64_t keys = 0;
  Lineage lineage;
  Standing standing;
  Relation relation = Relation::unrelated;  // to the own data
  bool is_told = false;                     // its agent answered, too
  bool is_made_up = false;                  // the history that INFO shows, and its agent knows no other
  bool may_be_old = false;  // grew out of a file or a full sync, and no more came; or so it seems, untold
};

struct Peers {
  std::vector<Peer> answered;
  std::vector<const PodSight*> silent;  // DNS names them, and they may hold data
  bool is_dns_known = false;            // DNS answered, both families, and knows this pod
  bool is_roster_settled = false;       // it has named the same pods for kAbsenceProof, since this Redis runs
  bool is_absence_proven = false;       // nobody is there but who answered

  bool is_complete() const { return is_dns_known && silent.empty(); }
};
Peers peers_of(const GuardCase& c);

// What the pod's agent published of the Redis that runs there; nothing where it is of another process.
const Published* published_of(const PodSight& pod, const RedisInfo& info);
// An answer that can be relied on now: asked for after the last change, not long ago, with a role and with keys loaded.
const RedisInfo* fresh_info(const GuardCase& c, const PodSight& pod);
// Those without a time to live: a replica keeps the others until its master deletes them, so they tell nothing.
std::int64_t lasting_keys(const RedisInfo& info);
// How `theirs` relates to `mine`, which shows `my_info`; more keys tell where offsets say that both have the same. Up
// to 6.2 those of a new history begin at 0, and what went on in one may stand just where this does (seed 840992).
Relation relation_by_keys(const Lineage& theirs, const RedisInfo& their_info, const Standing& mine,
                          const RedisInfo& my_info);
// The pod's data does not go on: it refuses every write.
bool is_fenced(const PodSight& pod);
// Of a fenced master: since it was promoted nobody wrote, and what moved its offset are pings.
void forget_pings(Lineage& lineage);
// What the own Redis contains, as INFO shows it and as the agent knows. Nothing where INFO does not tell.
std::optional<Lineage> own_lineage(const GuardState& state, const RedisInfo& info);
std::optional<Lineage> own_lineage(const GuardCase& c);
// What stood there is contained, but for the end that a reboot may have taken.
bool has_place(const std::optional<Lineage>& lineage, const Position& place);
// Of an own file whose end nobody knows: the peer stands where that is known to be at least, or its data is out of a
// file or a full sync and holds no more keys.
bool is_no_newer(const GuardCase& c, const Peer& peer);
// All of the peer's data is here, for certain. What is empty now has nothing, whatever histories INFO shows, and a file
// after a reboot may lack what was noted of it.
bool is_here(const GuardCase& c, const Peer& peer);
std::optional<TcpEndpoint> endpoint_of(const GuardCase& c, const PodSight& pod);
// To anybody since its process began, or since it was master: REPLICAOF NO ONE makes Redis forget that (measured with
// 6.2.14, 7.0.15 and 8.0.2).
bool was_linked(const RedisInfo& info);
bool is_out_of_file(const RedisInfo& info);                // a replica's data, and no master has added to it
bool follows(const RedisInfo& info, const PodSight& pod);  // its link names an address of that pod
// The pod whose address INFO's link names; or null.
const PodSight* followed_by(const Observation& observation, const RedisInfo& info);

Decision hold(Reason reason, std::string sentence);
// Somebody may have more than the first pod, and nothing but keys says so: only a person can tell.
Decision hold_for_keys(const GuardCase& c, const std::string& why, std::string_view effect);
// " has more keys without a time to live, 9 to 7"
std::string shown_more_keys(std::int64_t theirs, std::int64_t keys);
Decision wait(Reason reason, std::string sentence);
Decision act(const GuardCase& c, Reason reason, std::string sentence, Action action);

// A link that is down leaves the data that came over it; only who was emptied for the next sync shows another offset.
bool keeps_what_came(const RedisInfo& info);

Action open_door(const GuardCase& c);
Action set_fence(std::int64_t min_replicas);
std::int64_t template_fence(const GuardCase& c);  // what the template says of min-replicas-to-write
Action follow(const GuardCase& c, const PodSight& pod);

bool was_tried(const GuardCase& c, const PodSight& pod);  // as a donor, and did not give
// For the first pod: it opens its door, or is promoted where it follows.
Decision become_master(const GuardCase& c, Reason reason, const std::string& why);
std::optional<Decision> operators_word(const GuardCase& c);  // the first pod's, where there is one

// "redis-1 (1200 keys, 7f3a91c2 at 88123)"
std::string shown(const Peer& peer);
std::string shown(const std::vector<Peer>& peers);
std::string shown(const Standing& standing);
std::string names_of(const GuardCase& c, const std::vector<const PodSight*>& pods);
std::string own_data(const GuardCase& c);  // "redis-0 holds 1200 keys (7f3a91c2 at 88123)"
// The exact command that ends a hold, and what it gives up: "`redis-agent bootstrap --accept-data-loss` in redis-0 ..."
std::string way_out(const GuardCase& c, std::string_view effect);

// The rules. first: of the first pod. reseed: of the first pod while it follows a donor, or where that was. donor: of
// another pod whose data the first pod asks for. replica: of every other pod.
std::optional<Decision> guard_first(const GuardCase& c);
std::optional<Decision> guard_reseed(const GuardCase& c, const PodSight* donor);
std::optional<Decision> guard_donor(const GuardCase& c);
std::optional<Decision> guard_replica(const GuardCase& c);

// Of the first pod's way_out where its door is closed.
inline constexpr std::string_view kOpens = "opens it with what it has; what is missing is given up";

// For the first pod (guard_doubt.cc), where its file is thought to be complete. Redis writes what it acknowledged
// before it answers, but not while it syncs its file: for up to 2 s that waits in its memory (appendfsync everysec),
// and is gone when it is killed then. A replica that followed to the end shows it.
std::optional<Decision> lacks_its_end(const GuardCase& c);

// For the first pod (guard_doubt.cc, too), where nothing is known of its history, as in a set that existed before the
// agent: holds where somebody has more keys.
std::optional<Decision> unknown_beside_more(const GuardCase& c, const Peers& peers);

// For the first pod (guard_choice.cc): whose data it takes. Nothing where the candidates have unrelated histories.
const Peer* choose_donor(const std::vector<Peer>& candidates);
bool contains_data(const Peer& donor, const Peer& other);
// The disk gave less than this pod once had: what is missing may be with who does not answer.
bool has_lost_some(const GuardCase& c);
std::string shown_before(const GuardCase& c);                    // where it once stood: "history 7f3a91c2 at 88123"
bool lacks_what_was_here(const GuardCase& c, const Peer& peer);  // less than this pod once had, as it remembers
// Nobody of them has all that the others have.
Decision contradict(const GuardCase& c, const std::vector<Peer>& holders, Duration waited);
Decision take_data_of(const GuardCase& c, const Peers& peers, const Peer& donor);
// Somebody shows more keys than `keys`, which are the most that is known, and how far its data goes is not: `best` says
// whose they are, and `effect` what the operator's word does here.
std::optional<Decision> may_have_more(const GuardCase& c, const Peers& peers, std::int64_t keys,
                                      const std::string& best, std::string_view effect);
// The same, where the most is the donor's.
std::optional<Decision> may_have_more(const GuardCase& c, const Peers& peers, const Peer& donor);

}  // namespace agent
