// The histories that a data set grew out of: each promotion begins a new one, INFO remembers only the last, and a set
// that reseeds twice within a minute has forgotten its own root. Kept by the agent, published, and in the state file.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "core/lineage.h"

namespace agent {

inline constexpr std::size_t kAncestorsMax = 8;  // of 60 bytes in the state file; the oldest goes first

// The offset of a history of which everything is contained that its master ever acknowledged.
inline constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
// The same, but the machine has started anew since: the last second of it may be lost.
inline constexpr std::int64_t kAllButItsEnd = kAll - 1;

// Where the data stands of a file that was saved before the history began.
inline constexpr std::int64_t kBefore = -1;

// Oldest first, each history once.
void add_ancestor(std::vector<Position>& ancestors, const Position& position);

// The same for all of `theirs`, oldest first: what both have keeps its place, and what only they have goes before what
// it goes before there.
void add_ancestors(std::vector<Position>& ancestors, const std::vector<Position>& theirs);

// All that INFO and the agent tell of it, oldest first.
std::vector<Position> all_ancestors(const Lineage& lineage);

// Who stands in the history of `at` contains what that grew out of.
void add_known(Lineage& lineage, const Position& at, const std::vector<Position>& ancestors);

// Not everything of this history is contained, as was believed, but what is up to here.
void limit_ancestor(std::vector<Position>& ancestors, const Position& position);

// What a data set that stands at `at` still grew out of, where `ancestors` belonged to one that stood at `before`: of
// an older snapshot only what was there then; of other data nothing. The history of `at` itself is not among them.
std::vector<Position> ancestors_of(const std::vector<Position>& ancestors, const std::optional<Position>& before,
                                   const std::optional<Position>& at);

}  // namespace agent
