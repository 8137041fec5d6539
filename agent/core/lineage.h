// Where a data set stands in the history of its writes, and how two data sets relate. Offsets compare only within one
// history (FACTS: a stale master can show a far larger offset than the legitimate one), so every comparison here names
// the history first. Not a judgement: what to do about it is guard's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/info.h"

namespace agent {

// A point in one history.
struct Position {
  std::string replid;       // 40 hexadecimal digits
  std::int64_t offset = 0;  // bytes of that history that the data set contains
  bool operator==(const Position&) const = default;
};

enum class Certainty {
  exact,     // up to `offset`, neither more nor less
  complete,  // everything that this history's master ever acknowledged, `offset` or more
  at_least,  // `offset` or more, and it is not known how much more
};
std::string_view to_text(Certainty certainty);
std::optional<Certainty> parse_certainty(std::string_view word);

struct Standing {
  Position at;
  Certainty certainty = Certainty::exact;
  bool operator==(const Standing&) const = default;
};

// What one agent publishes of its Redis' data (/v1/status, "data"): where it stood when this process of Redis began.
// INFO alone cannot tell it after a restart from an append-only file, which carries no history.
struct Published {
  std::string run_id;                    // of the Redis it is about; another one there makes it stale
  std::optional<Standing> continues;     // absent: the agent does not know
  std::vector<Position> ancestors = {};  // the histories that the data grew out of, oldest first
  // How many keys without a time to live it began with; absent where the agent did not see it begin.
  std::optional<std::int64_t> began_with = {};
  // Where the data once stood, and what that grew out of; absent where it stands there still.
  std::optional<Position> once = {};
  std::vector<Position> once_ancestors = {};
  // Where data of this pod once stood, when a process began without it: lost here, but perhaps not elsewhere.
  std::vector<Position> lost = {};
  bool is_snapshot = false;   // it has what a full sync brought, and maybe not what its master wrote meanwhile
  bool may_lack_end = false;  // `continues` is complete unless the Redis before was killed while its slow disk synced
  bool operator==(const Published&) const = default;
};

// Everything that is known of what a running Redis contains: its own history, the one it branched off, and the one that
// its agent says its data continues.
struct Lineage {
  Position now;                          // replid and the offset that is applied
  std::optional<Position> before;        // replid2, and how far it is contained
  std::optional<Standing> continues;     // published
  std::vector<Position> ancestors = {};  // published
};

// Nothing where INFO does not tell the history: no replid, or no offset.
// `told` is what its agent published of it.
std::optional<Lineage> lineage_of(const RedisInfo& info, const Published* told = nullptr);

enum class Relation {
  unrelated,  // they share no history that is known
  behind,     // it has less than `mine`
  equal,      // it has the same
  ahead,      // it contains `mine`, and more
};

// Everything of mine is in theirs.
constexpr bool is_contained(Relation is) { return is == Relation::equal || is == Relation::ahead; }

// How `theirs` relates to a data set that stands at `mine`. Where `mine` is at_least, what is not behind counts as
// ahead; where it is complete, nobody is ahead.
Relation relation(const Lineage& theirs, const Standing& mine);

// An offset of theirs tells so, and not only the word that a file is complete.
bool contains_by_offset(const Lineage& theirs, const Position& position);

}  // namespace agent
