// What guard may decide, as a table: whose decision, when, with which reason, what is done, and whether it waits for a
// person. README.md beside this file is made of it, and the unit tests check that each decision they see stands in it.
// Not the rules themselves: those are in guard_*.cc.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/guard.h"

namespace agent {

enum class Part { first, replica };

struct GuardRow {
  Part part;
  Reason reason;
  std::optional<Deed> deed;  // absent: nothing is done
  bool is_hold;
  std::string_view when;  // what is seen, as a person would tell it
};

std::span<const GuardRow> guard_table();

// Whether the table has a row for it.
bool is_in_table(Part part, const Decision& decision);

}  // namespace agent
