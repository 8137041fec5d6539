// Every pod but the first: attach, stay, hold, or give its data.
#include <gtest/gtest.h>

#include "core/ancestry.h"
#include "unit/guarded.h"

namespace agent::test {
namespace {

using namespace std::chrono_literals;

TEST(GuardReplica, FollowsByAddressWhereNothingIsLost) {
  EXPECT_EQ(boot(7, 1000).said(), "following follow 10.1.0.1");
  EXPECT_EQ(boot(5, 500).said(), "following follow 10.1.0.1");
  auto g = boot(0, 1);
  g.redis(0, started_empty());
  EXPECT_EQ(g.said(), "following follow 10.1.0.1") << "two that are empty";
}

TEST(GuardReplica, NotesHowFarItCameWhenItsLinkIsDown) {
  Guarded g(1);
  auto mine = linked(1, 7, 900);
  g.redis(1, mine);
  g.decide();
  mine = left_alone(1, 7, 1000);
  g.redis(1, mine);
  g.decide();
  EXPECT_EQ(g.state.memory->at->offset, 1000) << "what came since the last look";
  mine.keys = 0;
  mine.link->replica_offset = 1;
  g.redis(1, mine);
  g.decide();
  EXPECT_EQ(g.state.memory->at->offset, 1000) << "it was emptied for a sync that did not end";
}

TEST(GuardReplica, NotesNothingOfAHistoryThatARestartMadeUp) {
  Guarded g(0);
  auto asks = replica_info(0);
  asks.run_id = "restarted";
  asks.replid = kNew;
  asks.keys = 2;
  asks.aof_enabled = false;
  asks.link->host = address_of(1).text;
  asks.link->up = false;
  asks.master_offset = asks.link->replica_offset = 0;
  g.redis(0, asks);
  g.decide();
  EXPECT_EQ(g.state.memory->at, (Position{.replid = kOld, .offset = 1000})) << "what it once had is still missing";
}

TEST(GuardReplica, NotesTheHistoryInWhichItGaveItsData) {
  Guarded g(1);
  auto mine = linked(1, 7, 1000);
  g.redis(1, mine);
  g.decide();
  auto donor = restarted(7, 1000);
  donor.run_id = mine.run_id;
  donor.master_offset = 1014;  // a ping
  g.redis(1, donor, "* -::*", kFence);
  g.decide();
  EXPECT_EQ(g.state.memory->at, (Position{.replid = kNew, .offset = 1000}));
  EXPECT_EQ(g.state.memory->ancestors, (std::vector{Position{.replid = kOld, .offset = 1000}}));
}

// It synced with a master that has less of the history: of what came after that nothing is here any more.
TEST(GuardReplica, GrewOutOfNoMoreThanItsMasterHas) {
  Guarded g(1);
  auto mine = linked(1, 7, 1000);
  mine.replid2 = kStranger;
  mine.second_offset = 901;
  g.redis(0, master_info());
  g.redis(1, mine);
  g.decide();
  EXPECT_EQ(g.state.memory->ancestors.back(), (Position{.replid = kStranger, .offset = 900}));
  g.redis(0, restarted(5, 800));
  auto synced = linked(1, 5, 814);
  synced.replid = kNew;
  synced.run_id = mine.run_id;
  g.redis(1, synced);
  g.decide();
  EXPECT_EQ(g.state.memory->ancestors, (std::vector{Position{.replid = kOld, .offset = 800}}));
}

// INFO of its master shows no root of the history that came: the agent there knows it, and may tell later.
TEST(GuardReplica, LearnsWhatItsHistoryGrewOutOfWhenItsMastersAgentTells) {
  Guarded g(1);
  auto synced = linked(1, 7, 1000);
  g.redis(1, synced);
  g.said();
  auto master = restarted(7, 1000);
  master.replid2 = std::string(40, '0');
  g.redis(0, master);
  synced.replid = kNew;
  g.redis(1, synced);
  g.said();
  EXPECT_TRUE(g.state.awaits_word);
  g.spoke(0, {{.replid = kStranger, .offset = 700}});
  g.said();
  EXPECT_FALSE(g.state.awaits_word);
  EXPECT_EQ(g.state.memory->ancestors.back(), (Position{.replid = kStranger, .offset = 700}));
}

TEST(GuardReplica, NeverFollowsWhatItCannotRead) {
  auto g = boot(7, 1000);
  info_of(g.set, 0).version = "8.0.2";
  EXPECT_EQ(g.said(), "master_format_newer hold");
}

TEST(GuardReplica, StaysAsItIsWhileTheFirstPodDoesNotServe) {
  auto g = boot(7, 1000);
  g.silent(0);
  EXPECT_EQ(g.said(), "master_silent");
  g.set.pods[0].addresses.clear();
  EXPECT_EQ(g.said(), "master_silent");
}

TEST(GuardReplica, GivesALinkUpThatIsDownForLong) {
  Guarded g(1);
  g.silent(0);
  auto info = left_alone(1, 7, 1000);
  info.link->down_since_seconds = 4;
  g.redis(1, info);
  EXPECT_EQ(g.said(), "");
  info.link->down_since_seconds = 5;
  g.redis(1, info);
  EXPECT_EQ(g.said(), "") << "Redis keeps the number across REPLICAOF: so the last change counts, too";
  g.later(5s);
  EXPECT_EQ(g.said(), "master_silent park");
}

TEST(GuardReplica, DoesNotParkAgainAfterItAcceptedLess) {
  auto g = boot(9, 1200);
  ASSERT_EQ(g.said(), "master_has_less hold");
  g.state.has_word = g.state.has_copy = true;
  ASSERT_EQ(g.said(), "bootstrapped follow 10.1.0.1");
  g.state.has_word = false;
  g.redis(1, left_alone(1, 9, 1200));
  EXPECT_EQ(g.said(), "");
}

TEST(GuardReplica, GivesALinkUpThatIsOnlyUpInItsOwnWords) {
  Guarded g(1);
  auto info = left_alone(1, 7, 1000);
  info.link->up = true;
  info.link->last_io_seconds = 5;
  g.redis(1, info);
  EXPECT_EQ(g.said(), "") << "the first pod answers";
  g.later(4s);
  g.silent(0);
  EXPECT_EQ(g.said(), "");
  g.later(1s);
  EXPECT_EQ(g.said(), "master_silent park") << "cut off: Redis would attach to whatever is there when it heals";
}

TEST(GuardReplica, ParksBeforeRedisAttachesItToLess) {
  Guarded g(1);
  g.redis(0, restarted(5, 500));
  g.redis(1, left_alone(1, 7, 1000));
  EXPECT_EQ(g.said(), "master_has_less park");
}

TEST(GuardReplica, AHealthyFollowerIsLeftAlone) {
  Guarded g(1);
  auto info = linked(1, 7, 1000);
  g.redis(1, info);
  EXPECT_EQ(g.said(), "");
  g.redis(1, info, "* -::*", kFence);
  EXPECT_EQ(g.said(), "following set_fence");
}

TEST(GuardReplica, FollowsTheFirstPodToItsNewAddress) {
  Guarded g(1);
  auto info = left_alone(1, 7, 1000);
  info.link->host = "10.1.9.9";
  info.link->down_since_seconds = 4;
  g.redis(0, restarted(7, 1000));
  g.redis(1, info);
  EXPECT_EQ(g.said(), "following follow 10.1.0.1");
  info.link->up = true;
  info.link->last_io_seconds = 1;
  g.redis(1, info);
  EXPECT_EQ(g.said(), "") << "one look is not enough where the link is up";
  g.later(1s);
  EXPECT_EQ(g.said(), "");
  g.later(1s);
  EXPECT_EQ(g.said(), "following follow 10.1.0.1");
}

TEST(GuardReplica, AStrayMasterParksAndDropsItsClients) {
  Guarded g(1);
  g.redis(0, restarted(7, 1000));
  auto stray = restarted(7, 1000);
  stray.run_id = "run-1";
  stray.replid = kStranger;
  g.redis(1, stray);
  g.state.has_copy = true;
  const auto decision = g.decide();
  ASSERT_TRUE(decision && decision->action);
  EXPECT_EQ(decision->reason, Reason::stray_master);
  EXPECT_FALSE(g.state.has_copy) << "it was of what was there before somebody wrote";
  EXPECT_EQ(decision->action->deed, Deed::park);
  EXPECT_TRUE(decision->action->drop_clients);
  g.redis(1, stray, "* -::*", kFence);
  EXPECT_EQ(g.said(), "following follow 10.1.0.1") << "a fenced one takes no writes";
}

TEST(GuardReplica, WhoWasMadeMasterByHandNoLongerContinuesItsFile) {
  Guarded g(1);
  g.silent(0);
  const auto from_file = parked_from_file(1, 7);
  g.redis(1, from_file);
  EXPECT_EQ(g.said(), "master_silent");
  ASSERT_TRUE(published(g.state)->continues);
  auto stray = restarted_from_aof(9);
  stray.run_id = from_file.run_id;
  g.redis(1, stray, "* -::*", kFence);
  g.said();
  EXPECT_TRUE(published(g.state)->continues) << "a fenced one only gives what it has";
  g.redis(1, stray);
  g.said();
  EXPECT_FALSE(published(g.state)->continues);
  EXPECT_EQ(published(g.state)->ancestors.back().replid, kOld) << "it still grew out of that";
}

TEST(GuardReplica, OfTwoStrayMastersTheHigherOrdinalParks) {
  Guarded g(2);
  g.silent(0);
  auto stray = restarted(7, 1000);
  stray.run_id = "run-2";
  g.redis(2, stray);
  g.redis(1, restarted(5, 900), "* -::*", kFence);
  EXPECT_EQ(g.said(), "master_silent") << "who is fenced takes no writes";
  g.redis(1, restarted(5, 900));
  EXPECT_EQ(g.said(), "stray_master park");

  Guarded lower(1);
  lower.silent(0);
  lower.redis(1, stray);
  lower.redis(2, restarted(5, 900));
  EXPECT_EQ(lower.said(), "master_silent");
}

TEST(GuardReplica, WhatAStrayMasterTookIsKept) {
  Guarded g(1);
  g.redis(0, restarted(7, 1000));
  g.spoke(0);
  auto stray = parked(left_alone(1, 7, 1100, kStranger));
  stray.replid2 = kOld;
  stray.second_offset = 1001;
  stray.changes_since_save = 3;
  g.redis(1, stray);
  EXPECT_EQ(g.said(), "unrelated_history save") << "hard links keep what is on disk";
  g.state.has_saved = true;
  EXPECT_EQ(g.said(), "unrelated_history keep_copy") << "what was written there is nowhere else";
}

}  // namespace
}  // namespace agent::test
