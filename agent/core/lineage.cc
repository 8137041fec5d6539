#include "core/lineage.h"

#include <algorithm>
#include <array>

#include "core/ancestry.h"
#include "core/mutant.h"

namespace agent {

namespace {

constexpr std::array<std::string_view, 3> kCertainties{"exact", "complete", "at_least"};

// A server that has no second history shows a replid2 of zeros.
bool is_replid(const std::string& text) { return !text.empty() && text.find_first_not_of('0') != std::string::npos; }

// How far `theirs` contains the history `replid`: nothing where it does not know it, no limit where everything of it is
// contained.
struct Reach {
  std::int64_t offset = 0;
  bool is_all = false;   // it contains all that this history's master ever acknowledged
  bool goes_on = false;  // it has written more since, in a later history
};

std::optional<Reach> reach_of(const Lineage& theirs, const std::string& replid) {
  if (theirs.now.replid == replid) {
    return Reach{.offset = theirs.now.offset};
  }
  // What tells the most: a replica that resumed names in replid2 where it stood itself, not where its master left.
  std::optional<Reach> reach;
  const auto add = [&reach](const Reach& other) {
    if (!reach || other.offset > reach->offset) {
      reach = other;
    }
  };
  if (theirs.before && theirs.before->replid == replid) {
    add({.offset = theirs.before->offset, .goes_on = theirs.now.offset > theirs.before->offset});
  }
  if (theirs.continues && theirs.continues->at.replid == replid) {
    add({.offset = theirs.continues->at.offset,
         .is_all = theirs.continues->certainty == Certainty::complete,
         .goes_on = true});
  }
  const auto ancestor = std::ranges::find(theirs.ancestors, replid, &Position::replid);
  if (ancestor != theirs.ancestors.end()) {
    // Offsets of other histories: that they differ is all that they tell, and at 0 no write is counted yet (before its
    // first replica a master has no backlog). After an append-only file INFO's is made up.
    const bool went_on = theirs.continues && theirs.continues->at.offset != ancestor->offset;
    const bool goes_on = theirs.now.offset != ancestor->offset || theirs.now.offset == 0;
    add({.offset = ancestor->offset, .goes_on = went_on || goes_on});
  }
  return reach;
}

}  // namespace

std::string_view to_text(Certainty certainty) { return kCertainties.at(static_cast<std::size_t>(certainty)); }

std::optional<Certainty> parse_certainty(std::string_view word) {
  const auto* found = std::ranges::find(kCertainties, word);
  return found == kCertainties.end() ? std::nullopt
                                     : std::optional(static_cast<Certainty>(found - kCertainties.begin()));
}

std::optional<Lineage> lineage_of(const RedisInfo& info, const Published* told) {
  const auto& applied = info.link ? info.link->replica_offset : info.master_offset;
  if (!is_replid(info.replid) || !applied) {
    return std::nullopt;
  }
  Lineage lineage{.now = {.replid = info.replid, .offset = *applied}, .before = {}, .continues = {}};
  if (told != nullptr) {
    lineage.continues = told->continues;
    lineage.ancestors = told->ancestors;
  }
  if (is_replid(info.replid2) && info.second_offset && *info.second_offset > 0) {
    lineage.before =
        Position{.replid = info.replid2, .offset = *info.second_offset - 1};  // it names the first not contained
  }
  return lineage;
}

Relation relation(const Lineage& theirs, const Standing& mine) {
  const auto reach = reach_of(theirs, mine.at.replid);
  if (!reach && mutant(Mutant::compare_raw_offsets)) {
    return theirs.now.offset > mine.at.offset ? Relation::ahead : Relation::behind;
  }
  if (!reach) {
    return Relation::unrelated;
  }
  if (mine.certainty == Certainty::complete) {
    return reach->offset < mine.at.offset ? Relation::behind : Relation::equal;
  }
  if (reach->is_all) {
    return Relation::ahead;
  }
  if (reach->offset < mine.at.offset) {
    return Relation::behind;
  }
  const bool has_more = reach->offset > mine.at.offset || reach->goes_on || mine.certainty == Certainty::at_least;
  return has_more ? Relation::ahead : Relation::equal;
}

bool contains_by_offset(const Lineage& theirs, const Position& position) {
  const auto contains = [&position](const Position& at) {
    return at.replid == position.replid && at.offset < kAllButItsEnd && at.offset >= position.offset;
  };
  return contains(theirs.now) || (theirs.before && contains(*theirs.before)) ||
         (theirs.continues && contains(theirs.continues->at)) || std::ranges::any_of(theirs.ancestors, contains);
}

}  // namespace agent
