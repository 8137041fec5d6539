#include "core/guard_case.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "core/ancestry.h"
#include "core/closed_door.h"
#include "core/mutant.h"
#include "core/text.h"

namespace agent {

namespace {

constexpr std::size_t kReplidShown = 8;  // of 40 digits; enough to tell histories apart

bool shows(const RedisInfo& info, const std::string& replid) {
  return !replid.empty() && (info.replid == replid || info.replid2 == replid);
}

// Nobody else can have it by chance.
bool is_known_elsewhere(const GuardCase& c, const PodSight& pod, const std::string& replid) {
  const auto& memory = c.state.memory;
  return (memory && memory->at && memory->at->replid == replid) ||
         std::ranges::any_of(c.observation.pods, [&](const PodSight& other) {
           return &other != &pod && other.redis && other.redis->value.info && shows(*other.redis->value.info, replid);
         });
}

// After a restart from an append-only file, INFO's history is made up until the Redis has followed somebody; then only
// its agent knows what the data continues.
bool needs_agent(const GuardCase& c, const PodSight& pod, const RedisInfo& info) {
  return info.aof_enabled == true && !was_linked(info) && !is_known_elsewhere(c, pod, info.replid);
}

// What the peer's agent published of the Redis that runs there now, asked for after the last change.
const Published* fresh_published(const GuardCase& c, const PodSight& pod, const RedisInfo& info) {
  const auto* published = published_of(pod, info);
  return published != nullptr && pod.published->asked >= c.state.floor ? published : nullptr;
}

std::optional<Peer> read_peer(const GuardCase& c, const PodSight& pod) {
  const auto* info = fresh_info(c, pod);
  if (info == nullptr || !info->keys) {
    return std::nullopt;
  }
  const auto* told = fresh_published(c, pod, *info);
  const bool needs_word = needs_agent(c, pod, *info);
  auto lineage = lineage_of(*info, told);
  if (*info->keys > 0 && (!lineage || (needs_word && told == nullptr))) {
    return std::nullopt;  // it holds data, and does not say of which history
  }
  Peer peer{.pod = &pod, .info = info, .keys = *info->keys, .lineage = lineage.value_or(Lineage{}), .standing = {}};
  if (is_fenced(pod) && info->role == Role::master) {
    forget_pings(peer.lineage);
  }
  const bool is_linked = info->link && info->link->up;  // then it has what its master has
  const bool is_told = told != nullptr && told->continues && info->role == Role::replica && !is_linked;
  peer.standing = is_told ? *told->continues : Standing{.at = peer.lineage.now, .certainty = Certainty::exact};
  if (const auto& memory = c.state.memory; memory && memory->at) {
    add_known(peer.lineage, *memory->at, memory->ancestors);
  }
  if (lineage && c.mine) {
    peer.relation = relation_by_keys(peer.lineage, *info, *c.mine, c.info);
  }
  peer.is_told = told != nullptr;
  // What its agent said of this process before the last change will do; who stays silent cannot give, old or not.
  const auto* word = published_of(pod, *info);
  const bool is_old = word == nullptr ? c.is_within_peer_wait() || !was_linked(*info)
                                      : word->is_snapshot || (!is_linked && (word->continues || !was_linked(*info)));
  peer.may_be_old = info->role == Role::replica ? is_old : word != nullptr && word->is_snapshot;
  peer.is_made_up = needs_word && told != nullptr && !told->continues;
  return peer;
}

bool is_good_answer(const GuardCase& c) {
  const auto& dns = c.observation.service_dns;
  if (!dns || dns->value.outcome != DnsOutcome::found || !dns->value.complete ||
      c.observation.now - dns->asked > kViewAgeMax) {
    return false;
  }
  return std::ranges::any_of(dns->value.addresses,
                             [&c](const IpAddress& a) { return contains(c.settings.pod.own_addresses, a); });
}

}  // namespace

const RedisView* settled_view(const PodSight* self) {
  if (self == nullptr || !self->redis || !self->redis->value.info) {
    return nullptr;
  }
  const auto& view = self->redis->value;
  const bool is_alive = view.contact == Contact::pong || view.contact == Contact::misconf;
  return is_alive && view.info->role && view.info->loading == false ? &view : nullptr;
}

const Published* published_of(const PodSight& pod, const RedisInfo& info) {
  return pod.published && pod.published->value.run_id == info.run_id ? &pod.published->value : nullptr;
}

bool GuardCase::is_parked() const { return info.link && agent::is_parked(*info.link); }

const RedisInfo* fresh_info(const GuardCase& c, const PodSight& pod) {
  const bool is_stale =
      pod.redis && (pod.redis->asked < c.state.floor || c.observation.now - pod.redis->asked > kViewAgeMax);
  if (!pod.redis || !pod.redis->value.info || is_stale) {
    return nullptr;
  }
  const auto& view = pod.redis->value;
  const bool is_settled = (view.contact == Contact::pong || view.contact == Contact::misconf) &&
                          view.info->loading == false && view.info->role;
  return is_settled ? &*view.info : nullptr;
}

std::int64_t lasting_keys(const RedisInfo& info) { return info.keys.value_or(0) - info.expiring_keys; }

Relation relation_by_keys(const Lineage& theirs, const RedisInfo& their_info, const Standing& mine,
                          const RedisInfo& my_info) {
  const auto is = relation(theirs, mine);
  const bool is_later = theirs.now.replid != mine.at.replid && mine.certainty == Certainty::exact;
  const bool has_more = lasting_keys(their_info) > lasting_keys(my_info);
  return is == Relation::equal && is_later && has_more ? Relation::ahead : is;
}

void forget_pings(Lineage& lineage) {
  if (lineage.before) {
    lineage.now.offset = lineage.before->offset;
  }
}

bool is_fenced(const PodSight& pod) { return pod.redis && pod.redis->value.min_replicas == kFence; }

std::optional<Lineage> own_lineage(const GuardState& state, const RedisInfo& info) {
  const auto told = published(state);
  return lineage_of(info, told ? &*told : nullptr);
}

std::optional<Lineage> own_lineage(const GuardCase& c) { return own_lineage(c.state, c.info); }

bool has_place(const std::optional<Lineage>& lineage, const Position& place) {
  const Standing stood{.at = {.replid = place.replid, .offset = std::min(place.offset, kAllButItsEnd)}};
  return lineage && is_contained(relation(*lineage, stood));
}

bool is_no_newer(const GuardCase& c, const Peer& peer) {
  const auto& file = c.state.continues;
  if (!file || file->certainty != Certainty::at_least) {
    return false;
  }
  const bool stands_there = peer.standing.at == file->at && peer.standing.certainty == Certainty::exact;
  const bool is_old = peer.may_be_old && peer.info->role == Role::replica;
  return stands_there || (is_old && lasting_keys(c.info) > 0 && lasting_keys(*peer.info) <= lasting_keys(c.info));
}

bool is_here(const GuardCase& c, const Peer& peer) {
  const auto own = own_lineage(c);
  const auto& file = c.state.continues;
  const bool is_uncertain =
      (file && file->certainty == Certainty::at_least) || peer.standing.certainty != Certainty::exact;
  if (peer.keys == 0 || c.is_empty() || !own || is_uncertain) {
    return peer.keys == 0;
  }
  return is_contained(relation(*own, peer.standing));
}

std::optional<TcpEndpoint> endpoint_of(const GuardCase& c, const PodSight& pod) {
  return pod.addresses.empty() ? std::nullopt
                               : std::optional(TcpEndpoint{pod.addresses.front(), c.settings.redis.peer_port});
}

bool was_linked(const RedisInfo& info) { return info.link && (info.link->up || info.link->down_since_seconds); }

bool is_out_of_file(const RedisInfo& info) { return info.link && !was_linked(info); }

bool follows(const RedisInfo& info, const PodSight& pod) {
  const auto ip = info.role == Role::replica && info.link ? parse_ip(info.link->host) : std::nullopt;
  return ip && contains(pod.addresses, *ip);
}

const PodSight* followed_by(const Observation& observation, const RedisInfo& info) {
  const auto ip = info.link ? parse_ip(info.link->host) : std::nullopt;
  if (!ip) {
    return nullptr;
  }
  const auto found =
      std::ranges::find_if(observation.pods, [&ip](const PodSight& pod) { return contains(pod.addresses, *ip); });
  return found == observation.pods.end() ? nullptr : &*found;
}

Peers peers_of(const GuardCase& c) {
  Peers peers;
  peers.is_dns_known = is_good_answer(c);
  std::set<std::string> named{c.info.run_id};  // a stale name may have another pod's address, or the own
  for (const auto& pod : c.observation.pods) {
    if (pod.is_self || pod.addresses.empty()) {
      continue;
    }
    if (auto peer = read_peer(c, pod)) {
      if (pod.ordinal) {
        named.insert(peer->info->run_id);
      }
      peers.answered.push_back(std::move(*peer));
    } else if (!mutant(Mutant::ignore_silent_peers)) {
      peers.silent.push_back(&pod);
    }
  }
  const auto proof = mutant(Mutant::trust_first_answer) ? Duration::zero() : kAbsenceProof;
  peers.is_roster_settled =
      peers.is_dns_known && c.state.roster_since && c.observation.service_dns->asked - *c.state.roster_since >= proof;
  const bool is_alone = peers.is_roster_settled && std::ranges::all_of(c.state.roster, [&c](const IpAddress& ip) {
                          return contains(c.settings.pod.own_addresses, ip);
                        });
  const bool are_all_here = c.settings.pod.replicas && std::ssize(named) >= *c.settings.pod.replicas;
  peers.is_absence_proven = peers.silent.empty() && (is_alone || are_all_here);
  const auto& dns = c.observation.service_dns;
  if (mutant(Mutant::trust_nxdomain) && dns && dns->value.outcome == DnsOutcome::nxdomain) {
    peers.is_dns_known = peers.is_absence_proven = true;
  }
  return peers;
}

Decision hold(Reason reason, std::string sentence) {
  return {.reason = reason, .health = Health::down, .sentence = std::move(sentence), .is_hold = true, .action = {}};
}

Decision hold_for_keys(const GuardCase& c, const std::string& why, std::string_view effect) {
  return hold(
      Reason::peer_may_hold_data,
      cat(why, ": look which is right. With --repair force, or without that pod, it goes on", way_out(c, effect)));
}

std::string shown_more_keys(std::int64_t theirs, std::int64_t keys) {
  return cat(" has more keys without a time to live, ", theirs, " to ", keys);
}

Decision wait(Reason reason, std::string sentence) {
  return {
      .reason = reason, .health = Health::degraded, .sentence = std::move(sentence), .is_hold = false, .action = {}};
}

Decision act(const GuardCase& c, Reason reason, std::string sentence, Action action) {
  action.reason = reason;
  action.connection = c.self.redis->connection;
  action.not_after = c.observation.now + c.settings.redis.command_timeout;
  auto decision = wait(reason, std::move(sentence));
  decision.action = std::move(action);
  return decision;
}

bool keeps_what_came(const RedisInfo& info) {
  return info.link && info.keys > 0 && info.link->replica_offset && info.link->replica_offset == info.master_offset;
}

Action open_door(const GuardCase& c) {
  const auto& memory = c.state.memory;
  return {.deed = Deed::open_door, .bind = memory && memory->bind ? *memory->bind : std::string(kDefaultBind)};
}

std::int64_t template_fence(const GuardCase& c) {
  const auto& memory = c.state.memory;
  return memory ? memory->min_replicas.value_or(0) : 0;
}

Action set_fence(std::int64_t min_replicas) { return {.deed = Deed::set_fence, .min_replicas = min_replicas}; }

Action follow(const GuardCase& c, const PodSight& pod) {
  return {.deed = Deed::follow,
          .target = endpoint_of(c, pod).value_or(kParked),
          .drop_clients = c.info.role == Role::master};
}

bool was_tried(const GuardCase& c, const PodSight& pod) {
  const auto at = endpoint_of(c, pod);
  return at && std::ranges::find(c.state.tried, *at) != c.state.tried.end();
}

Decision become_master(const GuardCase& c, Reason reason, const std::string& why) {
  if (c.info.role == Role::replica) {
    return act(c, reason, cat(why, ": it becomes master"), {.deed = Deed::promote});
  }
  return act(c, reason, cat(why, ": it opens its door as the set's master"), open_door(c));
}

std::optional<Decision> operators_word(const GuardCase& c) {
  if (!c.state.has_word) {
    return std::nullopt;
  }
  return become_master(c, Reason::bootstrapped,
                       cat("told to by the operator (bootstrap --accept-data-loss), ", own_data(c)));
}

std::string shown(const Standing& standing) {
  if (standing.at.offset == kBefore) {
    return cat("of before history ", standing.at.replid.substr(0, kReplidShown));
  }
  const auto mark = standing.certainty == Certainty::exact ? " at " : " at least at ";
  return cat("history ", standing.at.replid.substr(0, kReplidShown), mark, standing.at.offset);
}

std::string shown(const Peer& peer) {
  return cat(shown_name(*peer.pod), " (", counted(peer.keys, "key"),
             peer.keys > 0 ? cat(", ", shown(peer.standing)) : "", ')');
}

std::string shown(const std::vector<Peer>& peers) {
  std::vector<std::string> names;
  names.reserve(peers.size());
  for (const auto& peer : peers) {
    names.push_back(shown(peer));
  }
  return listed(names);
}

// Why it counts as silent.
std::string_view silence_of(const GuardCase& c, const PodSight& pod) {
  if (!pod.redis) {
    return "not asked yet";
  }
  if (const auto* info = fresh_info(c, pod)) {
    return info->keys ? "its agent has not told its history" : "INFO does not tell its keys";
  }
  return pod.redis->value.contact == Contact::pong ? "is asked again" : to_text(pod.redis->value.contact);
}

std::string names_of(const GuardCase& c, const std::vector<const PodSight*>& pods) {
  std::vector<std::string> names;
  names.reserve(pods.size());
  for (const auto* pod : pods) {
    names.push_back(cat(shown_name(*pod), " (", silence_of(c, *pod), ')'));
  }
  return listed(names);
}

std::string own_data(const GuardCase& c) {
  if (c.is_empty()) {
    return cat(c.name(), " is empty");
  }
  return cat(c.name(), " holds ", counted(c.keys(), "key"), " (",
             c.mine ? shown(*c.mine) : std::string("of a history that is not known"), ')');
}

std::string way_out(const GuardCase& c, std::string_view effect) {
  return cat(". `redis-agent bootstrap --accept-data-loss` in ", c.name(), ' ', effect);
}

}  // namespace agent
