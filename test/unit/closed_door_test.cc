#include "core/closed_door.h"

#include <gtest/gtest.h>

namespace agent {
namespace {

const std::string kPod = "redis-0.redis.default.svc.cluster.local.";

ConfEdit edit_of(std::string_view conf) {
  ConfBlock block;
  block.pod = "redis-0";
  block.closed = true;
  return edit_conf(conf, block).value();
}

TEST(ClosedDoor, KnowsWhereNobodyCouldAttach) {
  for (const auto* bind : {"127.0.0.1", "127.0.0.1 -::1", "::1", "localhost", "127.1.2.3", ""}) {
    EXPECT_TRUE(is_loopback_only(bind)) << bind;
  }
  for (const auto* bind : {"*", "* -::*", "127.0.0.1 10.0.0.1", "-::1 fd00::1", "0.0.0.0", "redis-0"}) {
    EXPECT_FALSE(is_loopback_only(bind)) << bind;
  }
}

TEST(ClosedDoor, ReadsTheLastLineOfTheTemplateAndNotItsOwn) {
  const auto edit = edit_of("bind 10.0.0.1\nBIND \"10.0.0.2\" -::1\nmin-slaves-to-write 2\nmin-replicas-to-write 1\n");
  EXPECT_EQ(edit.bind, "10.0.0.2 -::1");
  EXPECT_EQ(edit.min_replicas, 1);
  const auto again = edit_of(edit.text);
  EXPECT_EQ(again.bind, edit.bind) << "the closed door is not the template's";
  EXPECT_EQ(again.text, edit.text);
  EXPECT_EQ(edit_of("# bind 10.0.0.1\nbind-source-addr 10.0.0.1\nmin-replicas-max-lag 5\n").bind, std::nullopt);
  EXPECT_EQ(edit_of("min-replicas-to-write many\n").min_replicas, std::nullopt);
}

TEST(ClosedDoor, TheBlockOfTheFirstPodIsClosed) {
  EXPECT_NE(edit_of("bind 10.0.0.1\n").text.find("\nbind 127.0.0.1 -::1\n# END redis-agent\n"), std::string::npos);
}

TEST(ClosedDoor, AParkedReplicaFollowsNobody) {
  ConfBlock block;
  block.pod = "redis-1";
  block.master = parked_master();
  const auto text = edit_conf("", block).value().text;
  EXPECT_NE(text.find("\nslaveof 127.0.0.1 0\n# END redis-agent\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n# Parked: "), std::string::npos) << text;
}

TEST(ClosedDoor, TheAgentsPidFileIsTheLastOne) {
  ConfBlock block;
  block.pod = "redis-0";
  block.pid_file = kPidFile;
  const auto text = edit_conf("pidfile /run/redis.pid\n", block).value().text;
  EXPECT_TRUE(text.starts_with("pidfile /run/redis.pid\n")) << text;
  EXPECT_NE(text.find("\npidfile redis-agent.pid\n# END redis-agent\n"), std::string::npos) << text;
}

TEST(Remembered, WithoutAStateFileTheTemplateAndRedisDefault) {
  const auto now = remembered(std::nullopt, kPod, edit_of(""));
  EXPECT_EQ(now.why_anew, "");
  Memory wanted;
  wanted.pod = kPod;
  wanted.bind = "* -::*";
  EXPECT_EQ(now.memory, wanted);
}

TEST(Remembered, KeepsWhatTheSidecarWrote) {
  Memory before;
  before.pod = kPod;
  before.boot_id = "b";
  before.bind = "10.0.0.9";
  before.min_replicas = 3;
  before.run_id = "r";
  before.was_master = true;
  before.donor = "10.1.0.2";
  before.donor_pod = "redis-1";
  before.began_with = 12;
  before.has_slow_disk = true;
  before.is_placed = true;
  before.was_ended = true;
  before.process = "17 written 1700000000.000000001";
  before.at = Position{.replid = "abc", .offset = 7};
  before.continues = Standing{.at = {.replid = "def", .offset = 5}, .certainty = Certainty::at_least};
  const auto now = remembered(to_text(before), kPod, edit_of("bind 10.0.0.1\n"));
  auto wanted = before;
  wanted.bind = "10.0.0.1";
  wanted.min_replicas = std::nullopt;  // the template has it no longer
  EXPECT_EQ(now.memory, wanted);
  EXPECT_EQ(now.why_anew, "");
}

TEST(Remembered, TakesNothingFromATornFileOrAnothersAndSaysSo) {
  Memory other;
  other.pod = "redis-1.redis.default.svc.cluster.local.";
  other.run_id = "r";
  const auto whole = to_text(other);
  const auto foreign = remembered(whole, kPod, edit_of(""));
  EXPECT_EQ(foreign.memory.run_id, "");
  EXPECT_EQ(foreign.why_anew, "is of " + other.pod + ", not of " + kPod);
  const auto torn = remembered(whole.substr(0, whole.size() / 2), kPod, edit_of(""));
  EXPECT_EQ(torn.memory, foreign.memory);
  EXPECT_EQ(torn.why_anew, "is no whole state file");
}

}  // namespace
}  // namespace agent
