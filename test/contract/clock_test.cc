// What a Clock and a Random promise, held to by the simulated and the real ones.
#include "sim/clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <functional>

#include "contract/real_loop.h"

namespace agent {
namespace {

using namespace std::chrono_literals;

class ClockLab {
 public:
  ClockLab() = default;
  ClockLab(const ClockLab&) = delete;
  ClockLab& operator=(const ClockLab&) = delete;
  virtual ~ClockLab() = default;
  virtual Clock& clock() = 0;
  virtual Random& random() = 0;
  virtual bool run_until(const std::function<bool()>& done, Duration limit) = 0;
};

class SimClockLab : public ClockLab {
 public:
  Clock& clock() override { return clock_; }
  Random& random() override { return random_; }
  bool run_until(const std::function<bool()>& done, Duration limit) override { return clock_.run_until(done, limit); }

 private:
  SimClock clock_;
  SimRandom random_{42};
};

class RealClockLab : public ClockLab {
 public:
  Clock& clock() override { return loop_; }
  Random& random() override { return random_; }
  bool run_until(const std::function<bool()>& done, Duration limit) override {
    return agent::run_until(loop_, done, limit);
  }

 private:
  Loop loop_;
  SystemRandom random_;
};

std::unique_ptr<ClockLab> sim_clock() { return std::make_unique<SimClockLab>(); }
std::unique_ptr<ClockLab> real_clock() { return std::make_unique<RealClockLab>(); }

class ClockContract : public testing::TestWithParam<std::unique_ptr<ClockLab> (*)()> {
 protected:
  void idle(Duration span) {
    EXPECT_FALSE(lab->run_until([] { return false; }, span));
  }
  std::unique_ptr<ClockLab> lab = GetParam()();
  Clock& clock = lab->clock();
};

INSTANTIATE_TEST_SUITE_P(, ClockContract, testing::Values(&sim_clock, &real_clock),
                         [](const auto& which) { return which.index == 0 ? "sim" : "real"; });

TEST_P(ClockContract, CallsOnceAndNotTooSoon) {
  for (const Duration delay : {0us, 1us, 999us, 5'000us, 40'000us}) {
    int calls = 0;
    const auto start = clock.now();
    const auto timer = clock.after(delay, [&] { ++calls; });
    EXPECT_EQ(calls, 0) << "called from within the call";
    EXPECT_TRUE(lab->run_until([&] { return calls > 0; }, delay + 500ms));
    EXPECT_GE(clock.now() - start, delay);
    idle(5ms);
    EXPECT_EQ(calls, 1);
  }
}

TEST_P(ClockContract, CallsInTheOrderInWhichTheyAreDue) {
  std::string order;
  const auto last = clock.after(30ms, [&] { order += '3'; });
  const auto first = clock.after(10ms, [&] { order += '1'; });
  const auto middle = clock.after(20ms, [&] { order += '2'; });
  EXPECT_TRUE(lab->run_until([&] { return order.size() == 3; }, 1s));
  EXPECT_EQ(order, "123");
}

TEST_P(ClockContract, ADestroyedTimerIsNeverCalled) {
  int calls = 0;
  auto timer = clock.after(5ms, [&] { ++calls; });
  timer.reset();
  idle(20ms);
  EXPECT_EQ(calls, 0);
}

TEST_P(ClockContract, ATimerMayBeDestroyedWhenBothAreDue) {
  int calls = 0;
  std::unique_ptr<Timer> one;
  std::unique_ptr<Timer> other;
  one = clock.after(5ms, [&] {
    ++calls;
    other.reset();
  });
  other = clock.after(5ms, [&] {
    ++calls;
    one.reset();
  });
  const auto blocked_until = clock.now() + 10ms;
  while (clock.now() < blocked_until && lab->run_until([] { return true; }, 0us) && GetParam() == &real_clock) {
  }  // the real loop is late, so that both are due in one turn
  idle(20ms);
  EXPECT_EQ(calls, 1);
}

TEST_P(ClockContract, ATimerMayDestroyItselfAndMakeAnother) {
  int calls = 0;
  std::unique_ptr<Timer> timer;
  std::function<void()> again = [&] {
    if (++calls < 10) {
      timer = clock.after(1ms, again);
    } else {
      timer.reset();
    }
  };
  timer = clock.after(1ms, again);
  EXPECT_TRUE(lab->run_until([&] { return calls == 10; }, 1s));
}

TEST_P(ClockContract, WallTimeGoesOn) {
  const auto before = clock.wall();
  idle(20ms);
  const auto passed = clock.wall() - before;
  EXPECT_GE(passed, 19ms);
  EXPECT_LT(passed, 2s);
}

TEST_P(ClockContract, ChanceIsBetweenZeroAndOneAndSpread) {
  std::vector<double> drawn(1'000);
  std::ranges::generate(drawn, [&] { return lab->random().next(); });
  EXPECT_GE(std::ranges::min(drawn), 0.0);
  EXPECT_LT(std::ranges::max(drawn), 1.0);
  EXPECT_LT(std::ranges::min(drawn), 0.1);
  EXPECT_GT(std::ranges::max(drawn), 0.9);
}

TEST(RealLoop, TellsOfEachSignal) {
  Loop loop;
  std::vector<int> seen;
  loop.on_signal([&](int signal) { seen.push_back(signal); });
  for (const int signal : {SIGTERM, SIGINT, SIGTERM}) {
    std::raise(signal);
    EXPECT_TRUE(run_until(loop, [&] { return !seen.empty() && seen.back() == signal; }, 1s));
  }
  EXPECT_EQ(seen, (std::vector{SIGTERM, SIGINT, SIGTERM}));
}

TEST(RealLoop, RunsUntilItIsStoppedEvenWhenThatCameBefore) {
  Loop loop;
  loop.stop();
  loop.run();
  int calls = 0;
  const auto timer = loop.after(5ms, [&] {
    ++calls;
    loop.stop();
  });
  loop.run();
  EXPECT_EQ(calls, 1);
}

TEST(RealLoop, PostsLaterAndInOrder) {
  Loop loop;
  std::string order;
  loop.post([&] { order += '1'; });
  loop.post([&] { order += '2'; });
  EXPECT_EQ(order, "");
  EXPECT_TRUE(run_until(loop, [&] { return order == "12"; }, 1s));
}

}  // namespace
}  // namespace agent
