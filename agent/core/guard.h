// Guarded boot: what this pod's agent does so that no restart, lost volume or missing persistence replaces data by less
// data. One decision a tick: a reason and, at most, one action on the own Redis. Pure. The rules as a person would tell
// them are in README.md beside this file; their source is SAFETY section 5. Not failover: the first pod is master for
// ever.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/action.h"
#include "core/memory.h"
#include "core/observation.h"
#include "core/safe_place.h"
#include "core/settings.h"
#include "core/verdict.h"

namespace agent {

// A link that is down for longer is given up: the follower parks, and attaches again only after its agent has looked at
// the first pod. Otherwise Redis itself would attach it to whatever comes back, with less data too.
inline constexpr Duration kLinkGivenUp = std::chrono::seconds(5);
// Two answers of DNS that name nobody else prove that nobody is there only if they are this far apart: CoreDNS and the
// endpoints behind it lag by some seconds.
inline constexpr Duration kAbsenceProof = std::chrono::seconds(6);
// A reseed that does not move for this long is tried with another donor; a donor whom nobody reads parks again.
inline constexpr Duration kNoProgress = std::chrono::seconds(30);
// A view that was asked for longer ago says nothing about now.
inline constexpr Duration kViewAgeMax = std::chrono::seconds(3);

// What the first pod's Redis held when its door was opened: as long as it is the same, nobody has written to it.
struct Opened {
  Reason reason = Reason::starting;
  std::optional<std::int64_t> changes_since_save;
  std::optional<std::int64_t> last_save_time;
};

// A peer that had data, or was loading it.
struct Holder {
  IpAddress ip;
  Instant heard;  // the last time
};

struct Decision {
  Reason reason = Reason::starting;
  Health health = Health::down;
  std::string sentence;
  bool is_hold = false;        // only the operator, or another pod, ends it
  bool keeps_traffic = false;  // the verdict on who may get traffic stands
  std::optional<Action> action;
};

// What one observation cannot show. Everything here can be lost with the agent: it is found again in what Redis shows
// and in the state file, or it costs a wait, never data.
struct GuardState {
  std::optional<Memory> memory;  // the state file: as it was read at the start, and then as it should be
  std::string boot_id;           // of this machine now

  std::string run_id;                      // of the own Redis
  Instant run_since;                       // when that process was first seen with its data loaded
  std::optional<Standing> continues;       // where its data stood when it began
  std::vector<Position> ancestors;         // the histories that the data grew out of, oldest first
  std::optional<std::int64_t> began_with;  // keys without a time to live, where nobody had written to it yet
  std::optional<Position> last;            // where the data stood at the last look, if that is known
  bool is_real = false;  // INFO's history is that of the data, not one that a restart from an AOF made up
  std::optional<Opened> opened;
  SafePlace flushed{kFlushed};           // where the data stood so long ago that its append-only file has that
  Instant looked;                        // when its disk was looked at last
  std::optional<Instant> synced_slowly;  // when two looks in a row last met a sync of the append-only file
  std::optional<Position> gives;         // of a donor: where its data stood when it was told to become master, fenced
  std::string replid;                    // of INFO at the last look
  std::string synced_with;               // the master with whom it was linked last, as INFO names it
  std::optional<Instant> linked;         // since when it was linked at each look
  std::optional<std::int64_t> to_reach;  // where its master stood when that was asked first after a full sync
  bool is_snapshot = false;              // a full sync was seen, and not yet that it stood there
  bool is_syncing = false;               // its append-only file, at the last look
  bool may_lack_end = false;             // of the file it began with, though that is taken for complete: a slow disk
  bool was_ended = false;                // the process before ended in order: its append-only file has all
  bool awaits_word = false;              // of its master's agent: what the history grew out of that a sync brought
  bool has_saved = false;                // what its memory held was saved for that
  bool has_copy = false;                 // hard links of its files were made

  Instant floor;                        // views that were asked for before are of the world before the last change
  std::vector<IpAddress> roster;        // whom whole answers of DNS name
  std::optional<Instant> roster_since;  // and since when they name just these
  std::vector<Holder> holders;          // at any look since this Redis runs
  std::optional<Instant> left_at;       // when DNS last stopped to name one of them

  Instant first_answered;  // when the Redis of the first pod answered anything last
  std::string served_by;   // run_id of the first pod's Redis, where that was seen to serve at the last look
  Instant served_since;    // and since when

  std::string donor_run;              // run_id of the donor that was chosen
  std::optional<Standing> donor_had;  // and where its data stood then
  std::vector<TcpEndpoint> tried;     // donors that did not give
  Instant progress;                   // when the reseed last moved
  std::string mark;                   // what it looked like then

  std::optional<Decision> said;  // at the last look, without its action

  std::string error;        // of the last action, if it was refused
  int refusals = 0;         // in a row
  Instant not_before = {};  // when the next action may be done

  std::string accepted;  // run_id of the first pod's Redis that this pod attached to: what it holds was looked at

  int moved = 0;                  // looks in a row at which the link led to another address than DNS has
  std::uint64_t moved_asked = 0;  // the last of them, so that one look counts once
  bool has_word = false;          // the operator's, once: bootstrap --accept-data-loss
};

enum class Outcome {
  done,
  refused,   // the server, or the file system, said no, and why
  unknown,   // no answer in time, or the connection ended: it may have been done
  not_done,  // what it was for was gone before: another process, or too late
};

// A process of the own Redis is seen that is neither the last one nor that of the state file: recognize() wants
// observation.was_ended with this look.
bool is_new_process(const GuardState& state, const Observation& observation);

// It is master with data out of an RDB file, and INFO does not tell of which history, as up to 6.2, though the file
// may: recognize() wants observation.rdb, too.
bool wants_rdb(const GuardState& state, const Observation& observation);

// What the own Redis is, read anew at each tick, before guard(): notices a new process, and what its data continues.
void recognize(const Settings& settings, GuardState& state, const Observation& observation);

// Nothing where there is nothing to do or to say beyond the verdict. Uses up the operator's word when it acts on it.
std::optional<Decision> guard(const Settings& settings, GuardState& state, const Observation& observation);

// An action ended: what was seen before it is of no use any more. After a refusal it is tried again, later each time.
void acted(GuardState& state, const Action& action, Outcome outcome, const std::string& error, Instant now);

// What the state file should say now; `state.memory` is it.
void remember(const Settings& settings, GuardState& state, const Observation& observation);

// What this agent publishes of its Redis.
std::optional<Published> published(const GuardState& state);

}  // namespace agent
