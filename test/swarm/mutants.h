// Each planted error, and the first seed that finds it, as a table. Only in the build of the mutants.
#pragma once

#include <optional>
#include <string_view>

#include "core/mutant.h"
#include "swarm/swarm.h"

namespace agent {

std::optional<Mutant> mutant_named(std::string_view name);
// In a build without mutants it does nothing.
void plant(Mutant which);
// 1 where one was not found.
int run_mutants(const SwarmSeeds& seeds, int processes);

}  // namespace agent
