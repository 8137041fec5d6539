// A pod whose data the first pod asks for: it refuses writes, becomes master for as long as the first pod reads, and
// follows again. That it is asked is seen in the first pod's own INFO, not told by anybody.
#include "core/ancestry.h"
#include "core/duration.h"
#include "core/guard_case.h"
#include "core/mutant.h"
#include "core/text.h"

namespace agent {

namespace {

const PodSight* first_pod(const GuardCase& c) { return pod_with(c.observation, c.settings.pod.first_ordinal); }

// Provably less than here: the first pod is empty, or stands in a history that this one contains. What is not known is
// not less.
bool has_less(const GuardCase& c, const PodSight& pod, const RedisInfo& first) {
  if (first.keys == 0 || mutant(Mutant::donate_with_less)) {
    return true;
  }
  auto own = own_lineage(c);
  const auto* told = published_of(pod, first);
  if (!own || (!c.state.is_real && !c.state.continues)) {
    return false;
  }
  if (told != nullptr && told->once) {
    add_known(*own, *told->once, told->once_ancestors);  // it was there when that began, and this pod was not
  }
  const auto is_ahead = [&](const Standing& standing) {
    return relation_by_keys(*own, c.info, standing, first) == Relation::ahead;
  };
  if (told != nullptr && told->continues && is_ahead(*told->continues)) {
    return true;
  }
  const auto theirs = lineage_of(first);
  return theirs && theirs->before && is_ahead({.at = *theirs->before});
}

Decision give(const GuardCase& c, const std::string& who) {
  const auto why = cat(who, " follows this pod to take its data; ", own_data(c));
  if (!c.is_fenced() && !mutant(Mutant::donate_without_fence)) {
    return act(c, Reason::donating, cat(why, ", and refuses writes from now on"), set_fence(kFence));
  }
  c.state.progress = c.observation.now;  // from now on it is waited for who asks
  c.state.gives = c.mine && c.mine->certainty == Certainty::exact ? std::optional(c.mine->at) : std::nullopt;
  return act(c, Reason::donating, cat(why, ", and becomes master, fenced, for as long as it is read"),
             {.deed = Deed::promote});
}

// Nobody reads any more: the fence goes when it follows or is parked.
Decision withdraw(const GuardCase& c, const std::string& why) {
  return act(c, Reason::donating, cat(c.name(), " gave its data: ", why, "; it parks"),
             {.deed = Deed::park, .drop_clients = true});
}

}  // namespace

std::optional<Decision> guard_donor(const GuardCase& c) {
  const auto* first = first_pod(c);
  const auto* info = first == nullptr ? nullptr : fresh_info(c, *first);
  const bool is_donor = c.info.role == Role::master && c.is_fenced();
  const auto now = c.observation.now;
  if (info != nullptr && follows(*info, c.self)) {
    const auto& link = *info->link;
    const auto mark = cat(link.sync_read_bytes.value_or(0), ' ', link.replica_offset.value_or(0));
    if (mark != c.state.mark) {
      c.state.mark = mark;
      c.state.progress = now;
    }
    if (c.info.role == Role::master && !c.is_fenced()) {
      return give(c, shown_name(*first));
    }
    if (!is_donor) {
      const bool rests = !c.state.tried.empty() && now - c.state.progress < kNoProgress;
      // Linked to a replica it has everything and waits for a master that refuses writes. A link to the process that
      // was here before says "up" for a while, too; then it has what is lost here.
      const bool has_no_more = c.info.link && link.replica_offset <= c.info.link->replica_offset;
      const bool reads_from_me = link.up && info->replid == c.info.replid && has_no_more;
      const bool waits_for_me = reads_from_me || (!link.up && !link.sync_in_progress && has_less(c, *first, *info));
      return waits_for_me && !rests && !c.is_empty() ? std::optional(give(c, shown_name(*first))) : std::nullopt;
    }
    if (link.up || link.sync_in_progress || now - c.state.progress < kNoProgress) {
      return wait(Reason::donating, cat(c.name(), " is master, fenced, while ", shown_name(*first), " takes its data"));
    }
    c.state.tried.push_back(kParked);  // rests before it gives again
    c.state.progress = now;
    return withdraw(c, cat(shown_name(*first), " did not take it for ", rough(kNoProgress)));
  }
  if (!is_donor) {
    return std::nullopt;
  }
  if (info != nullptr && info->role == Role::master) {
    return std::nullopt;  // it took it: the rules of every replica attach this pod again
  }
  if (info != nullptr || now - c.state.progress >= kNoProgress) {
    return withdraw(
        c, info != nullptr ? cat(shown_name(*first), " no longer asks") : std::string("the first pod is silent"));
  }
  return wait(Reason::donating, cat(c.name(), " is master, fenced, and waits for the first pod to be seen again"));
}

}  // namespace agent
