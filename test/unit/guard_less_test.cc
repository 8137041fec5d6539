// Every other pod, where the first one may have less than is here, or nobody can compare them: hold, or keep and
// follow.
#include <gtest/gtest.h>

#include "core/ancestry.h"
#include "unit/guarded.h"

namespace agent::test {
namespace {

using namespace std::chrono_literals;

TEST(GuardLess, HoldsWhereTheFirstPodHasLess) {
  auto g = boot(9, 1200);
  const auto decision = g.decide();
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->reason, Reason::master_has_less);
  EXPECT_TRUE(decision->is_hold);
  EXPECT_NE(decision->sentence.find("9 keys"), std::string::npos) << decision->sentence;
  g.redis(0, started_empty());
  EXPECT_EQ(g.said(), "master_has_less hold") << "empty";
}

// Clients write within milliseconds, and a key of theirs makes what is missing no less missing.
TEST(GuardLess, HoldsWhereTheFirstPodBeganEmptyThoughItIsWrittenToSince) {
  auto g = boot(9, 1200);
  auto written = started_empty();
  written.keys = 1;
  g.redis(0, written);
  g.spoke(0);
  g.set.pods[0].published->value.began_with = 0;
  const auto decision = g.decide();
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->reason, Reason::master_has_less);
  EXPECT_TRUE(decision->is_hold);
  EXPECT_NE(decision->sentence.find("written since it opened without what is here"), std::string::npos)
      << decision->sentence;
  const Position of_promotion{.replid = kStranger, .offset = 5};
  g.set.pods[0].published->value.ancestors = {of_promotion};
  EXPECT_EQ(g.said(), "unrelated_history keep_copy") << "it took a donor's data since, and of whom it does not know";
  g.set.pods[0].published->value.ancestors = {{.replid = std::string(40, 'd'), .offset = 5}, of_promotion};
  EXPECT_EQ(g.said(), "master_has_less hold") << "the donor had nothing of this";
  g.spoke(0);
  g.set.pods[0].published->value.began_with = 3;
  EXPECT_EQ(g.said(), "unrelated_history keep_copy") << "it was adopted with data of its own";
}

TEST(GuardLess, AFirstPodsHistoriesProveNothingWhereSomeWereDropped) {
  Guarded g(1);
  g.redis(0, restarted(7, 500));
  info_of(g.set, 0).replid2 = kStranger;
  g.told(0, {.at = {.replid = kOld, .offset = 500}});
  auto mine = parked(left_alone(1, 9, 1600, std::string(40, 'd')));
  mine.replid2 = kOld;
  mine.second_offset = 501;
  g.redis(1, mine);
  g.state.memory->at = Position{.replid = kOld, .offset = 500};
  EXPECT_EQ(g.said(), "master_has_less hold");
  for (std::size_t i = 0; i < kAncestorsMax; ++i) {
    g.set.pods[0].published->value.ancestors.push_back({.replid = std::string(40, static_cast<char>('0' + i))});
  }
  EXPECT_EQ(g.said(), "unrelated_history keep_copy");
}

TEST(GuardLess, WhoFollowedAFirstPodThatBeganEmptyKeepsWhatWasWrittenByHand) {
  Guarded g(1);
  auto fresh = started_empty();
  fresh.keys = 7;
  fresh.master_offset = 1500;
  g.redis(0, fresh);
  g.spoke(0);
  g.set.pods[0].published->value.began_with = 0;
  auto mine = parked(left_alone(1, 9, 1300, kStranger));
  mine.replid2 = kNew;
  mine.second_offset = 1201;
  g.redis(1, mine);
  EXPECT_EQ(g.said(), "unrelated_history keep_copy");
}

// redis-0 came back with its data as of kOld at 1000 and went on in kNew; here that history went on otherwise.
TEST(GuardLess, HoldsWhereTheFirstPodBeganWithAnOlderStateOfWhatIsHere) {
  Guarded g(1);
  auto later = restarted(8, 1000);
  later.replid = kNew;
  later.replid2 = std::string(40, 'd');
  later.master_offset = 1700;
  g.redis(0, later);
  g.told(0, {.at = {.replid = kOld, .offset = 1000}});
  auto mine = parked(left_alone(1, 9, 1600, kStranger));
  mine.replid2 = kOld;
  mine.second_offset = 1501;
  g.redis(1, mine);
  EXPECT_EQ(g.said(), "master_has_less hold");
  g.told(0, {.at = {.replid = kOld, .offset = 1600}});
  EXPECT_EQ(g.said(), "unrelated_history keep_copy") << "it has what is not here, too";
  g.told(0, {.at = {.replid = kOld, .offset = 1500}});
  EXPECT_EQ(g.said(), "master_has_less hold") << "as much of that, and what was written here since is not there";
  g.spoke(0, {{.replid = kOld, .offset = 1499}});
  EXPECT_EQ(g.said(), "master_has_less hold");
  g.spoke(0, {{.replid = kOld, .offset = 1500}});
  EXPECT_EQ(g.said(), "unrelated_history keep_copy");
}

