// `./dev sim`: many seeds, one seed as a story, a failing one with fewer faults, or the mutants.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "core/mutant.h"
#include "core/text.h"
#include "sim/run.h"
#include "swarm/mutants.h"
#include "swarm/swarm.h"

namespace agent {
namespace {

constexpr auto kUsage =
    "./dev sim [--seeds N] [--from S] [--all]   run N seeds (20000), beginning with S (1); all: to the end\n"
    "./dev sim --seed S [--minimize]    tell one seed's story, with as few faults as fail\n"
    "./dev sim --mutants [--seeds N]    each planted error, and the first seed that finds it\n";

struct Wishes {
  SwarmSeeds seeds{.from = 1, .count = 20'000};
  std::optional<std::uint64_t> seed;
  bool minimize = false;
  bool mutants = false;
  std::optional<Mutant> planted;
  int processes = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
};

bool takes_number(std::string_view word) {
  return word == "--seeds" || word == "--from" || word == "--seed" || word == "--jobs";
}

std::optional<Wishes> wishes_of(int count, char** words) {
  Wishes wishes;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const auto number = i + 1 < count ? to_number<std::uint64_t>(words[i + 1]) : std::nullopt;
    if (word == "--minimize") {
      wishes.minimize = true;
    } else if (word == "--all") {
      wishes.seeds.all = true;
    } else if (word == "--mutants") {
      wishes.mutants = true;
    } else if (word == "--mutant" && i + 1 < count && mutant_named(words[i + 1])) {
      wishes.planted = mutant_named(words[++i]);
    } else if (!number) {
      return std::nullopt;
    } else if (word == "--seeds") {
      wishes.seeds.count = *number;
    } else if (word == "--from") {
      wishes.seeds.from = *number;
    } else if (word == "--seed") {
      wishes.seed = *number;
    } else if (word == "--jobs") {
      wishes.processes = static_cast<int>(*number);
    } else {
      return std::nullopt;
    }
    i += takes_number(word) ? 1 : 0;
  }
  return wishes;
}

int tell_story(std::uint64_t seed, bool minimize) {
  auto plan = plan_of(seed);
  if (minimize) {
    const auto all = plan.faults.size();
    plan = minimized(std::move(plan));
    std::printf("%zu of its %zu faults are enough\n", plan.faults.size(), all);
  }
  std::printf("%s", story_of(plan).c_str());
  return run_plan(plan, false).violation ? 1 : 0;
}

int run_seeds(const Wishes& wishes) {
  const bool is_terminal = isatty(STDERR_FILENO) == 1;
  const auto outcome = swarm(wishes.seeds, wishes.processes, [&](const SwarmCounts& counts) {
    if (is_terminal) {
      std::fprintf(stderr, "\r%llu of %llu seeds ", static_cast<unsigned long long>(counts.done),
                   static_cast<unsigned long long>(wishes.seeds.count));
    }
  });
  if (is_terminal) {
    std::fprintf(stderr, "\r");
  }
  const auto& counts = outcome.counts;
  std::printf(
      "%llu seeds in %.1f s with %d processes: %.0f a second on each; %.1f simulated hours, %llu writes, "
      "the operator spoke in %llu, %llu violated\n",
      static_cast<unsigned long long>(counts.done), outcome.seconds, wishes.processes,
      static_cast<double>(counts.done) / outcome.seconds / wishes.processes, counts.simulated_seconds / 3600,
      static_cast<unsigned long long>(counts.acknowledged), static_cast<unsigned long long>(counts.held),
      static_cast<unsigned long long>(counts.violated));
  if (!outcome.violated) {
    return 0;
  }
  std::printf("seed %llu: %s\n", static_cast<unsigned long long>(*outcome.violated), outcome.violation.c_str());
  return tell_story(*outcome.violated, wishes.minimize);
}

}  // namespace
}  // namespace agent

int main(int count, char** words) {
  const auto wishes = agent::wishes_of(count, words);
  if (!wishes) {
    std::fprintf(stderr, "%s", agent::kUsage);
    return 2;
  }
  if (wishes->planted) {
    agent::plant(*wishes->planted);
  }
  if (wishes->mutants) {
    return agent::run_mutants(wishes->seeds, wishes->processes);
  }
  return wishes->seed ? agent::tell_story(*wishes->seed, wishes->minimize) : agent::run_seeds(*wishes);
}
