// A pod whose data the first pod asks for: when it gives, and when it does not.
#include <gtest/gtest.h>

#include "unit/guarded.h"

namespace agent::test {
namespace {

using namespace std::chrono_literals;

// redis-0 came back empty and follows redis-1.
Guarded asked() {
  Guarded g(1);
  g.redis(0, empty_follower());
  g.redis(1, left_alone(1, 7, 1000));
  return g;
}

TEST(GuardDonor, FencesItselfBeforeItBecomesMaster) {
  auto g = asked();
  EXPECT_EQ(g.said(), "donating set_fence");
  g.redis(1, left_alone(1, 7, 1000), "* -::*", kFence);
  EXPECT_EQ(g.said(), "donating promote");
}

TEST(GuardDonor, BecomesMasterAlsoForWhoReadsFromItAlready) {
  auto g = asked();
  info_of(g.set, 0).link->up = true;
  EXPECT_EQ(g.said(), "") << "linked to whom? it shows another history";
  info_of(g.set, 0).replid = kOld;
  EXPECT_EQ(g.said(), "donating set_fence");
  info_of(g.set, 1).keys = 0;
  EXPECT_EQ(g.said(), "") << "who is empty has nothing to give";
}

TEST(GuardDonor, DoesNotGiveWhatItHasLostToWhoIsLinkedToTheProcessBefore) {
  auto g = asked();
  info_of(g.set, 0).link->up = true;
  info_of(g.set, 0).replid = kOld;
  info_of(g.set, 0).keys = 9;
  info_of(g.set, 0).link->replica_offset = 1200;
  EXPECT_EQ(g.said(), "") << "it would be emptied for less";
}

TEST(GuardDonor, GivesOnlyToWhoHasLess) {
  auto g = asked();
  info_of(g.set, 0).keys = 7;
  info_of(g.set, 0).replid = kNew;
  info_of(g.set, 0).replid2 = kOld;
  info_of(g.set, 0).second_offset = 1001;
  EXPECT_EQ(g.said(), "");
  info_of(g.set, 0).second_offset = 501;
  EXPECT_EQ(g.said(), "donating set_fence");
  info_of(g.set, 0).replid2 = kStranger;
  EXPECT_EQ(g.said(), "") << "what is not known is not less";
}

// The first pod began kOld with what it took from another donor (kStranger), and was killed before this pod's agent had
// seen that.
TEST(GuardDonor, LearnsFromWhoAsksWhatItsHistoryGrewOutOf) {
  auto g = asked();
  auto& first = info_of(g.set, 0);
  first.keys = 5;
  first.replid = kNew;
  g.told(0, {.at = {.replid = kStranger, .offset = 900}});
  EXPECT_EQ(g.said(), "");
  auto& told = g.set.pods[0].published->value;
  told.once = Position{.replid = kNew, .offset = 950};
  told.once_ancestors = {{.replid = kStranger, .offset = 900}};
  EXPECT_EQ(g.said(), "") << "of another history that says nothing";
  told.once->replid = kOld;
  EXPECT_EQ(g.said(), "donating set_fence");
}

TEST(GuardDonor, GivesMoreKeysAtTheSameOffsetOfALaterHistory) {
  auto g = asked();
  g.redis(1, left_alone(1, 7, 1000, kStranger));
  g.state.memory->at = Position{.replid = kStranger, .offset = 900};
  g.state.memory->ancestors = {{.replid = kOld, .offset = 1000}};
  auto& first = info_of(g.set, 0);
  first.replid = kNew;
  first.keys = 7;
  g.told(0, {.at = {.replid = kOld, .offset = 1000}});
  EXPECT_EQ(g.said(), "");
  first.keys = 5;
  EXPECT_EQ(g.said(), "donating set_fence");
}

TEST(GuardDonor, ParksWhenNobodyReads) {
  auto g = asked();
  auto donor = restarted(7, 1000);
  donor.run_id = "run-1";
  g.redis(1, donor, "* -::*", kFence);
  EXPECT_EQ(g.said(), "donating");
  g.later(kNoProgress);
  EXPECT_EQ(g.said(), "donating park");
}

TEST(GuardDonor, WaitsAsLongAgainWhenItGivesAnew) {
  auto g = asked();
  g.said();
  g.later(kNoProgress + 1s);
  g.redis(1, left_alone(1, 7, 1000), "* -::*", kFence);
  EXPECT_EQ(g.said(), "donating promote");
  auto donor = restarted(7, 1000);
  donor.run_id = g.state.run_id;
  g.redis(1, donor, "* -::*", kFence);
  EXPECT_EQ(g.said(), "donating") << "nobody could take it yet";
}

// As master it begins a history, in which nothing but pings is written: its data stays where it was.
TEST(GuardDonor, TellsWhereItsDataStoodWhenItBeganToGive) {
  auto g = asked();
  g.redis(1, left_alone(1, 7, 1000), "* -::*", kFence);
  EXPECT_EQ(g.said(), "donating promote");
  auto donor = restarted_from_aof(7);  // without the history before: its first replica begins another one
  donor.run_id = g.state.run_id;
  donor.aof_enabled = false;
  donor.master_offset = 1028;
  g.redis(1, donor, "* -::*", kFence);
  EXPECT_EQ(g.said(), "donating");
  const Standing stood{.at = {.replid = kOld, .offset = 1000}};
  EXPECT_EQ(published(g.state)->continues, stood);
  EXPECT_EQ(g.state.memory->closed.back(), (Position{.replid = kNew, .offset = 1028}));
  auto withdrawn = parked(left_alone(1, 7, 1028, kNew));
  withdrawn.run_id = g.state.run_id;
  g.redis(1, withdrawn);
  g.silent(0);
  EXPECT_EQ(g.said(), "master_silent");
  EXPECT_EQ(published(g.state)->continues, stood) << "also when nobody took it";
  g.redis(0, restarted(7, 1000));
  EXPECT_EQ(g.said(), "following follow 10.1.0.1");
}

TEST(GuardDonor, FollowsAgainWhenItsDataWasTaken) {
  Guarded g(1);
  auto first = restarted(7, 1000);
  first.replid2 = kStranger;  // the history that the donor began
  first.master_offset = 1014;
  first.second_offset = 1015;
  g.redis(0, first);
  auto donor = restarted(7, 1000);
  donor.run_id = "run-1";
  donor.replid = kStranger;
  donor.master_offset = 1028;  // pings
  g.redis(1, donor, "* -::*", kFence);
  EXPECT_EQ(g.said(), "following follow 10.1.0.1");
}

}  // namespace
}  // namespace agent::test
