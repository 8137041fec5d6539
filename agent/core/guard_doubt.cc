// Whether an append-only file really has all that its master acknowledged, as its pod's memory says.
#include "core/ancestry.h"
#include "core/guard_case.h"
#include "core/mutant.h"
#include "core/text.h"

namespace agent {

namespace {

// Whoever left it, made master by hand, may have keys of its own.
bool stands_in(const Peer& peer, const std::string& replid) {
  const auto& file = peer.lineage.continues;
  return peer.standing.at.replid == replid || (file && file->at.replid == replid);
}

}  // namespace

std::optional<Decision> lacks_its_end(const GuardCase& c) {
  const bool is_complete = c.mine && c.mine->certainty == Certainty::complete;
  if (!is_complete || c.state.was_ended || c.state.has_word || mutant(Mutant::assume_flushed)) {
    return std::nullopt;
  }
  const auto has_more = [&c](const RedisInfo* info) { return info && lasting_keys(*info) > lasting_keys(c.info); };
  const auto why = [&c](const std::string& who, const RedisInfo& info) {
    return cat(own_data(c), ", but ", who, shown_more_keys(lasting_keys(info), lasting_keys(c.info)));
  };
  const Standing at_least{.at = c.mine->at, .certainty = Certainty::at_least};
  const auto peers = peers_of(c);
  for (const auto& peer : peers.answered) {
    const bool has_followed =
        stands_in(peer, at_least.at.replid) && relation(peer.lineage, at_least) == Relation::ahead;
    // What is out of a file did not follow to the end: keys may have been deleted since (seed 992127).
    const bool may_tell = !is_out_of_file(*peer.info) || c.state.may_lack_end;
    if (has_more(peer.info) && has_followed && may_tell) {
      c.state.continues = at_least;
      limit_ancestor(c.state.ancestors, at_least.at);
      c.state.memory->was_master = false;  // nor is the file complete for the next process
      return wait(Reason::peer_silent, cat(why(shown(peer), *peer.info),
                                           ": it followed when Redis here was killed before it had written all"));
    }
  }
  for (const auto* pod : peers.silent) {
    const auto* info = fresh_info(c, *pod);
    if (!has_more(info) || c.settings.guard.repair == Repair::force) {
      continue;
    }
    if (c.is_within_peer_wait()) {
      return wait(Reason::peer_silent, cat(why(shown_name(*pod), *info), ": its agent may tell why"));
    }
    return hold_for_keys(c, cat(why(shown_name(*pod), *info), ", and no agent there tells of which history"), kOpens);
  }
  return std::nullopt;
}

std::optional<Decision> unknown_beside_more(const GuardCase& c, const Peers& peers) {
  if (c.settings.guard.repair == Repair::force || mutant(Mutant::count_no_keys)) {
    return std::nullopt;
  }
  for (const auto& peer : peers.answered) {
    if (lasting_keys(*peer.info) > lasting_keys(c.info) && !peer.is_made_up) {
      const auto more = shown_more_keys(lasting_keys(*peer.info), lasting_keys(c.info));
      return hold_for_keys(c, cat(own_data(c), ", and ", shown(peer), more), kOpens);
    }
  }
  return std::nullopt;
}

}  // namespace agent
