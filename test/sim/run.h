// One seed, from its plan to its verdict: the set begins, its faults come, they end, and then it must be whole, or hold
// for the operator and become whole by the operator's word.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/plan.h"
#include "sim/set.h"

namespace agent {

struct SimResult {
  std::optional<std::string> violation;
  bool was_held = false;  // an operator had to speak
  int acknowledged = 0;
  Duration lasted{};
  std::vector<SimLine> lines;  // where it was recorded
};

SimResult run_plan(const Plan& plan, bool records);

// The same plan with as few of its faults as still lead to a violation.
Plan minimized(Plan plan);

// The plan, the journal and the verdict, as a person reads them.
std::string story_of(const Plan& plan);

}  // namespace agent