// Made master by hand it was killed before anybody looked: its file is of a history that nobody saw begin.
TEST(GuardLess, HoldsWhereLessIsThereThanWasNotedHere) {
  auto g = boot(9, 1, kStranger);
  g.spoke(0);
  g.state.memory->at = Position{.replid = std::string(40, 'd'), .offset = 1200};
  g.state.memory->ancestors = {{.replid = kOld, .offset = 1000}};
  EXPECT_EQ(g.said(), "unrelated_history keep_copy");
  g.state.memory->ancestors = {{.replid = kOld, .offset = 1001}};
  EXPECT_EQ(g.said(), "master_has_less hold");
}

// However the first pod came by what it serves: it was once in the history that is here, and came back without.
TEST(GuardLess, HoldsWhereTheFirstPodLostWhatIsHere) {
  auto g = boot(9, 1200, kStranger);
  g.spoke(0);
  g.set.pods[0].published->value.lost = {{.replid = kNew, .offset = 1300}};
  EXPECT_EQ(g.said(), "unrelated_history keep_copy");
  g.set.pods[0].published->value.lost.push_back({.replid = kStranger, .offset = 1100});
  const auto decision = g.decide();
  ASSERT_TRUE(decision && decision->is_hold);
  EXPECT_EQ(decision->reason, Reason::master_has_less);
  EXPECT_NE(decision->sentence.find("it came back without what it had of this history"), std::string::npos);
  EXPECT_EQ(decision->sentence.find("takes this pod's data by itself"), std::string::npos) << decision->sentence;
  g.spoke(0, {{.replid = kStranger, .offset = 1200}});
  g.set.pods[0].published->value.lost = {{.replid = kStranger, .offset = 1100}};
  EXPECT_EQ(g.said(), "following follow 10.1.0.1") << "it got that back";
}

// It held for longer than --peer-wait, and then opened at a person's word.
TEST(GuardLess, WaitsForTheWordOfAFirstPodThatHasJustOpened) {
  auto g = boot(9, 1200, kStranger);
  g.silent(0);
  EXPECT_EQ(g.said(), "master_silent");
  g.later(20s);
  g.redis(0, restarted(7, 1000));
  EXPECT_EQ(g.said(), "master_silent");
  auto mute = g;
  mute.later(3s);
  EXPECT_EQ(mute.said(), "unrelated_history keep_copy");
  g.spoke(0);
  EXPECT_EQ(g.said(), "unrelated_history keep_copy");
}

TEST(GuardLess, KeepsACopyAndFollowsWhereItIsTold) {
  auto g = boot(9, 1200);
  g.settings.guard.on_newer_replica = OnNewerReplica::keep_copy;
  EXPECT_EQ(g.said(), "master_has_less keep_copy");
  g.state.has_copy = true;
  EXPECT_EQ(g.said(), "master_has_less follow 10.1.0.1");
  g.settings.guard.on_newer_replica = OnNewerReplica::hold;
  g.state.has_word = true;
  EXPECT_EQ(g.said(), "bootstrapped follow 10.1.0.1");
}

TEST(GuardLess, KeepsACopyOfWhatCannotBeCompared) {
  auto g = boot(9, 1200);
  g.redis(1, parked(left_alone(1, 9, 1200, kStranger)));
  EXPECT_EQ(g.said(), "master_silent") << "the agent there may know of a common history";
  g.spoke(0);
  EXPECT_EQ(g.said(), "unrelated_history keep_copy");
  g.state.has_copy = true;
  EXPECT_EQ(g.said(), "unrelated_history follow 10.1.0.1");
}

TEST(GuardLess, WaitsForTheWordOfTheFirstPodsAgentAfterAnAppendOnlyFile) {
  auto g = boot(7, 1000);
  g.redis(0, restarted_from_aof(7));
  EXPECT_EQ(g.said(), "master_silent");
  g.told(0, {.at = {.replid = kOld, .offset = 800}, .certainty = Certainty::complete}, 7);
  EXPECT_EQ(g.said(), "following follow 10.1.0.1");
  g.told(0, {.at = {.replid = kOld, .offset = 800}, .certainty = Certainty::at_least});
  EXPECT_EQ(g.said(), "master_has_less hold");
}

