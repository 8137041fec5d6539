// What a guarded pod's agent notes of its Redis, and what the next process may claim by it.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/ancestry.h"
#include "unit/guarded.h"

namespace agent::test {
namespace {

using namespace std::chrono_literals;

// The first pod, open as master at `offset` of kNew, which is another history than the state file has.
RedisInfo serving_from_file(std::int64_t offset, bool is_rewriting) {
  auto info = master_info();
  info.run_id = "serving";
  info.replid = kNew;
  info.master_offset = offset;
  info.keys = 9;
  info.aof_enabled = true;
  info.aof_rewriting = is_rewriting;
  return info;
}

// What is noted when the Redis of the pod shows this.
const Memory& noted(Guarded& g, std::size_t ordinal, const RedisInfo& info) {
  g.redis(ordinal, info);
  g.decide();
  return *g.state.memory;
}

// It followed a donor, and what that gave is not in its file yet.
Guarded reseeded() {
  Guarded g(0);
  auto follower = linked(0, 9, 1200);
  follower.run_id = "serving";
  follower.replid = kNew;
  follower.aof_enabled = true;
  follower.aof_rewriting = true;
  follower.link->host = address_of(1).text;
  noted(g, 0, follower);
  noted(g, 0, serving_from_file(1200, true));
  return g;
}

TEST(GuardMemory, NotesWhatASyncBroughtOnlyWhenItIsInTheFile) {
  auto g = reseeded();
  EXPECT_EQ(g.state.memory->at, (Position{.replid = kOld, .offset = 1000}));
  EXPECT_FALSE(g.state.memory->was_master) << "what it acknowledges now is not in the file";
  EXPECT_EQ(noted(g, 0, serving_from_file(1300, false)).at, (Position{.replid = kNew, .offset = 1300}));
  EXPECT_TRUE(g.state.memory->was_master);
  EXPECT_EQ(noted(g, 0, serving_from_file(1400, true)).at->offset, 1400) << "the file is only shortened";
}

TEST(GuardMemory, NotesNothingNewWhileTheFileIsSynced) {
  Guarded g(0);
  auto info = serving_from_file(1200, false);
  info.aof_syncing = true;
  info.replid2 = kOld;
  info.second_offset = 1101;
  EXPECT_EQ(noted(g, 0, info).at, (Position{.replid = kNew, .offset = 1100})) << "where the history began";
  info.master_offset = 1300;
  EXPECT_EQ(noted(g, 0, info).at->offset, 1100);
  g.later(kFlushed);
  EXPECT_EQ(noted(g, 0, info).at->offset, 1200) << "so long ago that it is written, sync or not";
  info.aof_syncing = false;
  EXPECT_EQ(noted(g, 0, info).at->offset, 1300);
}

// Linked to its donor, which became master and began a history, and promoted: all between two looks.
TEST(GuardMemory, KnowsWhatAHistoryGrewOutOfThatItNeverShowed) {
  Guarded g(0);
  g.state.run_id = "serving";
  g.state.ancestors = {{.replid = kOld, .offset = 150}};
  auto info = serving_from_file(400, false);
  info.replid2 = kStranger;
  info.second_offset = 315;
  g.redis(0, info);
  auto donor = restarted(7, 314);
  donor.replid = kStranger;
  g.redis(1, donor, "* -::*", kFence);
  g.redis(2, left_alone(2, 7, 500, kStranger));
  g.spoke(2, {{.replid = kStranger, .offset = 500}});  // how far it has that history is not how far this one has
  g.decide();
  EXPECT_EQ(g.state.ancestors,
            (std::vector<Position>{{.replid = kOld, .offset = 314}, {.replid = kStranger, .offset = 314}}));
}

// The agent is restarted behind a closed door: what was noted is of the process before, and further than this file.
TEST(GuardMemory, ARestartedAgentTakesNothingForThisProcessThatWasNotedBefore) {
  auto g = restart(5, 500);
  g.decide();
  GuardState another;
  another.memory = g.state.memory;
  another.memory->ancestors.push_back({.replid = kOld, .offset = 1000});
  another.boot_id = g.state.boot_id;
  recognize(g.settings, another, g.set);
  EXPECT_EQ(published(another)->ancestors, (std::vector<Position>{{.replid = kOld, .offset = 500}}));
}

// A replica keeps what has expired until its master deletes it, so keys with a time to live are not counted.
TEST(GuardMemory, DoesNotSayThatItBeganEmptyWhereAllItsKeysExpire) {
  Guarded g(0);
  auto info = restarted(7, 1000);
  info.expiring_keys = 7;
  g.closed(info);
  g.decide();
  EXPECT_FALSE(published(g.state)->began_with);
}

TEST(GuardMemory, ASyncIsOldUntilThePodStandsWhereItsMasterStoodAfterIt) {
  Guarded g(1);
  auto mine = linked(1, 7, 1000);
  auto master = master_info();
  master.replid = mine.replid;
  master.master_offset = 1200;
  g.redis(0, master);
  mine.link->up = false;
  mine.link->sync_in_progress = true;
  const auto is_snapshot = [&] {
    g.redis(1, mine);
    g.decide();
    return published(g.state)->is_snapshot;
  };
  EXPECT_TRUE(is_snapshot());
  g.set.now += 1s;
  mine.link->sync_in_progress = false;
  mine.link->up = true;
  mine.link->replica_offset = 1200;
  EXPECT_TRUE(is_snapshot()) << "its master was asked before the sync was over";
  master.master_offset = 1300;
  g.redis(0, master);
  EXPECT_TRUE(is_snapshot());
  master.master_offset = 1400;
  g.redis(0, master);
  mine.link->replica_offset = 1300;
  EXPECT_FALSE(is_snapshot()) << "what comes later is the lag of any replica";
  mine.link->up = false;
  EXPECT_FALSE(is_snapshot()) << "it followed to the end";
  mine.loading = true;
  EXPECT_TRUE(is_snapshot()) << "what it loads came with another sync, in the same history";
}

TEST(GuardMemory, ASyncThatNobodyLookedAtIsOldToo) {
  Guarded g(1);
  const auto is_snapshot = [&] {
    g.decide();
    return published(g.state)->is_snapshot;
  };
  auto mine = linked(1, 7, 1000);
  mine.link->up = false;
  mine.replid = kStranger;
  g.redis(1, mine);
  EXPECT_FALSE(is_snapshot());
  g.set.now += 1s;
  g.redis(1, linked(1, 7, 1000));
  EXPECT_TRUE(is_snapshot());
  auto master = master_info();
  master.replid = info_of(g.set, 1).replid;
  master.master_offset = 1000;
  g.redis(0, master);
  EXPECT_FALSE(is_snapshot());
}

TEST(GuardMemory, TellsWhereTheDataOnceStoodWhereItBeganWithLess) {
  auto g = restart(5, 500);
  g.state.memory->at = {.replid = kStranger, .offset = 70};
  g.state.memory->ancestors = {{.replid = kOld, .offset = 1000}};
  g.decide();
  EXPECT_EQ(published(g.state)->once, g.state.memory->at);
  EXPECT_EQ(published(g.state)->once_ancestors, g.state.memory->ancestors);
  noted(g, 0, serving_from_file(1200, false));
  EXPECT_FALSE(published(g.state)->once) << "it stands there";
}

// The file that is saved then continues nothing that came before (seed 287069).
TEST(GuardMemory, NotesWhatCameOverALinkThatNobodySawUp) {
  Guarded g(1);
  auto mine = parked_from_rdb(1, 5, 576);
  g.redis(1, mine);
  g.decide();
  EXPECT_EQ(published(g.state)->continues, (Standing{.at = {.replid = kOld, .offset = 576}}));
  mine = left_alone(1, 7, 960);
  EXPECT_EQ(noted(g, 1, mine).at, (Position{.replid = kOld, .offset = 960}));
  EXPECT_FALSE(published(g.state)->continues);
  EXPECT_TRUE(g.state.memory->closed.empty());
}

// Whoever comes later with some of that must not follow, whatever was noted since (seed 42841).
TEST(GuardMemory, KeepsInMindWhatAProcessBeganWithout) {
  auto g = restart(5, 500);
  g.state.memory->at = {.replid = kStranger, .offset = 70};
  const Position later{.replid = std::string(40, 'd'), .offset = 3};
  g.state.memory->ancestors = {{.replid = kOld, .offset = 400}, later};
  g.decide();
  const std::vector<Position> lost{later, {.replid = kStranger, .offset = 70}};
  EXPECT_EQ(published(g.state)->lost, lost);
  auto open = restarted(6, 500);
  open.master_offset = 600;
  EXPECT_EQ(noted(g, 0, open).at, (Position{.replid = kNew, .offset = 600}));
  EXPECT_EQ(published(g.state)->lost, lost);
  open.replid2 = kStranger;  // it took the data of somebody who had it
  open.second_offset = 101;
  EXPECT_EQ(noted(g, 0, open).lost, (std::vector<Position>{later}));
}

TEST(GuardMemory, CallsLostWhatSomebodyElseMayHave) {
  const auto lost_of = [](int ordinal, const RedisInfo& info, Position at, std::vector<Position> ancestors = {}) {
    Guarded g(ordinal);
    g.state.boot_id = "next";
    g.state.memory->at = std::move(at);
    g.state.memory->ancestors = std::move(ancestors);
    g.redis(static_cast<std::size_t>(ordinal), info, "127.0.0.1 -::1");
    g.decide();
    return g.state.memory->lost.size();
  };
  const Position before{.replid = std::string(40, 'd'), .offset = kAll};
  const Position some{.replid = kStranger, .offset = 70};
  EXPECT_EQ(lost_of(0, started_empty(), some, {before}), 2U);
  EXPECT_EQ(lost_of(0, started_empty(), {.replid = kStranger, .offset = 0}), 0U) << "it had no replica";
  EXPECT_EQ(lost_of(0, restarted_unnamed(5), {.replid = kStranger, .offset = 0}, {before}), 1U) << "it names none";
  EXPECT_EQ(lost_of(1, parked_from_rdb(1, 5, 900), some), 0U) << "nobody asks what another pod lost";
  auto rebooted = restarted_from_aof(5);
  EXPECT_EQ(lost_of(0, rebooted, some, {before}), 0U) << "the machine's reboot took its end at most";
}

// Redis: "Replication backlog freed after 3600 seconds without connected replicas", and with it the history.
TEST(GuardMemory, KnowsTheHistoryThatAMasterForgetsWhenNobodyFollows) {
  Guarded g(0);
  auto info = serving_from_file(400, false);
  g.state.memory->at.reset();
  noted(g, 0, info);
  info.replid = kStranger;
  info.master_offset = 410;
  EXPECT_EQ(noted(g, 0, info).ancestors, (std::vector<Position>{{.replid = kNew, .offset = 400}}));
  EXPECT_EQ(published(g.state)->ancestors, g.state.memory->ancestors);
  const auto is_remembered = [&g](const Memory& memory) {
    GuardState another;  // the agent is restarted
    another.memory = memory;
    another.boot_id = memory.boot_id;
    recognize(g.settings, another, g.set);
    return std::ranges::count(published(another)->ancestors, Position{.replid = kNew, .offset = 400}) == 1;
  };
  EXPECT_TRUE(is_remembered(*g.state.memory));
  auto from_rdb = *g.state.memory;
  from_rdb.continues = Standing{.at = {.replid = kOld, .offset = 100}};
  from_rdb.ancestors.insert(from_rdb.ancestors.begin(), from_rdb.continues->at);
  EXPECT_TRUE(is_remembered(from_rdb));
}

TEST(GuardMemory, NotesADiskThatIsMetWhileItSyncs) {
  Guarded g(0);
  auto info = serving_from_file(1200, false);
  info.aof_syncing = true;
  g.redis(0, info);
  g.decide();
  g.decide();
  EXPECT_FALSE(g.state.memory->has_slow_disk) << "one look may meet it on a quick disk";
  g.later(1s);
  g.decide();
  EXPECT_TRUE(g.state.memory->has_slow_disk);
  info.aof_syncing = false;
  g.later(29s);
  EXPECT_TRUE(noted(g, 0, info).has_slow_disk);
  g.later(1s);
  g.decide();
  EXPECT_FALSE(g.state.memory->has_slow_disk);
}

// Redis writes a file that has grown much anew right after it has read it, and appends to it meanwhile.
TEST(GuardMemory, AFileThatItGoesOnFromIsMerelyShortened) {
  Guarded g(0);
  auto info = restarted_from_aof(7);
  g.closed(info);
  g.decide();
  info.aof_rewriting = true;
  info.master_offset = 300;
  EXPECT_EQ(noted(g, 0, info).at, (Position{.replid = kNew, .offset = 300}));
  EXPECT_TRUE(g.state.memory->was_master);
  info.last_aof_write_ok = false;
  info.master_offset = 400;
  EXPECT_EQ(noted(g, 0, info).at->offset, 300) << "its disk is full";
  EXPECT_FALSE(g.state.memory->was_master);
}

TEST(GuardMemory, AnotherAgentOfASlowDiskKnowsThat) {
  Guarded g(0);
  g.state.memory->has_slow_disk = true;
  EXPECT_TRUE(noted(g, 0, serving_from_file(1200, false)).has_slow_disk);
}

TEST(GuardMemory, AReplicaNotesNothingWhileItsFileIsWrittenAnew) {
  Guarded g(1);
  auto follower = linked(1, 7, 2000);
  follower.aof_enabled = true;
  follower.aof_rewriting = true;
  EXPECT_EQ(noted(g, 1, follower).at->offset, 1000) << "a full sync may have brought the rest";
  follower.aof_rewriting = false;
  EXPECT_EQ(noted(g, 1, follower).at->offset, 2000);
}

// Killed before the file was written anew, it reads the one of before.
TEST(GuardMemory, WhoIsKilledBeforeThatClaimsNoMoreThanTheOldFile) {
  auto g = reseeded();
  g.closed(restarted_from_aof(3));
  g.redis(1, parked(left_alone(1, 9, 1200, kNew)));
  g.redis(2, parked(left_alone(2, 9, 1200, kNew)));
  g.spoke(1, {{.replid = kOld, .offset = 1000}});
  g.spoke(2, {{.replid = kOld, .offset = 1000}});
  EXPECT_EQ(g.said(), "reseeding keep_copy");
}

}  // namespace
}  // namespace agent::test
