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

void add_ancestors(std::vector<Position>& ancestors, const std::vector<Position>& theirs) {
  const auto place_of = [&ancestors](const Position& position) {
    return std::ranges::find(ancestors, position.replid, &Position::replid);
  };
  const bool have_some_in_common =
      std::ranges::any_of(theirs, [&](const Position& position) { return place_of(position) != ancestors.end(); });
  auto next = have_some_in_common ? ancestors.begin() : ancestors.end();
  for (const auto& position : theirs) {
    if (const auto known = place_of(position); known != ancestors.end()) {
      known->offset = std::max(known->offset, position.offset);
      next = std::max(next, known + 1);
    } else {
      next = ancestors.insert(next, position) + 1;
    }
  }
  if (ancestors.size() > kAncestorsMax) {
    ancestors.erase(ancestors.begin(), ancestors.end() - kAncestorsMax);
  }
}

std::vector<Position> all_ancestors(const Lineage& lineage) {
  auto all = lineage.ancestors;
  if (lineage.continues) {
    add_ancestor(all, lineage.continues->at);
  }
  if (lineage.before) {
    add_ancestor(all, *lineage.before);
  }
  return all;
}

void add_known(Lineage& lineage, const Position& at, const std::vector<Position>& ancestors) {
  if (lineage.now.replid != at.replid && !(lineage.before && lineage.before->replid == at.replid)) {
    return;
  }
  for (const auto& ancestor : ancestors) {
    if (ancestor.replid != at.replid) {  // how far it has that itself INFO tells
      add_ancestor(lineage.ancestors, ancestor);
    }
  }
}

void limit_ancestor(std::vector<Position>& ancestors, const Position& position) {
  const auto known = std::ranges::find(ancestors, position.replid, &Position::replid);
  if (known != ancestors.end()) {
    known->offset = std::min(known->offset, position.offset);
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
