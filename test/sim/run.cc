#include "sim/run.h"

#include <algorithm>

#include "core/text.h"

namespace agent {

namespace {

constexpr Duration kPatience = std::chrono::seconds(100);
constexpr int kWordsMax = 6;  // with OrderedReady the operator may have to speak for one pod after the other

// Empty when the set is whole in the end.
std::string mend(SimSet& set, SimResult& result) {
  for (int word = 0; word < kWordsMax; ++word) {
    if (set.run_until([&set] { return set.has_converged(); }, kPatience)) {
      return "";
    }
    if (set.violation() || set.accept_data_loss() == 0) {
      break;
    }
    result.was_held = true;
  }
  return set.why_not_converged();
}

}  // namespace

SimResult run_plan(const Plan& plan, bool records) {
  SimSet set(plan, records);
  SimResult result;
  set.begin();
  for (const auto& fault : plan.faults) {
    if (fault.at > set.age()) {
      set.run_for(fault.at - set.age());
    }
    if (!set.violation()) {
      set.suffer(fault);
    }
  }
  if (!set.violation()) {
    set.run_for(std::max(Duration(0), plan.quiet + plan.faulty - set.age()));
    set.heal();
    const auto why = mend(set, result);
    result.violation = set.violation();
    if (!result.violation && !why.empty()) {
      result.violation = cat("long after all faults ended, ", why,
                             result.was_held ? " in spite of the operator's word" : " and nobody holds");
    }
  }
  if (!result.violation) {
    result.violation = set.violation();
  }
  if (!result.violation && !set.write_once()) {
    result.violation = "the set is whole and takes no write";
  }
  result.acknowledged = set.acknowledgements();
  result.lasted = set.age();
  result.lines = set.lines();
  return result;
}

Plan minimized(Plan plan) {
  for (bool is_smaller = true; is_smaller;) {
    is_smaller = false;
    for (std::size_t i = 0; i < plan.faults.size(); ++i) {
      auto without = plan;
      without.faults.erase(without.faults.begin() + static_cast<std::ptrdiff_t>(i));
      if (run_plan(without, false).violation) {
        plan = std::move(without);
        is_smaller = true;
        break;
      }
    }
  }
  return plan;
}

std::string story_of(const Plan& plan) {
  const auto result = run_plan(plan, true);
  auto out = to_text(plan);
  for (const auto& line : result.lines) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(line.at).count();
    auto fraction = std::to_string(1'000 + ms % 1'000).substr(1);
    out += cat(ms < 10'000 ? " " : "", ms / 1'000, '.', fraction, "  ", line.text, '\n');
  }
  return out + (result.violation ? cat("violated: ", *result.violation, '\n')
                                 : cat("nothing is violated", result.was_held ? ", the operator spoke\n" : "\n"));
}

}  // namespace agent
