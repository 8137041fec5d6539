// The first pod whose Redis is back from an RDB file, and does not say in INFO of which history.
#include <gtest/gtest.h>

#include "core/ancestry.h"
#include "unit/guarded.h"

namespace agent::test {
namespace {

// As 6.2 shows itself: its RDB file tells the history, INFO does not.
Guarded restart_untold(std::int64_t keys, std::optional<Position> rdb) {
  Guarded g(0);
  g.redis(1, left_alone(1, 7, 1000));
  g.redis(2, left_alone(2, 7, 1000));
  auto untold = restarted_unnamed(keys);
  untold.run_id = "untold";
  g.closed(untold);
  g.set.rdb = std::move(rdb);
  return g;
}

TEST(GuardRdb, BelievesItsFileWhereInfoDoesNotTellTheHistory) {
  auto g = restart_untold(7, Position{.replid = kOld, .offset = 1000});
  EXPECT_TRUE(wants_rdb(g.state, g.set));
  EXPECT_EQ(g.said(), "data_is_best open_door");
  EXPECT_EQ(published(g.state)->continues, (Standing{.at = {.replid = kOld, .offset = 1000}}));
  EXPECT_FALSE(wants_rdb(g.state, g.set)) << "the file is of this process only once";
  EXPECT_EQ(restart_untold(5, Position{.replid = kOld, .offset = 500}).said(), "reseeding keep_copy");
  EXPECT_EQ(restart_untold(9, Position{.replid = kOld, .offset = 1200}).said(), "data_is_best open_door");
}

TEST(GuardRdb, DoesNotTakeWhatWasSavedSinceForItsFile) {
  auto g = restart_untold(7, Position{.replid = kNew, .offset = 1000});
  EXPECT_EQ(g.said(), "reseeding keep_copy") << "as if the file told nothing";
}

// It began behind a closed door, was told to follow, and was stopped before anything came: what it saved has a history
// of its own, in which nobody wrote.
TEST(GuardRdb, AFileThatTheClosedProcessSavedContinuesWhatThatBeganWith) {
  auto g = restart(5, 500);
  EXPECT_EQ(g.said(), "reseeding keep_copy");
  auto again = restarted(5, 500);
  again.run_id = "again";
  again.replid = kStranger;
  again.replid2 = kNew;
  auto further = g;
  g.closed(again);
  EXPECT_EQ(g.said(), "reseeding keep_copy");
  EXPECT_EQ(published(g.state)->continues, (Standing{.at = {.replid = kOld, .offset = 500}}));
  again.second_offset = 601;
  further.closed(again);
  further.said();
  EXPECT_EQ(published(further.state)->continues, (Standing{.at = {.replid = kNew, .offset = 600}})) << "written since";
}

// The same of a donor, which is parked then: it stands where it stood before it gave.
TEST(GuardRdb, WhatADonorSavedContinuesWhatItGave) {
  Guarded g(1);
  g.silent(0);
  g.state.memory->continues = Standing{.at = {.replid = kOld, .offset = 1000}};
  g.state.memory->closed = {{.replid = kStranger, .offset = 1014}, {.replid = kNew, .offset = 1028}};
  g.redis(1, parked(left_alone(1, 7, 1028, kNew)));
  const auto decision = g.decide();
  ASSERT_TRUE(decision);
  EXPECT_EQ(published(g.state)->continues, (Standing{.at = {.replid = kOld, .offset = 1000}}));
  g.redis(0, restarted(7, 1000));
  EXPECT_EQ(g.said(), "following follow 10.1.0.1") << "which has as much";
}

// Its reader had just come, and for that it began one more history, which no agent saw (seed 4737).
TEST(GuardRdb, WhatADonorSavedInOrderContinuesWhatItGaveThoughNobodySawItsHistory) {
  Guarded g(1);
  g.silent(0);
  g.state.memory->continues = Standing{.at = {.replid = kOld, .offset = 1000}};
  g.state.memory->closed = {{.replid = kNew, .offset = 1000}};
  g.redis(1, parked(left_alone(1, 7, 1014, kStranger)));
  auto killed = g;
  killed.decide();
  EXPECT_EQ(published(killed.state)->continues, (Standing{.at = {.replid = kStranger, .offset = 1014}}));
  g.set.was_ended = true;
  g.decide();
  EXPECT_EQ(published(g.state)->continues, (Standing{.at = {.replid = kOld, .offset = 1000}}));
}

// Saved before a backlog was there, its file names no history, and a parked Redis shows one that it made up (seed
// 526215).
TEST(GuardRdb, WhatADonorSavedWithoutAHistoryContinuesWhatItGave) {
  Guarded g(1);
  g.silent(0);
  g.state.memory->continues = Standing{.at = {.replid = kOld, .offset = 1000}};
  g.state.memory->closed = {{.replid = kNew, .offset = 1000}};
  auto unnamed = parked(left_alone(1, 7, 0, kStranger));
  unnamed.link->down_since_seconds.reset();
  unnamed.link->replica_offset = 1;
  g.redis(1, unnamed);
  auto opened = g;
  opened.state.memory->closed.clear();
  opened.decide();
  EXPECT_FALSE(published(opened.state)->continues) << "it may have been written to";
  g.decide();
  EXPECT_EQ(published(g.state)->continues, (Standing{.at = {.replid = kOld, .offset = 1000}}));
}

// The agent is restarted beside a Redis that is empty: where the data stood before is of another process.
TEST(GuardRdb, AnEmptyProcessGrewOutOfNothingWhateverWasNotedBefore) {
  Guarded g(0);
  g.closed(started_empty());
  g.state.memory->run_id = "restarted";
  g.said();
  EXPECT_TRUE(published(g.state)->ancestors.empty());
}

TEST(GuardRdb, WantsItsFileReadOnlyWhereThatTells) {
  auto g = restart_untold(7, {});
  g.state.memory->run_id = "untold";
  EXPECT_FALSE(wants_rdb(g.state, g.set)) << "the agent was restarted: the state file tells";
  g.state.memory->run_id = "before";
  auto info = *g.set.pods[0].redis->value.info;
  info.aof_enabled = true;
  g.closed(info);
  EXPECT_FALSE(wants_rdb(g.state, g.set));
  g.closed(started_empty());
  EXPECT_FALSE(wants_rdb(g.state, g.set));
  g.closed(restarted(7, 1000));
  EXPECT_FALSE(wants_rdb(g.state, g.set));
}

// The history that a master of 6.2 begins has offsets from 0 on, and is short here.
TEST(GuardRdb, TakesWhatWasWrittenInALaterHistoryHoweverShortThatIs) {
  auto g = restart_untold(5, Position{.replid = kOld, .offset = 1000});
  const std::string later(40, 'd');
  g.redis(1, left_alone(1, 7, 130, later));
  g.redis(2, left_alone(2, 7, 130, later));
  g.spoke(1, {{.replid = kOld, .offset = 1000}});
  g.spoke(2, {{.replid = kOld, .offset = 1000}});
  EXPECT_EQ(g.said(), "reseeding keep_copy");
}

// It was saved before the set had a replica, and so before the history that was noted since.
TEST(GuardRdb, AFileWithoutAHistoryIsOfBeforeTheOneThatWasNoted) {
  auto g = restart_untold(3, {});
  const auto decision = g.decide();
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->reason, Reason::reseeding) << decision->sentence;
  EXPECT_NE(decision->sentence.find("of before history aaaaaaaa"), std::string::npos) << decision->sentence;
  EXPECT_EQ(published(g.state)->continues, (Standing{.at = {.replid = kOld, .offset = kBefore}}));
  auto never_noted = restart_untold(3, {});
  never_noted.state.memory->at.reset();
  never_noted.said();
  EXPECT_FALSE(published(never_noted.state)->continues);
}

// Redis 6.2, stopped twice behind its closed door, saved what it had begun with.
TEST(GuardRdb, AFileWithoutAHistoryMayBeOfAProcessThatNeverOpened) {
  auto g = restart_untold(7, {});
  g.state.memory->continues = Standing{.at = {.replid = kOld, .offset = 1000}};
  g.state.memory->closed = {{.replid = kStranger, .offset = 0}};
  EXPECT_EQ(g.said(), "data_is_best open_door");
}

// Redis 6.2, stopped before its agent had seen it, saves what it had begun with, and no history.
TEST(GuardRdb, APersonTellsWhyAFileOfBeforeHasMoreKeys) {
  auto g = restart_untold(8, {});
  EXPECT_EQ(g.said(), "peer_may_hold_data hold");
  g.settings.guard.repair = Repair::force;
  EXPECT_EQ(g.said(), "reseeding keep_copy");
}

// So it has less than who followed in that.
TEST(GuardRdb, AReplicaHoldsWhereTheFirstPodOpenedWithAFileOfBefore) {
  auto g = boot(9, 0);
  g.redis(0, restarted_unnamed(3));
  g.told(0, {.at = {.replid = kOld, .offset = kBefore}}, 3);
  EXPECT_EQ(g.said(), "master_has_less hold");
}

// Up to 6.2 the offsets of a new history begin at 0, and came here to where the one before ended (seed 840992).
TEST(GuardRdb, MoreKeysAtTheSameOffsetOfALaterHistoryAreMore) {
  const auto said_beside = [](std::int64_t keys) {
    auto g = restart(5, 1000);
    for (const int peer : {1, 2}) {
      const auto ordinal = static_cast<std::size_t>(peer);
      g.redis(ordinal, left_alone(peer, keys, 1000, kStranger));
      g.spoke(ordinal, {{.replid = kOld, .offset = 1000}});
    }
    return g.said();
  };
  EXPECT_EQ(said_beside(5), "data_is_best open_door");
  EXPECT_EQ(said_beside(6), "reseeding keep_copy");
}

}  // namespace
}  // namespace agent::test
