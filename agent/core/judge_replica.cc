// A Redis that says role:slave: whom it follows, whether the link is real, how far behind it is.
#include <algorithm>

#include "core/closed_door.h"
#include "core/duration.h"
#include "core/judge.h"
#include "core/text.h"

namespace agent {

namespace {

// Views that were asked for within this time of each other belong to one round.
constexpr Duration kSameRound = std::chrono::milliseconds(500);

// The first pod, if it is another one and answered with its own view of replication.
const PodSight* seen_master(const Case& c) {
  const auto* first = pod_with(c.observation, c.settings.pod.first_ordinal);
  return first != nullptr && first != &c.pod && first->redis && first->redis->value.info ? first : nullptr;
}

// "redis-0.redis" and the full name, with or without its trailing dot, are the same master.
bool names_master(const Case& c, std::string_view host) {
  const auto full = master_name(c.settings.pod);
  if (host.ends_with('.')) {
    return equal_ignoring_case(host, full);
  }
  return host.size() < full.size() && full[host.size()] == '.' &&
         equal_ignoring_case(host, std::string_view(full).substr(0, host.size()));
}

// Whether DNS says that `ip` is not the master's: only if it named an address of that family at all.
bool dns_denies(const Case& c, const IpAddress& ip) {
  const auto& dns = c.observation.master_dns;
  if (!dns || dns->value.outcome != DnsOutcome::found || contains(dns->value.addresses, ip)) {
    return false;
  }
  return std::ranges::any_of(dns->value.addresses, [&ip](const IpAddress& a) { return a.is_v6() == ip.is_v6(); });
}

const PodSight* owner_of(const Case& c, const IpAddress& ip) {
  const auto found =
      std::ranges::find_if(c.observation.pods, [&ip](const PodSight& pod) { return contains(pod.addresses, ip); });
  return found == c.observation.pods.end() ? nullptr : &*found;
}

std::optional<Verdict> wrong_address(const Case& c, const IpAddress& ip, std::string_view what) {
  if (!dns_denies(c, ip)) {
    return std::nullopt;
  }
  const auto now = to_text(c.observation.master_dns->value.addresses);
  if (const auto* owner = owner_of(c, ip); owner != nullptr && owner->ordinal != c.settings.pod.first_ordinal) {
    return down(Reason::wrong_master, cat(c.name(), ' ', what, ' ', ip.text, ", which is ", shown_name(*owner),
                                          "; the master's address is ", now));
  }
  return down(Reason::master_moved, cat(c.name(), ' ', what, ' ', ip.text, "; the master's address is ", now));
}

std::optional<Verdict> judge_target(const Case& c) {
  const auto& link = *c.info.link;
  if (is_parked(link)) {
    return down(Reason::parked, cat(c.name(), " is parked: it follows nobody and refuses writes"));
  }
  if (c.is_first()) {
    return down(Reason::first_pod_follows, cat(c.name(), " should be master, but follows ", link.host));
  }
  if (const auto ip = parse_ip(link.host)) {
    if (auto wrong = wrong_address(c, *ip, "follows")) {
      return wrong;
    }
  } else if (!names_master(c, link.host)) {
    return down(Reason::wrong_master,
                cat(c.name(), " follows ", link.host, "; it should follow ", master_name(c.settings.pod)));
  }
  if (const auto& real = c.pod.redis->value.true_master) {
    return wrong_address(c, real->ip, "is connected to");
  }
  return std::nullopt;
}

// Why the link may be down, as far as it can be seen from here.
std::string cause(const Case& c) {
  const auto* first = pod_with(c.observation, c.settings.pod.first_ordinal);
  if (first != nullptr && first->redis && !is_alive(first->redis->value.contact)) {
    return cat("; the Redis of ", shown_name(*first), " is ", to_text(first->redis->value.contact));
  }
  if (c.observation.master_dns && c.observation.master_dns->value.outcome != DnsOutcome::found) {
    return cat("; DNS says ", to_text(c.observation.master_dns->value.outcome), " for ", master_name(c.settings.pod));
  }
  return {};
}

std::optional<Verdict> judge_silence(const Case& c) {
  const auto& link = *c.info.link;
  const auto silence = std::chrono::seconds(link.last_io_seconds.value_or(0));
  if (!link.last_io_seconds || silence > kLinkSilenceMax) {
    return down(Reason::link_stale, cat("the link of ", c.name(), " says up, but the last word from the master is ",
                                        rough(silence), " old", cause(c)));
  }
  return std::nullopt;
}

std::optional<Verdict> judge_link(const Case& c) {
  const auto& link = *c.info.link;
  if (c.history.full_syncs.size() >= kTooMany && (link.sync_in_progress || !link.up)) {
    return down(Reason::resync_loop, cat(c.name(), " began ", c.history.full_syncs.size(), " full syncs within ",
                                         rough(kResyncWindow), " and is still not linked"));
  }
  if (link.up && !link.sync_in_progress) {
    return judge_silence(c);
  }
  const auto* master = seen_master(c);
  const auto* listed = master == nullptr ? nullptr : listing_of(*master->redis->value.info, c.pod);
  const bool is_prepared = listed != nullptr && !streams_to(*master->redis->value.info, c.pod);
  if (link.sync_in_progress || is_prepared) {
    const auto stage = listed == nullptr ? std::string() : cat(" (", listed->state, ')');
    return down(Reason::link_syncing, cat(c.name(), " is in a full sync from ", link.host, stage));
  }
  const auto since =
      link.down_since_seconds ? cat(" for ", *link.down_since_seconds, " s") : std::string(" and was not up yet");
  return down(Reason::link_down, cat("the link of ", c.name(), " to ", link.host, " is down", since, cause(c)));
}

std::optional<Verdict> judge_proof(const Case& c) {
  const auto* master = seen_master(c);
  if (master == nullptr) {
    return std::nullopt;  // the master's own view cannot be had; the link's freshness has to do
  }
  const auto& theirs = *master->redis->value.info;
  if (theirs.role == Role::replica) {
    return down(Reason::link_unproven, cat(c.name(), " follows ", shown_name(*master), ", which is a replica itself"));
  }
  // A view from before the own one says nothing about a link that came up since.
  const bool is_current = master->redis->asked + kSameRound >= c.pod.redis->asked;
  if (is_current && !streams_to(theirs, c.pod)) {
    return down(Reason::link_unproven,
                cat("the link of ", c.name(), " says up, but ", shown_name(*master), " does not list it as online"));
  }
  return std::nullopt;
}

// The data of a replica is as old as the last look at the master whose offset it has reached. Where the master cannot
// be seen, the last word over the link has to do.
void measure_lag(const Case& c, Verdict& verdict) {
  const auto& link = *c.info.link;
  const auto* master = seen_master(c);
  const bool compare = master != nullptr && link.replica_offset && master->redis->value.info->master_offset &&
                       master->redis->value.info->replid == c.info.replid;  // else the offsets never compare
  if (!compare) {
    if (link.last_io_seconds) {
      verdict.lag = std::chrono::seconds(*link.last_io_seconds) + (c.observation.now - c.pod.redis->seen);
    }
    return;
  }
  verdict.lag_bytes = std::max<std::int64_t>(0, *master->redis->value.info->master_offset - *link.replica_offset);
  if (verdict.lag_bytes == 0) {
    verdict.lag = c.observation.now - master->redis->asked;
    return;
  }
  const auto& offsets = c.history.master_offsets;
  if (offsets.replid != c.info.replid) {
    return;
  }
  for (const auto& sample : offsets.samples) {  // oldest first
    if (!verdict.lag || sample.offset <= *link.replica_offset) {
      verdict.lag = c.observation.now - sample.asked;
    }
  }
}

Verdict judge_quality(const Case& c) {
  Verdict verdict;
  measure_lag(c, verdict);
  verdict.is_replica = true;
  verdict.ready = true;
  verdict.health = Health::degraded;
  if (c.history.drops.size() >= kTooMany) {
    verdict.reason = Reason::link_flapping;
    verdict.sentence = cat("the link of ", c.name(), " went down ", c.history.drops.size(), " times within ",
                           rough(kFlapWindow), "; it is up now");
  } else if (c.history.full_syncs.size() >= kTooMany) {
    verdict.reason = Reason::resync_loop;
    verdict.sentence =
        cat(c.name(), " began ", c.history.full_syncs.size(), " full syncs within ", rough(kResyncWindow));
  } else if (auto why = failing_save(c)) {
    verdict.reason = Reason::saves_failing;
    verdict.sentence = std::move(*why);
  } else if (verdict.lag && *verdict.lag > c.settings.run.max_lag) {
    verdict.reason = Reason::lagging;
    verdict.sentence = cat("the data of ", c.name(), " may be ", rough(*verdict.lag), " old, more than --max-lag ",
                           to_text(c.settings.run.max_lag));
    verdict.ready = false;
  } else {
    verdict.reason = Reason::following;
    verdict.health = Health::healthy;
    verdict.sentence = cat(c.name(), " follows ", c.info.link->host);
  }
  return verdict;
}

}  // namespace

Verdict judge_replica(const Case& c) {
  for (const auto rule : {judge_target, judge_link, judge_proof}) {
    if (auto verdict = rule(c)) {
      return *verdict;
    }
  }
  return judge_quality(c);
}

}  // namespace agent
