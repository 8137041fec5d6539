#include "swarm/mutants.h"

#include <cstdio>

#include "sim/run.h"

namespace agent {

namespace {

struct Planted {
  Mutant which;
  std::string_view name;
};

constexpr Planted kMutants[] = {
    {Mutant::trust_nxdomain, "trust_nxdomain"},
    {Mutant::trust_first_answer, "trust_first_answer"},
    {Mutant::ignore_silent_peers, "ignore_silent_peers"},
    {Mutant::open_when_behind, "open_when_behind"},
    {Mutant::open_when_empty, "open_when_empty"},
    {Mutant::open_with_less, "open_with_less"},
    {Mutant::compare_raw_offsets, "compare_raw_offsets"},
    {Mutant::believe_aof_history, "believe_aof_history"},
    {Mutant::trust_any_end, "trust_any_end"},
    {Mutant::assume_flushed, "assume_flushed"},
    {Mutant::donate_without_fence, "donate_without_fence"},
    {Mutant::donate_with_less, "donate_with_less"},
    {Mutant::promote_before_synced, "promote_before_synced"},
    {Mutant::follow_less, "follow_less"},
    {Mutant::follow_without_copy, "follow_without_copy"},
    {Mutant::forget_word_of_fence, "forget_word_of_fence"},
    {Mutant::adopt_closed, "adopt_closed"},
    {Mutant::park_open_master, "park_open_master"},
    {Mutant::count_no_keys, "count_no_keys"},
    {Mutant::believe_closed_file, "believe_closed_file"},
    {Mutant::note_before_rewrite, "note_before_rewrite"},
    {Mutant::keep_newer_ancestor, "keep_newer_ancestor"},
};

}  // namespace

std::optional<Mutant> mutant_named(std::string_view name) {
  for (const auto& planted : kMutants) {
    if (planted.name == name) {
      return planted.which;
    }
  }
  return std::nullopt;
}

#ifdef REDIS_AGENT_MUTANTS
void plant(Mutant which) { planted_mutant = which; }

int run_mutants(const SwarmSeeds& seeds, int processes) {
  int unfound = 0;
  std::printf("| mutant | first seed | what is violated |\n| --- | --- | --- |\n");
  for (const auto& planted : kMutants) {
    plant(planted.which);
    const auto outcome = swarm(seeds, processes, [](const SwarmCounts&) {});
    if (outcome.violated) {
      std::printf("| %s | %llu | %s |\n", planted.name.data(), static_cast<unsigned long long>(*outcome.violated),
                  outcome.violation.c_str());
    } else {
      ++unfound;
      std::printf("| %s | none of %llu | |\n", planted.name.data(), static_cast<unsigned long long>(seeds.count));
    }
    std::fflush(stdout);
  }
  return unfound == 0 ? 0 : 1;
}
#else
void plant(Mutant /*which*/) {}

int run_mutants(const SwarmSeeds& /*seeds*/, int /*processes*/) {
  std::fprintf(stderr, "this build has no mutants\n");
  return 2;
}
#endif

}  // namespace agent
