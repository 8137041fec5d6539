// The first pod takes a donor's data: step by step, as far as Redis shows it.
#include <gtest/gtest.h>

#include "unit/guarded.h"

namespace agent::test {
namespace {

using namespace std::chrono_literals;

TEST(GuardReseed, OpensItsDoorAndBecomesMasterWhenItHasAll) {
  Guarded g(0);
  auto follower = replica_info(0);
  follower.link->host = address_of(1).text;
  follower.link->up = false;
  follower.link->replica_offset = follower.master_offset = 500;
  g.redis(0, follower, "127.0.0.1 -::1");
  EXPECT_EQ(g.said(), "reseeding open_door");
  g.redis(0, follower);
  EXPECT_EQ(g.said(), "reseeding");
  follower.link->up = true;
  follower.link->replica_offset = follower.master_offset = 1000;
  g.redis(0, follower);
  auto donor = master_info();
  g.redis(1, donor, "* -::*", 0);
  EXPECT_EQ(g.said(), "reseeding") << "a donor that takes writes still has more to come";
  g.redis(1, donor, "* -::*", kFence);
  EXPECT_EQ(g.said(), "reseeding promote");
  follower.link->replica_offset = 999;
  g.redis(0, follower);
  EXPECT_EQ(g.said(), "reseeding");
}

TEST(GuardReseed, StaysWithADonorWhosePingsAnotherHasHeard) {
  Guarded g(0);
  auto follower = replica_info(0);
  follower.link->host = address_of(1).text;
  follower.replid = kNew;
  follower.master_offset = follower.link->replica_offset = 1000;
  g.redis(0, follower);
  auto donor = restarted(7, 1000);
  donor.run_id = g.state.donor_run = "run-1";
  donor.master_offset = 1028;  // two pings
  g.redis(1, donor, "* -::*", kFence);
  auto behind_first = linked(2, 7, 1028);
  behind_first.replid = kNew;
  g.redis(2, behind_first);
  g.spoke(1);
  g.spoke(2);
  EXPECT_EQ(g.said(), "reseeding") << "the pings are on their way";
  follower.master_offset = follower.link->replica_offset = 1028;
  g.redis(0, follower);
  EXPECT_EQ(g.said(), "reseeding promote");
}

TEST(GuardReseed, BecomesMasterWhereItFollowsWhatIsEmptyAndSoIsEverybody) {
  Guarded g(0);
  g.state.memory.reset();
  g.redis(0, empty_follower());
  auto empty = replica_info(1);
  empty.keys = 0;
  empty.link->host = address_of(0).text;
  g.redis(1, empty);
  g.silent(2);
  EXPECT_EQ(g.said(), "reseeding");
  g.redis(2, parked(left_alone(2, 0, 0)));
  EXPECT_EQ(g.said(), "first_start promote");
}

TEST(GuardReseed, BecomesMasterWhereItFollowsAndNobodyHasMore) {
  Guarded g(0);
  g.closed(restarted_from_aof(7));
  g.redis(1, left_alone(1, 7, 1000));
  g.redis(2, left_alone(2, 7, 1000));
  g.said();  // an append-only file of the same boot: all that it ever acknowledged
  auto follower = left_alone(0, 7, 0, kNew);
  follower.run_id = g.state.run_id;
  follower.aof_enabled = true;
  follower.link->host = address_of(1).text;
  g.redis(0, follower);
  auto rebooted = g;
  EXPECT_EQ(g.said(), "data_is_best promote");
  rebooted.state.continues->certainty = Certainty::at_least;
  EXPECT_EQ(rebooted.said(), "reseeding") << "its file may lack its end";
  g.redis(2, left_alone(2, 9, 200, kStranger));
  EXPECT_EQ(g.said(), "peer_silent") << "what redis-2 has is not here, and it may be found how they relate";
  g.later(15s);
  EXPECT_EQ(g.said(), "histories_differ hold");
  g.redis(2, left_alone(2, 7, 1000));
  follower.keys = 0;
  g.redis(0, follower);
  g.state.tried.clear();
  EXPECT_EQ(g.said(), "reseeding") << "it was emptied for a sync";
}

// A person let it follow its own replica, and each syncs from the other for ever (seed 987979).
TEST(GuardReseed, EndsACycleInWhichNobodyHasMore) {
  Guarded g(0);
  auto follower = linked(0, 7, 1000);
  follower.link->host = address_of(1).text;
  g.redis(0, follower);
  g.redis(1, linked(1, 7, 1000));
  g.redis(2, linked(2, 7, 1000));
  auto syncing = g;
  info_of(syncing.set, 0).link->sync_in_progress = true;
  EXPECT_EQ(syncing.said(), "reseeding");
  EXPECT_EQ(g.said(), "data_is_best promote");
}

// It had answered, and is deleted: nobody is there who has more, for some seconds (seed 553969).
TEST(GuardReseed, WaitsForAPodThatHadMoreAndHasJustLeftDns) {
  auto g = restart(7, 1000);
  g.redis(1, left_alone(1, 8, 1200));
  EXPECT_EQ(g.said(), "reseeding keep_copy");
  g.later(1s);
  g.set.pods.resize(1);
  g.dns_names(1);
  EXPECT_EQ(g.said(), "peer_silent");
  g.later(6s);
  EXPECT_EQ(g.said(), "data_is_best open_door");
}

TEST(GuardReseed, LeavesADonorThatCameBackWithLess) {
  Guarded g(0);
  auto follower = replica_info(0);
  follower.keys = 0;
  follower.link->host = address_of(1).text;
  g.redis(0, follower);
  auto donor = restarted(3, 10);
  donor.run_id = "run-1";
  g.redis(1, donor, "* -::*", kFence);
  g.redis(2, left_alone(2, 7, 1000));
  g.spoke(1);
  EXPECT_EQ(g.said(), "reseeding follow 10.1.0.3");
}

// The first pod, empty, is about to take the data of redis-1, which stands at 600 of kOld, when redis-2 comes.
Guarded taking() {
  Guarded g(0);
  g.redis(0, empty_follower());
  auto donor = restarted(5, 600);
  donor.run_id = g.state.donor_run = "run-1";
  g.redis(1, donor, "* -::*", kFence);
  g.spoke(1);
  return g;
}

// The same, and all of it is here.
Guarded taken() {
  auto g = taking();
  auto follower = replica_info(0);
  follower.keys = 5;
  follower.link->host = address_of(1).text;
  follower.replid = kNew;
  follower.link->replica_offset = 600;
  g.redis(0, follower);
  return g;
}

TEST(GuardReseed, LeavesADonorFromWhomAnotherWentOn) {
  auto g = taking();
  g.redis(2, parked(left_alone(2, 7, 714, kStranger)));
  g.spoke(2, {{.replid = kOld, .offset = 600}});
  EXPECT_EQ(g.said(), "reseeding follow 10.1.0.3") << "it is further, in a later history";
}

TEST(GuardReseed, StaysNoMasterWhileAnUntoldPodShowsMoreKeys) {
  auto g = taken();
  g.redis(2, parked_from_file(2, 6));
  info_of(g.set, 2).uptime_seconds = 3;
  EXPECT_EQ(g.said(), "peer_silent") << "its agent may tell yet";
  info_of(g.set, 2).uptime_seconds = 15;
  EXPECT_EQ(g.said(), "peer_may_hold_data hold");
  g.told(2, {.at = {.replid = kOld, .offset = 500}, .certainty = Certainty::at_least});
  EXPECT_EQ(g.said(), "peer_may_hold_data hold") << "it is 500, or more than the donor has";
  auto& donor = info_of(g.set, 1);
  donor.master_offset = *donor.master_offset + 14;
  EXPECT_EQ(g.said(), "peer_may_hold_data hold") << "a ping that is under way does not end it";
  donor.master_offset = *donor.master_offset - 14;
  info_of(g.set, 2).keys = 5;
  EXPECT_EQ(g.said(), "reseeding promote");
}

// It is empty itself, so its own data does not tell that the donor has less now.
TEST(GuardReseed, LeavesADonorThatBeganAnewWithLessThanItHad) {
  auto g = taking();
  g.state.donor_had = Standing{.at = {.replid = kOld, .offset = 600}};
  g.redis(2, parked(left_alone(2, 7, 714, kStranger)));
  g.spoke(2);
  auto again = parked(left_alone(1, 3, 10));
  again.run_id = "again";
  g.redis(1, again);
  g.spoke(1);
  EXPECT_EQ(g.said(), "peer_silent") << "redis-2 may have what is gone there, and its agent may tell yet";
  g.later(15s);
  EXPECT_EQ(g.said(), "histories_differ hold");
}

TEST(GuardReseed, KeepsWhatADonorGaveThatCameBackWithLess) {
  Guarded g(0);
  auto follower = linked(0, 7, 1000);
  follower.run_id = "run-0";
  follower.link->host = address_of(1).text;
  g.redis(0, follower);
  auto donor = parked(left_alone(1, 7, 1000));
  g.redis(1, donor);
  g.redis(2, left_alone(2, 6, 900));
  g.state.donor_run = donor.run_id;
  EXPECT_EQ(g.said(), "reseeding");
  g.state.donor_run = donor.run_id;  // a new process of the own Redis forgot it
  donor = parked(left_alone(1, 6, 900));
  donor.run_id = "again";
  g.redis(1, donor);
  EXPECT_EQ(g.said(), "reseeding promote") << "before somebody lets the donor be master, and Redis syncs by itself";
}

TEST(GuardReseed, StaysWithADonorThatBeganAnewWithAllThatItHad) {
  auto g = taking();
  auto again = parked(left_alone(1, 7, 1000));
  again.run_id = "again";
  g.redis(1, again);
  g.redis(2, parked(left_alone(2, 5, 600)));
  EXPECT_EQ(g.said(), "reseeding");
  auto donor = restarted_from_aof(7);  // its first replica begins a history of which INFO shows no root
  donor.aof_enabled = false;
  donor.run_id = "again";
  g.redis(1, donor, "* -::*", kFence);
  g.spoke(1);
  EXPECT_EQ(g.said(), "reseeding") << "it is who was looked at";
}

// Somebody made it follow another pod while the first donor gave: both gave the same data, each in a history of its
// own.
TEST(GuardReseed, TakesFromEitherOfTwoWhoGaveTheSame) {
  auto g = taken();
  g.told(1, {.at = {.replid = kOld, .offset = 600}});
  g.redis(2, parked(left_alone(2, 5, 628, kStranger)));
  g.told(2, {.at = {.replid = kOld, .offset = 600}});
  EXPECT_EQ(g.said(), "reseeding promote");
}

// The link came and went between two looks: what is here is the donor's.
TEST(GuardReseed, KnowsByItsHistoryThatASyncCameAndWent) {
  auto g = restart(5, 500);
  EXPECT_EQ(g.said(), "reseeding keep_copy");
  auto follower = left_alone(0, 5, 500, kNew);
  follower.run_id = g.state.run_id;
  follower.link->host = address_of(1).text;
  g.redis(0, follower);
  g.said();
  EXPECT_TRUE(published(g.state)->continues) << "nothing has come yet";
  follower = left_alone(0, 7, 1000, kStranger);
  follower.run_id = g.state.run_id;
  follower.link->host = address_of(1).text;
  g.redis(0, follower);
  g.said();
  EXPECT_FALSE(published(g.state)->continues);
  EXPECT_EQ(g.state.synced_with, address_of(1).text);
}

TEST(GuardReseed, DoesNotTakeInsteadWhatItCannotRead) {
  auto g = taking();
  auto newer = parked(left_alone(2, 7, 900));
  newer.version = "8.0.2";
  g.redis(2, newer);
  EXPECT_EQ(g.said(), "master_format_newer hold");
}

TEST(GuardReseed, TakesNoLessInsteadOfADonorThatIsThereAndDoesNotGive) {
  auto g = restart(5, 500);
  auto follower = parked(left_alone(0, 5, 500));
  follower.run_id = "restarted";
  follower.link->host = address_of(1).text;
  g.redis(0, follower);
  g.redis(1, parked(left_alone(1, 7, 1000)));
  g.redis(2, parked(left_alone(2, 6, 600)));
  EXPECT_EQ(g.said(), "reseeding");
  g.later(kNoProgress);
  EXPECT_EQ(g.said(), "donor_silent hold");
  g.redis(1, parked(left_alone(1, 6, 600)));
  EXPECT_EQ(g.said(), "reseeding keep_copy") << "now redis-2 has as much";
}

TEST(GuardReseed, HoldsWhereNobodyGives) {
  Guarded g(0, 2);
  g.redis(0, empty_follower());
  g.silent(1);
  EXPECT_EQ(g.said(), "reseeding");
  g.later(kNoProgress);
  EXPECT_EQ(g.said(), "donor_silent hold");
}

}  // namespace
}  // namespace agent::test
