#include "core/step.h"

#include <gtest/gtest.h>

#include "unit/sight.h"

namespace agent {
namespace {

using namespace test;
using std::chrono::seconds;

// Runs ticks one second apart and keeps the state, as the sidecar does.
struct Ticks {
  Settings settings = settings_of(1);
  State state{};
  Instant now = kNow;

  Step tick(Observation set) {
    set.now = now;
    for (auto& pod : set.pods) {
      pod.redis->asked = pod.redis->seen = now;
    }
    auto next = step(settings, state, set);
    state = next.state;
    now += seconds(1);
    return next;
  }
  Step tick_with_link(bool up) {
    auto set = healthy_set(1);
    info_of(set, 1).link->up = up;
    return tick(set);
  }
};

std::vector<std::string> own_tales(const Step& step) {
  std::vector<std::string> sentences;
  for (const auto& tale : step.tales) {
    if (tale.reason != Reason::peer_changed) {
      sentences.push_back(tale.sentence);
    }
  }
  return sentences;
}

TEST(Step, tellsAChangeOnce) {
  Ticks run;
  EXPECT_EQ(own_tales(run.tick(healthy_set(1))).size(), 1U);
  EXPECT_TRUE(own_tales(run.tick(healthy_set(1))).empty());
  auto broken = healthy_set(1);
  broken.pods[1].redis = failed(Contact::refused);
  const auto told = own_tales(run.tick(broken));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told[0].find("(was following for 2s)"), std::string::npos) << told[0];
}

TEST(Step, keepsTheMastersOffsetsOfOneHistory) {
  Ticks run;
  const auto kept = [&run] { return run.state.history.master_offsets.samples.size(); };
  run.tick(healthy_set(1));
  run.tick(healthy_set(1));
  EXPECT_EQ(kept(), 2U);
  auto restarted = healthy_set(1);
  info_of(restarted, 0).replid = "bb";
  run.tick(restarted);
  EXPECT_EQ(kept(), 1U);
  EXPECT_EQ(run.state.history.master_offsets.replid, "bb");
  run.now += kOffsetWindow;
  run.tick(restarted);
  EXPECT_EQ(kept(), 1U) << "what is older than the window is forgotten";
}

TEST(Step, tellsPeersThatChangeComeAndGo) {
  Ticks run;
  EXPECT_EQ(run.tick(healthy_set(1)).tales.size(), 3U) << "itself and two peers";
  auto set = healthy_set(1);
  set.pods[2].redis = failed(Contact::silent);
  const auto changed = run.tick(set);
  ASSERT_EQ(changed.tales.size(), 1U);
  EXPECT_EQ(changed.tales[0].reason, Reason::peer_changed);
  set.pods.pop_back();
  const auto gone = run.tick(set);
  ASSERT_EQ(gone.tales.size(), 1U);
  EXPECT_NE(gone.tales[0].sentence.find("redis-2 is no longer in DNS"), std::string::npos) << gone.tales[0].sentence;
}

TEST(Step, countsDropsWithinAMinute) {
  Ticks run;
  for (int i = 0; i < 3; ++i) {
    run.tick_with_link(true);
    run.tick_with_link(false);
  }
  EXPECT_EQ(run.tick_with_link(true).own.reason, Reason::link_flapping);
  run.now += kFlapWindow;
  EXPECT_EQ(run.tick_with_link(true).own.reason, Reason::following);
}

TEST(Step, countsFullSyncsByTheirBeginning) {
  Ticks run;
  Step last;
  for (int i = 0; i < 3; ++i) {
    auto syncing = healthy_set(1);
    info_of(syncing, 1).link->up = false;
    info_of(syncing, 1).link->sync_in_progress = true;
    run.tick(syncing);
    last = run.tick(syncing);
    run.tick_with_link(true);
  }
  EXPECT_EQ(last.own.reason, Reason::resync_loop);
}

TEST(Step, seesAFullSyncBeginAgainBetweenTwoLooks) {
  Ticks run;
  Step last;
  for (const std::int64_t read : {100, 200, 50, 50, 300, 0}) {
    auto syncing = healthy_set(1);
    info_of(syncing, 1).link->up = false;
    info_of(syncing, 1).link->sync_in_progress = true;
    info_of(syncing, 1).link->sync_read_bytes = read;
    EXPECT_NE(last.own.reason, Reason::resync_loop);
    last = run.tick(syncing);
  }
  EXPECT_EQ(last.own.reason, Reason::resync_loop);
}

TEST(Step, anotherProcessBeginsAnotherHistory) {
  Ticks run;
  for (int i = 0; i < 3; ++i) {
    run.tick_with_link(true);
    run.tick_with_link(false);
  }
  auto restarted = healthy_set(1);
  info_of(restarted, 1).run_id = "another";
  EXPECT_EQ(run.tick(restarted).own.reason, Reason::following);
}

TEST(Step, aViewThatIsMissingIsNoDrop) {
  Ticks run;
  for (int i = 0; i < 5; ++i) {
    run.tick_with_link(true);
    auto silent = healthy_set(1);
    silent.pods[1].redis = failed(Contact::silent);
    run.tick(silent);
  }
  EXPECT_EQ(run.tick_with_link(true).own.reason, Reason::following);
}

}  // namespace
}  // namespace agent