TEST(GuardLess, KeepsACopyWhereNeitherEndIsKnown) {
  Guarded g(1);
  g.state.boot_id = "booted again";
  g.redis(0, restarted_from_aof(9));
  auto mine = parked(left_alone(1, 7, 0, kNew));
  mine.aof_enabled = true;
  mine.link->down_since_seconds.reset();
  mine.run_id = "from-aof";
  g.redis(1, mine);
  g.told(0, {.at = {.replid = kOld, .offset = 1000}, .certainty = Certainty::complete}, 7);
  EXPECT_EQ(g.said(), "following follow 10.1.0.1");
  g.told(0, {.at = {.replid = kOld, .offset = 1000}, .certainty = Certainty::complete}, 6);
  EXPECT_EQ(g.said(), "unrelated_history keep_copy") << "it was killed before it had written all to its file";
  g.told(0, {.at = {.replid = kOld, .offset = 1000}, .certainty = Certainty::at_least}, 7);
  EXPECT_EQ(g.said(), "unrelated_history keep_copy") << "fewer keys prove nothing: clients have written since";
  g.told(0, {.at = {.replid = kStranger, .offset = 1000}, .certainty = Certainty::complete});
  auto& ancestors = g.set.pods[0].published->value.ancestors;
  ancestors = {{.replid = kOld, .offset = 1000}};
  EXPECT_EQ(g.said(), "unrelated_history keep_copy") << "nor does a second restart of the first pod";
  ancestors = {{.replid = kOld, .offset = kAll}};
  EXPECT_EQ(g.said(), "unrelated_history keep_copy") << "how many keys it had then nobody knows any more";
}

// Both rebooted, and the first pod opened with its own file, for that had as many keys.
TEST(GuardLess, KeepsACopyWhereTheFirstPodsFileMayHaveAsMuch) {
  Guarded g(1);
  g.redis(0, restarted_from_aof(9));
  auto mine = parked_from_rdb(1, 7, 1200);
  mine.run_id = "from-rdb";
  g.redis(1, mine);
  g.told(0, {.at = {.replid = kOld, .offset = 1000}, .certainty = Certainty::at_least}, 7);
  EXPECT_EQ(g.said(), "unrelated_history keep_copy");
  g.told(0, {.at = {.replid = kOld, .offset = 1000}, .certainty = Certainty::at_least}, 6);
  EXPECT_EQ(g.said(), "master_has_less hold");
  g.told(0, {.at = {.replid = kOld, .offset = 1000}}, 7);
  EXPECT_EQ(g.said(), "master_has_less hold") << "its snapshot ends there";
  auto synced = g;
  mine.run_id = "synced";
  mine.link->sync_in_progress = true;
  synced.redis(1, mine);
  synced.said();
  mine.link->sync_in_progress = false;
  mine.link->down_since_seconds = 1;
  synced.redis(1, mine);
  synced.told(0, {.at = {.replid = kOld, .offset = 1000}, .certainty = Certainty::at_least}, 7);
  EXPECT_EQ(synced.said(), "unrelated_history keep_copy") << "it was still syncing when the first pod died";
}

// That a file is complete is a word; an offset is a proof.
TEST(GuardLess, KeepsACopyWhereItsKeysContradictACompleteFile) {
  auto g = boot(9, 1200);
  g.redis(0, restarted_from_aof(8));
  g.told(0, {.at = {.replid = kOld, .offset = 1000}, .certainty = Certainty::complete}, 8);
  EXPECT_EQ(g.said(), "unrelated_history keep_copy");
  auto slow = g;
  slow.set.pods[0].published->value.may_lack_end = true;
  EXPECT_EQ(slow.said(), "master_has_less hold");
  slow.redis(1, parked(left_alone(1, 8, 1200)));
  EXPECT_EQ(slow.said(), "following follow 10.1.0.1") << "no number contradicts it";
  g.redis(1, parked(left_alone(1, 9, 1000)));
  EXPECT_EQ(g.said(), "following follow 10.1.0.1") << "so far the agent there has seen it";
}

TEST(GuardLess, KeepsEachTimeWhatIsThereThen) {
  auto g = boot(9, 1200);
  g.settings.guard.on_newer_replica = OnNewerReplica::keep_copy;
  ASSERT_EQ(g.said(), "master_has_less keep_copy");
  g.state.has_copy = true;
  ASSERT_EQ(g.said(), "master_has_less follow 10.1.0.1");
  g.redis(1, linked(1, 7, 1000));
  ASSERT_EQ(g.said(), "");
  g.redis(1, parked(left_alone(1, 9, 1300)));
  EXPECT_EQ(g.said(), "master_has_less keep_copy") << "the copy from before is of other data";
}

}  // namespace
}  // namespace agent::test
