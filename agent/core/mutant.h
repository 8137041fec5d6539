// Planted errors, for the simulator to find: a rule that is left out or turned, one at a time. In every build but that
// of the mutants, mutant() is false at compile time, and nothing of it is in the program.
#pragma once

#include <string_view>

namespace agent {

enum class Mutant {
  none,
  trust_nxdomain,         // NXDOMAIN of the Service proves that nobody is there
  trust_first_answer,     // one answer of DNS that names nobody proves it
  ignore_silent_peers,    // a peer that does not answer holds nothing
  open_when_behind,       // a first pod opens though a peer is ahead
  open_when_empty,        // an empty first pod opens though a peer has keys
  open_with_less,         // it opens past a silent peer, with less than it once had
  compare_raw_offsets,    // offsets of different histories compare
  believe_aof_history,    // INFO's history after a restart from an append-only file is the data's
  trust_any_end,          // Redis ended in order, whatever its pid file says
  assume_flushed,         // an append-only file has all that was acknowledged, however slow its disk
  donate_without_fence,   // a donor is promoted while it takes writes
  donate_with_less,       // a donor gives though it has less
  promote_before_synced,  // the first pod ends its reseed before it has all
  follow_less,            // a replica follows a first pod that has less
  follow_without_copy,    // and one of another history, without keeping its files
  forget_word_of_fence,   // nobody takes a fence away again
  adopt_closed,           // a closed door counts as open after a restart of the agent
  park_open_master,       // an open master is parked when its agent starts
  count_no_keys,          // more keys that nobody can place in the history are no reason to hold
  believe_closed_file,    // the file of a process that never opened stands in the history that it shows
  note_before_rewrite,    // what a sync brought counts as on disk while the append-only file is still the old one
  keep_newer_ancestor,    // after a restart with an older file what came later still counts as contained
};

#ifdef REDIS_AGENT_MUTANTS
// The one that is planted now; the simulator sets it.
inline Mutant planted_mutant = Mutant::none;
inline bool mutant(Mutant which) { return planted_mutant == which; }
#else
constexpr bool mutant(Mutant /*which*/) { return false; }
#endif

}  // namespace agent
