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
  Step tick_with_link(bool up, int connection = 0) {
    auto set = healthy_set(1);
    info_of(set, 1).link->up = up;
    set.pods[1].redis->value.master_connection = connection == 0 ? "" : cat("id=4 laddr=10.1.0.2:", connection);
    return tick(set);
  }
  std::size_t drops() const { return state.history.drops.size(); }
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

TEST(Step, countsADropBetweenTwoLooks) {
  Ticks run;
  run.tick_with_link(true, 7);
  run.tick_with_link(true, 7);
  EXPECT_EQ(run.drops(), 0U);
  run.tick_with_link(true, 9);
  EXPECT_EQ(run.drops(), 1U);
  run.tick_with_link(true);  // it was not told this time
  run.tick_with_link(true, 9);
  EXPECT_EQ(run.drops(), 1U);
  run.tick_with_link(true);
  EXPECT_EQ(run.tick_with_link(true, 12).own.reason, Reason::following);
  const auto third = run.tick_with_link(true, 15);
  EXPECT_EQ(third.own.reason, Reason::link_flapping);
  EXPECT_NE(third.own.sentence.find("went down 3 times"), std::string::npos) << third.own.sentence;
}

TEST(Step, countsADropThatItSawOnlyOnce) {
  Ticks run;
  run.tick_with_link(true, 7);
  run.tick_with_link(false, 8);  // the list was asked a little after INFO
  run.tick_with_link(true, 8);
  EXPECT_EQ(run.drops(), 1U);
  run.tick_with_link(false);
  run.tick_with_link(true, 10);
  EXPECT_EQ(run.drops(), 2U);
}

TEST(Step, aLinkToAnotherMasterIsNoDrop) {
  Ticks run;
  run.tick_with_link(true, 7);
  auto moved = healthy_set(1);
  info_of(moved, 1).link->host = "redis-2.redis.default.svc.cluster.local.";
  moved.pods[1].redis->value.master_connection = "id=8 laddr=10.1.0.2:8";
  run.tick(moved);
  run.tick_with_link(true, 9);
  run.tick(healthy_set(0));
  EXPECT_EQ(run.drops(), 0U);
}

TEST(Step, anotherProcessNumbersItsConnectionsAnew) {
  Ticks run;
  run.tick_with_link(true, 7);
  auto restarted = healthy_set(1);
  info_of(restarted, 1).run_id = "another";
  restarted.pods[1].redis->value.master_connection = "id=3 laddr=10.1.0.2:3";
  run.tick(restarted);
  EXPECT_EQ(run.drops(), 0U);
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
