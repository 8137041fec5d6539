#include "core/ancestry.h"

#include <algorithm>

#include "core/mutant.h"

namespace agent {

void add_ancestor(std::vector<Position>& ancestors, const Position& position) {
  const auto known = std::ranges::find(ancestors, position.replid, &Position::replid);
  if (known != ancestors.end()) {
    known->offset = std::max(known->offset, position.offset);
    return;
  }
  ancestors.push_back(position);
  if (ancestors.size() > kAncestorsMax) {
    ancestors.erase(ancestors.begin());
  }
}

std::vector<Position> ancestors_of(const std::vector<Position>& ancestors, const std::optional<Position>& before,
                                   const std::optional<Position>& at) {
  if (!at) {
    return {};
  }
  if (before && before->replid == at->replid) {
    auto kept = ancestors;
    if (mutant(Mutant::keep_newer_ancestor)) {
      return kept;
    }
    std::erase_if(kept, [&at](const Position& ancestor) { return ancestor.replid == at->replid; });
    return kept;
  }
  const auto found = std::ranges::find(ancestors, at->replid, &Position::replid);
  return found == ancestors.end() ? std::vector<Position>{} : std::vector<Position>(ancestors.begin(), found);
}

}  // namespace agent
