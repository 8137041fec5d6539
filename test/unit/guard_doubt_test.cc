// A complete append-only file, and what contradicts it.
#include <gtest/gtest.h>

#include "unit/guarded.h"

namespace agent::test {
namespace {

using namespace std::chrono_literals;

// The first pod is back from an append-only file, and its memory says that it has all that it ever acknowledged.
Guarded complete() {
  auto g = restart(7, 1000);
  g.closed(restarted_from_aof(7));
  g.state.memory->is_placed = true;
  return g;
}

// Killed while it synced its file, Redis takes with it what it acknowledged meanwhile (appendfsync everysec).
TEST(GuardDoubt, AFileIsNotCompleteIfAReplicaOfItHasMoreKeys) {
  auto g = complete();
  g.redis(1, left_alone(1, 8, 1200));
  EXPECT_EQ(g.said(), "peer_silent");
  EXPECT_EQ(g.said(), "reseeding keep_copy");
  EXPECT_FALSE(g.state.memory->was_master) << "the next process of it must not believe it either";
}

// Keys that were deleted last, and not yet there: a set that is stopped under load has such replicas.
TEST(GuardDoubt, WhatEndedInOrderHasAllThoughAReplicaOfItHasMoreKeys) {
  auto g = complete();
  g.set.was_ended = true;
  g.state.memory->has_slow_disk = true;
  g.redis(1, left_alone(1, 8, 1200));
  EXPECT_EQ(g.said(), "data_is_best open_door");
  EXPECT_FALSE(published(g.state)->may_lack_end) << "its disk was slow, but it had the time";
}

TEST(GuardDoubt, WhatEndedInOrderHasAllAfterARebootToo) {
  auto g = complete();
  g.state.boot_id = "next";
  g.redis(1, left_alone(1, 8, 1200));
  auto killed = g;
  EXPECT_EQ(killed.said(), "reseeding keep_copy");
  g.set.was_ended = true;
  EXPECT_EQ(g.said(), "data_is_best open_door");
}

// A machine lost its power; the next process began with less, served nobody, and was stopped in order.
TEST(GuardDoubt, WhatEndedInOrderHasNoMoreThanItBeganWith) {
  auto g = complete();
  g.state.memory->is_placed = false;
  g.state.boot_id = "next";
  g.set.was_ended = true;
  g.redis(1, left_alone(1, 8, 1200));
  EXPECT_EQ(g.said(), "reseeding keep_copy");
}

// The agent looks when it sees another process than the one that it noted, and once.
TEST(GuardDoubt, HowTheProcessBeforeEndedIsRememberedWithTheNext) {
  auto g = complete();
  EXPECT_TRUE(is_new_process(g.state, g.set));
  g.set.was_ended = true;
  recognize(g.settings, g.state, g.set);
  remember(g.settings, g.state, g.set);
  EXPECT_FALSE(is_new_process(g.state, g.set));
  EXPECT_TRUE(parse_memory(to_text(*g.state.memory))->was_ended);

  GuardState next;  // of an agent that starts now
  next.memory = g.state.memory;
  next.boot_id = g.state.boot_id;
  g.set.was_ended = false;
  EXPECT_FALSE(is_new_process(next, g.set));
  recognize(g.settings, next, g.set);
  EXPECT_TRUE(next.was_ended);
}

// Made master by hand it took writes of its own, which say nothing of a file here.
TEST(GuardDoubt, AFileIsCompleteThoughAMasterByHandHasMoreKeys) {
  auto g = complete();
  auto promoted = restarted(8, 1000);
  promoted.master_offset = 1200;
  g.redis(1, promoted);
  g.spoke(1);
  EXPECT_EQ(g.said(), "data_is_best open_door");
  g.redis(1, restarted_from_aof(8));
  g.spoke(1, {{.replid = kOld, .offset = 1200}});
  EXPECT_EQ(g.said(), "data_is_best open_door") << "nor does what it wrote after an append-only file";
}

TEST(GuardDoubt, MoreKeysOfWhomNoAgentTellsNobodyCanPlace) {
  auto g = complete();
  g.redis(1, parked_from_file(1, 8));
  EXPECT_EQ(g.said(), "peer_silent") << "its agent may tell why";
  g.later(15s);
  EXPECT_EQ(g.said(), "peer_may_hold_data hold");
  g.state.has_word = true;
  EXPECT_EQ(g.said(), "bootstrapped open_door");
}

// All were killed, and keys deleted or flushed after a replica had saved its snapshot (seed 992127).
TEST(GuardDoubt, ASnapshotWithMoreKeysContradictsOnlyASlowDisk) {
  auto g = complete();
  g.redis(1, parked_from_rdb(1, 8, 1200));
  g.spoke(1);
  auto slow = g;
  EXPECT_EQ(g.said(), "data_is_best open_door");
  slow.state.memory->has_slow_disk = true;
  EXPECT_EQ(slow.said(), "peer_silent");
  EXPECT_FALSE(slow.state.memory->was_master);
}

TEST(GuardDoubt, WhoDidNotFollowContradictsNothing) {
  auto g = complete();
  g.redis(1, left_alone(1, 8, 1200, kStranger));
  g.spoke(1);
  EXPECT_EQ(g.said(), "data_is_best open_door");
}

TEST(GuardDoubt, OnASlowDiskItWaitsForSilentPeersToo) {
  auto g = complete();
  g.later(4s);
  g.silent(2);
  EXPECT_EQ(g.said(), "data_is_best open_door");
  auto slow = complete();
  slow.state.memory->has_slow_disk = true;
  slow.later(4s);
  slow.silent(2);
  EXPECT_EQ(slow.said(), "peer_silent") << "redis-2 may be the one that followed to the end";
  slow = complete();
  slow.state.memory->has_slow_disk = true;
  EXPECT_EQ(slow.said(), "peer_silent") << "so may one whom DNS does not name yet";
  slow.later(6s);
  EXPECT_EQ(slow.said(), "data_is_best open_door");
}

// DNS still names redis-2 at an address that redis-1 has now: two names and one answer are not everybody.
TEST(GuardDoubt, APodUnderTwoNamesCountsOnce) {
  auto slow = complete();
  slow.state.memory->has_slow_disk = true;
  slow.settings.pod.replicas = 3;
  auto all = slow;
  EXPECT_EQ(all.said(), "data_is_best open_door");
  slow.redis(2, left_alone(1, 7, 1000));
  EXPECT_EQ(slow.said(), "peer_silent");
}

// All killed at once: where each of the two files ends is not known, and no offset tells which is longer.
TEST(GuardDoubt, OnASlowDiskAPersonTellsWhyAReplicaHasMoreKeys) {
  auto g = complete();
  g.redis(1, parked_from_file(1, 8));
  g.told(1, {.at = {.replid = kOld, .offset = 900}, .certainty = Certainty::at_least});
  auto slow = g;
  slow.state.memory->has_slow_disk = true;
  EXPECT_EQ(slow.said(), "peer_silent") << "one whom DNS does not name yet may have still more";
  slow.later(6s);
  EXPECT_EQ(slow.said(), "peer_may_hold_data hold");
  EXPECT_EQ(g.said(), "data_is_best open_door") << "on a quick one keys that were deleted last are the likelier reason";
}

// After a power cut of all: what it wrote since is nowhere else, nor is what this file has after its place that is
// known (seed 300282).
TEST(GuardDoubt, APersonTellsWhetherAMasterByHandOutOfAFileHasLess) {
  auto g = complete();
  g.state.boot_id = "next";
  auto promoted = restarted(6, 1200);
  promoted.run_id = "promoted";
  g.redis(1, promoted);
  g.spoke(1);
  auto linked = g;
  EXPECT_EQ(linked.said(), "reseeding keep_copy") << "it followed to the end before";
  g.set.pods[1].published->value.is_snapshot = true;
  EXPECT_EQ(g.said(), "peer_may_hold_data hold");
}

TEST(GuardDoubt, OfANewSetThatHasMoreKeysElsewhereNothingIsAdopted) {
  auto g = restart(7, 1000);
  g.state.memory.reset();
  g.closed(restarted_from_aof(7));
  g.redis(1, left_alone(1, 8, 1000));
  EXPECT_EQ(g.said(), "peer_may_hold_data hold");
  auto adopted = g;
  adopted.redis(1, parked_from_file(1, 8));
  adopted.spoke(1);
  EXPECT_EQ(adopted.said(), "adopted_unknown_history open_door") << "an older set's file, from when it had more";
  g.settings.guard.repair = Repair::force;
  EXPECT_EQ(g.said(), "adopted_unknown_history open_door");
}

// However long this Redis runs already.
TEST(GuardDoubt, WhoWasHeardAMomentAgoIsWaitedForAnew) {
  auto g = restart(7, 1000);
  g.silent(2);
  g.later(14s);
  g.redis(2, left_alone(2, 7, 1000, kStranger));
  EXPECT_EQ(g.said(), "peer_silent") << "its agent may know of a common history";
  g.later(2s);
  g.silent(2);
  EXPECT_EQ(g.said(), "peer_silent");
  g.later(15s);
  EXPECT_EQ(g.said(), "peer_silent open_door");
}

// The first pod is back from an append-only file after a reboot: it may lack its end.
Guarded rebooted() {
  auto g = restart(7, 1000);
  g.state.boot_id = "another";
  g.closed(restarted_from_aof(7));
  return g;
}

TEST(GuardDoubt, AfterARebootAReplicaThatLivedOnMayHaveMore) {
  auto g = rebooted();
  EXPECT_EQ(g.said(), "data_is_best open_door") << "who stands where the file reaches at least has no more";
  g.redis(1, left_alone(1, 6, 1001));
  EXPECT_EQ(g.said(), "peer_silent") << "is it what a full sync brought, and no more?";
  g.spoke(1);
  EXPECT_EQ(g.said(), "reseeding keep_copy") << "it followed to the end, and keys are deleted, too";
}

// Its first pod's machine died while it synced: what it got is as old as that sync.
TEST(GuardDoubt, AfterARebootAReplicaThatWasStillSyncingIsTakenOnlyForItsKeys) {
  auto g = rebooted();
  g.redis(1, left_alone(1, 7, 1200));
  g.spoke(1);
  auto& told = g.set.pods[1].published->value;
  told.is_snapshot = true;
  EXPECT_EQ(g.said(), "data_is_best open_door");
  told.is_snapshot = false;
  EXPECT_EQ(g.said(), "reseeding keep_copy");
}

// Both rebooted: of neither file anybody knows where it ends.
TEST(GuardDoubt, AfterARebootAnotherFileIsTakenOnlyForItsKeys) {
  auto g = rebooted();
  g.redis(1, parked_from_file(1, 7));
  g.told(1, {.at = {.replid = kOld, .offset = 1200}, .certainty = Certainty::at_least});
  EXPECT_EQ(g.said(), "data_is_best open_door");
  g.redis(1, parked_from_rdb(1, 1, 1200));
  g.told(1, {.at = {.replid = kOld, .offset = 1200}});
  EXPECT_EQ(g.said(), "data_is_best open_door") << "an old snapshot with one key";
  g.later(6s);  // for who may not be in DNS yet
  auto cache = g;
  for (const std::size_t ordinal : {0U, 1U}) {
    auto& info = info_of(cache.set, ordinal);
    info.expiring_keys = *info.keys;
  }
  EXPECT_EQ(cache.said(), "reseeding keep_copy") << "where all keys expire their number tells nothing";
  g.redis(1, parked_from_file(1, 8));
  g.told(1, {.at = {.replid = kOld, .offset = 1200}, .certainty = Certainty::at_least});
  EXPECT_EQ(g.said(), "reseeding keep_copy");
}

// Between an action and the next look its agent has not been asked again.
TEST(GuardDoubt, AfterARebootWhatAnAgentSaidBeforeTheLastActionWillDo) {
  auto g = rebooted();
  g.redis(1, left_alone(1, 6, 1200));
  g.spoke(1);
  g.later(20s);
  g.spoke(1);
  const auto decision = g.decide();
  ASSERT_TRUE(decision && decision->action);
  g.set.now += 20ms;
  acted(g.state, *decision->action, Outcome::done, "", g.set.now);
  g.closed(restarted_from_aof(7));
  g.redis(1, left_alone(1, 6, 1200));
  g.redis(2, left_alone(2, 7, 1000));
  EXPECT_EQ(g.said(), "reseeding follow 10.1.0.2");
}

// Who cannot tell cannot give either; without the data there nothing is opened.
TEST(GuardDoubt, AfterARebootAReplicaWhoseAgentStaysSilentIsNoOlderForThat) {
  auto g = rebooted();
  g.redis(1, left_alone(1, 6, 1200));
  EXPECT_EQ(g.said(), "peer_silent");
  g.later(15s);
  EXPECT_EQ(g.said(), "reseeding keep_copy");
}

// All lost their power, and one file is of before the first write.
TEST(GuardDoubt, AfterARebootAFileWithoutKeysIsNotTaken) {
  auto g = rebooted();
  auto info = parked(left_alone(1, 0, 1200));
  info.link->down_since_seconds.reset();
  g.redis(1, info);
  g.spoke(1);
  EXPECT_EQ(g.said(), "data_is_best open_door");
}

TEST(GuardDoubt, AfterARebootTheAgentOfASnapshotIsWaitedFor) {
  auto g = rebooted();
  g.redis(1, parked_from_rdb(1, 7, 1200));
  EXPECT_EQ(g.said(), "peer_silent") << "out of a file, or has it followed since?";
  g.later(15s);
  EXPECT_EQ(g.said(), "data_is_best open_door");
}

}  // namespace
}  // namespace agent::test
