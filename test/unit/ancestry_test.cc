// Which histories a data set grew out of, and the state file that remembers them.
#include "core/ancestry.h"

#include <gtest/gtest.h>

#include "core/memory.h"
#include "core/safe_place.h"

namespace agent {
namespace {

using namespace std::chrono_literals;

const Position kA{"a", 100}, kB{"b", 200}, kC{"c", 300};

TEST(Ancestry, KeepsEachHistoryOnceAndTheFurthestOfIt) {
  std::vector<Position> ancestors;
  for (const auto& position : {kA, kB, Position{"a", 150}, Position{"b", 10}}) {
    add_ancestor(ancestors, position);
  }
  EXPECT_EQ(ancestors, (std::vector<Position>{{"a", 150}, kB}));
}

TEST(Ancestry, ForgetsTheOldest) {
  std::vector<Position> ancestors;
  for (std::size_t i = 0; i <= kAncestorsMax; ++i) {
    add_ancestor(ancestors, {std::to_string(i), 1});
  }
  EXPECT_EQ(ancestors.size(), kAncestorsMax);
  EXPECT_EQ(ancestors.front().replid, "1");
}

TEST(Ancestry, AnOlderSnapshotHasOnlyWhatWasThereThen) {
  EXPECT_EQ(ancestors_of({kA, kB}, kC, Position{"c", 250}), (std::vector<Position>{kA, kB}));
  EXPECT_EQ(ancestors_of({kA, kB, kC}, kC, Position{"c", 250}), (std::vector<Position>{kA, kB})) << "it was further";
  EXPECT_EQ(ancestors_of({kA, kB}, kC, Position{"b", 150}), (std::vector<Position>{kA}));
  EXPECT_TRUE(ancestors_of({kA, kB}, kC, Position{"x", 1}).empty()) << "other data";
  EXPECT_TRUE(ancestors_of({kA, kB}, kC, {}).empty()) << "no data";
}

TEST(StateFile, ReadsWhatItWrote) {
  const Memory memory{.pod = "redis-0.redis.default.svc.cluster.local.",
                      .boot_id = "boot",
                      .bind = "10.0.0.1 -::1",
                      .min_replicas = 1,
                      .run_id = "run",
                      .closed = {kC},
                      .was_master = true,
                      .at = kA,
                      .continues = Standing{.at = kB, .certainty = Certainty::complete},
                      .ancestors = {kB, kC},
                      .lost = {kC, kA},
                      .may_lack_end = true};
  EXPECT_EQ(parse_memory(to_text(memory)), memory);
  EXPECT_EQ(parse_memory(to_text(Memory{})), Memory{});
}

TEST(Ancestry, WhatAMasterTellsLaterGoesWhereItBelongs) {
  std::vector<Position> ancestors{kB};
  add_ancestors(ancestors, {kA, kB, kC});
  EXPECT_EQ(ancestors, (std::vector<Position>{kA, kB, kC})) << "its master's agent told of kA after the sync";
  ancestors = {kA, kB};
  add_ancestors(ancestors, {{"b", 900}, kC});
  EXPECT_EQ(ancestors, (std::vector<Position>{kA, {"b", 900}, kC}));
  ancestors = {kA};
  add_ancestors(ancestors, {kB, kC});
  EXPECT_EQ(ancestors, (std::vector<Position>{kA, kB, kC})) << "nothing in common: they come after";
}

TEST(Ancestry, TheOldestGoFirst) {
  std::vector<Position> ancestors{kA};
  std::vector<Position> many;
  for (std::size_t i = 0; i < kAncestorsMax; ++i) {
    many.push_back({std::to_string(i), 1});
  }
  add_ancestors(ancestors, many);
  EXPECT_EQ(ancestors, many);
}

// A replica that resumes names in replid2 where it stood itself, though all that its master had before comes after.
TEST(Lineage, WhoResumedHasAllThatItsMasterGrewOutOf) {
  const Lineage resumed{.now = {"b", 560}, .before = Position{"a", 300}, .continues = {}, .ancestors = {{"a", 450}}};
  EXPECT_EQ(relation(resumed, {.at = {"a", 450}}), Relation::ahead);
  EXPECT_EQ(relation(resumed, {.at = {"a", 460}}), Relation::behind);
  const Lineage still{.now = {"b", 450}, .before = Position{"a", 300}, .continues = {}, .ancestors = {{"a", 450}}};
  EXPECT_EQ(relation(still, {.at = {"a", 450}}), Relation::equal);
}

// Before its first replica a master counts no write.
TEST(Lineage, AtOffset0ThereMayBeMore) {
  const Lineage began{.now = {"b", 0}, .before = {}, .continues = {}, .ancestors = {{"a", 0}}};
  EXPECT_EQ(relation(began, {.at = {"a", 0}}), Relation::ahead);
  EXPECT_EQ(relation(began, {.at = {"b", 0}}), Relation::equal);
}

TEST(StateFile, OfANewerAgentIsReadAsFarAsItIsKnown) {
  auto text = to_text(
      Memory{.pod = "p", .boot_id = "b", .bind = {}, .min_replicas = {}, .run_id = "r", .at = kA, .continues = {}});
  text.insert(text.find("run_id"), "colour blue\n");
  EXPECT_EQ(parse_memory(text)->at, kA);
}

TEST(StateFile, ThePlaceIsOnlyEverFurtherInTheSameHistory) {
  Memory memory{.pod = "p", .boot_id = "b", .bind = {}, .min_replicas = {}, .run_id = "r", .at = kA, .continues = {}};
  for (const auto* text : {"b 900\n", "a 99\n", "a 900", "a\n", ""}) {
    read_place(text, true, memory);
    EXPECT_EQ(memory.at, kA) << text;
  }
  read_place(place_text({"a", 900}, {}), true, memory);
  EXPECT_EQ(memory.at->offset, 900);
}

TEST(StateFile, AfterARebootThePlaceIsTheOneThatWasWrittenBack) {
  Memory memory{.pod = "p", .boot_id = "b", .bind = {}, .min_replicas = {}, .run_id = "r", .at = kA, .continues = {}};
  read_place(place_text({"a", 900}, {}), false, memory);
  EXPECT_EQ(memory.at, kA) << "the file may lack what came since";
  read_place("a 900\na 500", false, memory);
  EXPECT_EQ(memory.at, kA) << "torn";
  read_place(place_text({"a", 900}, Position{"a", 500}), false, memory);
  EXPECT_EQ(memory.at->offset, 500);
}

TEST(SafePlace, IsWhereTheDataStoodLongEnoughAgo) {
  SafePlace back(kWrittenBack);
  const Instant start{};
  back.look({"a", 100}, start);
  back.look({"a", 200}, start + kWrittenBack - 1s);
  EXPECT_FALSE(back.place());
  back.look({"a", 300}, start + kWrittenBack);
  EXPECT_EQ(back.place(), (Position{"a", 100}));
  back.look({"a", 400}, start + kWrittenBack + 1s);
  EXPECT_EQ(back.place(), (Position{"a", 100}));
  back.look({"a", 500}, start + 2 * kWrittenBack);
  EXPECT_EQ(back.place(), (Position{"a", 300}));
  back.look({"b", 500}, start + 3 * kWrittenBack);
  EXPECT_FALSE(back.place()) << "another history: nothing of it is known to be there";
}

TEST(StateFile, TornIsNoMemory) {
  const auto whole = to_text(
      Memory{.pod = "p", .boot_id = "b", .bind = {}, .min_replicas = {}, .run_id = "r", .at = kA, .continues = {}});
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(parse_memory(whole.substr(0, length))) << length;
  }
  EXPECT_FALSE(parse_memory(std::string(whole.size(), '\0')));
}

}  // namespace
}  // namespace agent
