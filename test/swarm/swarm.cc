#include "swarm/swarm.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "core/text.h"
#include "sim/run.h"

namespace agent {

namespace {

constexpr std::uint64_t kNobody = UINT64_MAX;
constexpr std::size_t kWordsMax = 500;
constexpr int kLookMs = 200;

// What the processes share.
struct Board {
  std::atomic<std::uint64_t> next;
  std::atomic<std::uint64_t> done;
  std::atomic<std::uint64_t> held;
  std::atomic<std::uint64_t> violations;
  std::atomic<std::uint64_t> acknowledged;
  std::atomic<std::uint64_t> simulated_ms;
  std::atomic<std::uint64_t> violated;

  SwarmCounts counts() const {
    return {.done = done,
            .held = held,
            .violated = violations,
            .acknowledged = acknowledged,
            .simulated_seconds = static_cast<double>(simulated_ms.load()) / 1e3};
  }
};

class SharedBoard {
 public:
  SharedBoard() : memory_(mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (memory_ == MAP_FAILED) {
      throw std::runtime_error("no shared memory");
    }
  }
  ~SharedBoard() { munmap(memory_, sizeof(Board)); }
  SharedBoard(const SharedBoard&) = delete;
  SharedBoard& operator=(const SharedBoard&) = delete;
  Board& operator*() const { return *static_cast<Board*>(memory_); }

 private:
  void* memory_;
};

void work(Board& board, const SwarmSeeds& seeds) {
  constexpr std::uint64_t kBatch = 16;
  while (true) {
    const auto first = board.next.fetch_add(kBatch);
    for (auto seed = first; seed < first + kBatch; ++seed) {
      if (seed >= seeds.from + seeds.count || (seed > board.violated && !seeds.all)) {
        return;
      }
      const auto result = run_plan(plan_of(seed), false);
      ++board.done;
      board.held += result.was_held ? 1 : 0;
      board.acknowledged += static_cast<std::uint64_t>(result.acknowledged);
      board.simulated_ms += static_cast<std::uint64_t>(result.lasted.count() / 1'000);
      if (result.violation) {
        ++board.violations;
        if (seeds.all) {
          std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), result.violation->c_str());
          std::fflush(stdout);
        }
        auto known = board.violated.load();
        while (seed < known && !board.violated.compare_exchange_weak(known, seed)) {
        }
      }
    }
  }
}

}  // namespace

SwarmOutcome swarm(const SwarmSeeds& seeds, int processes, const std::function<void(const SwarmCounts&)>& progress) {
  const SharedBoard shared;
  auto& board = *shared;
  board.next = seeds.from;
  board.violated = kNobody;
  const auto began = std::chrono::steady_clock::now();
  std::vector<pid_t> children;
  for (int i = 0; i < processes; ++i) {
    const auto child = fork();
    if (child == 0) {
      work(board, seeds);
      _exit(0);
    }
    children.push_back(child);
  }
  std::string crashed;
  while (!children.empty()) {
    std::erase_if(children, [&](pid_t child) {
      int status = 0;
      const bool is_over = waitpid(child, &status, WNOHANG) == child;
      if (is_over && status != 0) {
        crashed = cat("a process ended with status ", status, " at about seed ", board.next.load());
      }
      return is_over;
    });
    progress(board.counts());
    poll(nullptr, 0, children.empty() ? 0 : kLookMs);
  }
  SwarmOutcome outcome{.counts = board.counts(), .violated = {}, .violation = crashed};
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (board.violated != kNobody) {
    outcome.violated = board.violated;
    outcome.violation = run_plan(plan_of(board.violated), false).violation.value_or("it does not fail again");
  } else if (!crashed.empty()) {
    throw std::runtime_error(crashed);
  }
  return outcome;
}

}  // namespace agent
