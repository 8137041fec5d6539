// What may be missing where it cannot be told: keys whose history nobody tells, who has left, what the donor lacks too.
#include <gtest/gtest.h>

#include "unit/guarded.h"

namespace agent::test {
namespace {

using namespace std::chrono_literals;

// redis-0 is empty, redis-1 has 7 keys, and redis-2 started from an append-only file with `keys`; its agent is silent.
Guarded wiped_beside_untold(std::int64_t keys) {
  Guarded g(0);
  g.closed(started_empty());
  g.redis(1, left_alone(1, 7, 1000));
  g.redis(2, parked_from_file(2, keys));
  return g;
}

TEST(GuardUntold, MoreKeysThanTheDonorHasMayBeWhatIsMissing) {
  auto g = wiped_beside_untold(9);
  EXPECT_EQ(g.said(), "peer_silent");
  g.later(15s);
  EXPECT_EQ(g.said(), "peer_may_hold_data hold");
  g.settings.guard.repair = Repair::force;
  EXPECT_EQ(g.said(), "reseeding follow 10.1.0.2");
}

TEST(GuardUntold, AsManyKeysAreNoReasonToWaitForEver) {
  auto g = wiped_beside_untold(7);
  EXPECT_EQ(g.said(), "peer_silent");
  g.later(15s);
  EXPECT_EQ(g.said(), "reseeding follow 10.1.0.2");
}

TEST(GuardUntold, MoreKeysThanItsOwnMayBeWhatItLost) {
  Guarded g(0, 2);
  g.state.boot_id = "another";  // after a reboot its append-only file may lack its end
  g.closed(restarted_from_aof(5));
  g.redis(1, parked_from_file(1, 6));
  EXPECT_EQ(g.said(), "peer_silent");
  g.later(15s);
  EXPECT_EQ(g.said(), "peer_may_hold_data hold");
  info_of(g.set, 1).expiring_keys = 1;
  EXPECT_EQ(g.said(), "peer_silent open_door") << "a replica keeps what has expired until its master deletes it";
}

// Its Redis was killed before its agent had noted anything of it.
TEST(GuardUntold, MoreKeysOfAHistoryThatNobodyKnowsMayBeWhatIsMissing) {
  auto g = wiped_beside_untold(9);
  g.spoke(2);
  EXPECT_EQ(g.said(), "peer_silent");
  g.later(15s);
  EXPECT_EQ(g.said(), "histories_differ hold");
  auto file = restarted(3, 500);
  file.run_id = "from a file";
  g.closed(file);
  EXPECT_EQ(g.said(), "peer_may_hold_data hold") << "redis-1 is further in the same history, but has less than redis-2";
  info_of(g.set, 2).keys = 7;
  EXPECT_EQ(g.said(), "reseeding keep_copy");
}

// Offsets say that it is behind, but only where it is at least; its keys say that it may be further.
TEST(GuardUntold, MoreKeysInAFileWhoseEndIsNotKnownMayBeWhatItLost) {
  Guarded g(0);
  g.closed(restarted(3, 1000));
  g.redis(1, parked_from_file(1, 5));
  g.redis(2, left_alone(2, 3, 1000));
  g.told(1, {.at = {.replid = kOld, .offset = 500}, .certainty = Certainty::at_least});
  EXPECT_EQ(g.said(), "peer_may_hold_data hold");
  info_of(g.set, 1).keys = 3;
  EXPECT_EQ(g.said(), "data_is_best open_door");
}

// The same of who was asked as the donor before, and is master, fenced, for that.
TEST(GuardUntold, MoreKeysOfAFencedDonorMayBeWhatIsMissing) {
  Guarded g(0);
  g.closed(restarted(3, 500));
  auto gave = restarted_from_aof(8);
  gave.run_id = "gave";
  gave.uptime_seconds = 20;
  g.redis(1, gave, "* -::*", kFence);
  g.told(1, {.at = {.replid = kOld, .offset = 600}, .certainty = Certainty::at_least});
  g.redis(2, left_alone(2, 7, 1000));
  EXPECT_EQ(g.said(), "peer_silent");
  g.state.tried.push_back({address_of(1), g.settings.redis.peer_port});
  EXPECT_EQ(g.said(), "peer_may_hold_data hold");
}

// Keys are deleted, too: an offset that is known to be further wins, and nothing is taken on the strength of keys.
TEST(GuardUntold, KeysChooseNoDonor) {
  Guarded g(0);
  g.closed(started_empty());
  g.redis(1, parked_from_file(1, 9));
  g.told(1, {.at = {.replid = kOld, .offset = 500}, .certainty = Certainty::at_least});
  g.redis(2, left_alone(2, 7, 1000));
  EXPECT_EQ(g.said(), "peer_may_hold_data hold");
  g.settings.guard.repair = Repair::force;
  EXPECT_EQ(g.said(), "reseeding follow 10.1.0.3");
}

TEST(GuardUntold, HoldsWhereTheDonorTooLacksWhatItOnceHad) {
  Guarded g(0);
  g.state.memory->at->offset = 1200;
  g.closed(restarted(3, 500));
  g.redis(1, left_alone(1, 7, 1000));
  g.silent(2);
  EXPECT_EQ(g.said(), "peer_silent");
  g.later(15s);
  g.closed(restarted(3, 500));
  g.redis(1, left_alone(1, 7, 1000));
  g.silent(2);
  EXPECT_EQ(g.said(), "peer_may_hold_data hold") << "redis-2 may have the rest";
  g.redis(2, left_alone(2, 8, 1200));
  EXPECT_EQ(g.said(), "reseeding keep_copy");
}

TEST(GuardUntold, WaitsForWhoHasJustLeftDns) {
  Guarded g(0);
  g.closed(started_empty());
  g.silent(1);
  g.redis(2, left_alone(2, 8, 1100));
  EXPECT_EQ(g.said(), "peer_silent");
  auto never_answered = g;
  never_answered.state.holders.clear();
  for (auto* each : {&g, &never_answered}) {
    each->set.pods.pop_back();
    each->dns_names(2);
    each->redis(1, left_alone(1, 7, 1000));
  }
  EXPECT_EQ(never_answered.said(), "reseeding follow 10.1.0.2") << "an address that DNS named too long";
  EXPECT_EQ(g.said(), "peer_silent") << "redis-2 was there a moment ago";
  g.later(6s);
  EXPECT_EQ(g.said(), "reseeding follow 10.1.0.2");
}

TEST(GuardUntold, HoldsWhereNobodySharesWhatItOnceWas) {
  Guarded g(0);
  auto from_before = restarted(3, 0);  // a file from before the set had a history
  from_before.replid2 = std::string(40, '0');
  from_before.second_offset = -1;
  g.closed(from_before);
  g.redis(1, left_alone(1, 7, 1000, kStranger));
  g.redis(2, left_alone(2, 7, 1000, kStranger));
  g.spoke(1);
  g.spoke(2);
  EXPECT_EQ(g.said(), "histories_differ hold");
}

// An open door stays open: whose data it would only hold for is nothing to stop serving for.
TEST(GuardUntold, DoesNotFenceItselfToHold) {
  Guarded g(0);
  g.state.memory->at->offset = 500;
  g.closed(restarted(5, 500));
  g.redis(1, left_alone(1, 5, 500));
  g.redis(2, left_alone(2, 5, 500));
  EXPECT_EQ(g.said(), "data_is_best open_door");
  g.redis(0, restarted(5, 500));
  g.redis(1, parked(left_alone(1, 7, 1000)));
  g.redis(2, parked_from_file(2, 9));
  EXPECT_EQ(g.said(), "");
  info_of(g.set, 2).keys = 7;
  EXPECT_EQ(g.said(), "reseeding set_fence");
}

}  // namespace
}  // namespace agent::test
