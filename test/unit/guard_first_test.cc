// The first pod at the start of its Redis: each row of the table, and each that must not be taken for another.
#include <gtest/gtest.h>

#include "unit/guarded.h"

namespace agent::test {
namespace {

using namespace std::chrono_literals;

TEST(GuardFirst, OpensWhenNobodyHasMore) {
  auto g = restart(7, 1000);
  const auto decision = g.decide();
  ASSERT_TRUE(decision && decision->action);
  EXPECT_EQ(decision->reason, Reason::data_is_best);
  EXPECT_EQ(to_text(*decision->action), "CONFIG SET bind \"* -::*\"");
}

TEST(GuardFirst, TakesTheDataOfWhoHasMoreAndKeepsItsOwnBefore) {
  auto g = restart(5, 500);
  EXPECT_EQ(g.said(), "reseeding keep_copy");
  g.state.has_copy = true;
  EXPECT_EQ(g.said(), "reseeding follow 10.1.0.2");
}

TEST(GuardFirst, TakesTheMostAdvancedOfThem) {
  auto g = restart(0, 0);
  g.closed(started_empty());
  g.redis(1, left_alone(1, 7, 900));
  EXPECT_EQ(g.said(), "reseeding follow 10.1.0.3") << "nothing of its own to keep";
}

TEST(GuardFirst, WaitsForASilentPeerBeforeItTakesTheDataOfAnother) {
  auto g = restart(5, 500);
  g.silent(2);
  EXPECT_EQ(g.said(), "peer_silent");
  g.later(15s);
  EXPECT_EQ(g.said(), "reseeding keep_copy");
}

TEST(GuardFirst, DoesNotTakeThoseForSilentWhomItAsksAnew) {
  auto g = restart(5, 1000);
  g.redis(1, left_alone(1, 7, 1100));
  g.silent(2);
  g.said();
  g.later(15s);
  ASSERT_EQ(g.said(), "reseeding keep_copy");
  g.set.now += 10ms;
  acted(g.state, {.deed = Deed::keep_copy}, Outcome::done, "", g.set.now);
  g.set.now += 20ms;
  g.closed(*g.set.pods[0].redis->value.info);
  EXPECT_EQ(g.said(), "peer_silent") << "the answer of redis-1 is on its way";
  g.later(3s);
  EXPECT_EQ(g.said(), "reseeding follow 10.1.0.2");
}

TEST(GuardFirst, HoldsBetweenHistoriesThatHaveNothingInCommon) {
  auto g = restart(7, 1000);
  g.redis(1, left_alone(1, 7, 1000, kStranger));
  g.redis(2, left_alone(2, 0, 0, kStranger));
  EXPECT_EQ(g.said(), "peer_silent") << "its agent may know of a common history";
  g.spoke(1);
  EXPECT_EQ(g.said(), "histories_differ hold");
  auto empty = started_empty();
  empty.run_id = "wiped";
  g.closed(empty);
  g.redis(2, left_alone(2, 7, 900));
  EXPECT_EQ(g.said(), "peer_silent");
  g.later(15s);
  EXPECT_EQ(g.said(), "histories_differ hold") << "empty, and two donors that contradict each other";
}

// The replicas came back with snapshots of before the first pod's last start, so they do not know the history that
// began there; the first pod does.
TEST(GuardFirst, WhatItWentOnFromIsNoOtherHistory) {
  auto g = restart(7, 1000);
  g.closed(restarted(7, 1200));
  g.state.memory->at = Position{.replid = kOld, .offset = 1200};
  g.state.memory->ancestors = {{.replid = kStranger, .offset = 700}};
  g.redis(1, left_alone(1, 5, 600, kStranger));
  g.redis(2, left_alone(2, 5, 600, kStranger));
  auto differs = g;
  EXPECT_EQ(g.said(), "data_is_best open_door");
  differs.redis(1, left_alone(1, 9, 800, kStranger));
  differs.redis(2, left_alone(2, 9, 800, kStranger));
  differs.spoke(1);
  differs.spoke(2);
  EXPECT_EQ(differs.said(), "histories_differ hold") << "they went on from there, too";
}

TEST(GuardFirst, OneThatSharesTheHistoryIsEnough) {
  auto g = restart(7, 1000);
  g.redis(1, left_alone(1, 7, 1000, kStranger));
  g.spoke(1);
  EXPECT_EQ(g.said(), "data_is_best open_door");
}

TEST(GuardFirst, OpensUnknownHistory) {
  auto g = restart(7, 1000);
  g.state.memory.reset();
  g.closed(restarted_from_aof(7));
  EXPECT_EQ(g.said(), "adopted_unknown_history open_door");
}

TEST(GuardFirst, ACompleteAppendOnlyFileIsTheBestThereIs) {
  auto g = restart(7, 1000);
  g.closed(restarted_from_aof(7));
  g.redis(1, left_alone(1, 7, 1200));
  EXPECT_EQ(g.said(), "data_is_best open_door") << "the offset of the last look is not where the data ends";
  g.silent(2);
  EXPECT_EQ(g.said(), "data_is_best open_door") << "nobody has to be waited for";
}

TEST(GuardFirst, EvenTheBestAsksEverybodyOnce) {
  auto g = restart(7, 1000);
  g.closed(restarted_from_aof(7));
  g.set.pods[2].redis->asked -= 1s;
  EXPECT_EQ(g.said(), "peer_silent") << "redis-2 may be unable to read what this one writes";
  g.set.now += 3s;
  g.closed(restarted_from_aof(7));
  g.dns_names(3);
  EXPECT_EQ(g.said(), "data_is_best open_door");
}

TEST(GuardFirst, WhatIsEmptyClaimsNothingFromMemory) {
  auto g = restart(0, 0);
  g.closed(restarted_from_aof(0));
  EXPECT_EQ(g.said(), "reseeding follow 10.1.0.2");
}

TEST(GuardFirst, WaitsForASilentPeerForAWhile) {
  auto g = restart(7, 1000);
  g.silent(1);
  EXPECT_EQ(g.said(), "peer_silent");
  g.later(14s);
  EXPECT_EQ(g.said(), "peer_silent");
  g.later(1s);
  EXPECT_EQ(g.said(), "peer_silent open_door");
}

TEST(GuardFirst, HoldsWhereItHasLostSomeAndASilentPeerMayHaveIt) {
  auto g = restart(5, 500);
  g.redis(1, left_alone(1, 5, 500));
  g.silent(2);
  g.later(20s);
  const auto decision = g.decide();
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->reason, Reason::peer_may_hold_data);
  EXPECT_TRUE(decision->is_hold);
  EXPECT_NE(decision->sentence.find("redis-2 (silent)"), std::string::npos) << decision->sentence;
  EXPECT_NE(decision->sentence.find("bootstrap --accept-data-loss"), std::string::npos) << decision->sentence;
}

TEST(GuardFirst, HasLostSomeWhereItsHistoryHadGoneOnInAnother) {
  auto g = restart(5, 500);
  g.state.memory->at = Position{.replid = kStranger, .offset = 700};
  g.state.memory->ancestors = {{.replid = kOld, .offset = 500}};
  g.redis(1, left_alone(1, 5, 500));
  g.silent(2);
  EXPECT_EQ(g.said(), "peer_may_hold_data hold");
  g.later(20s);
  EXPECT_EQ(g.said(), "peer_may_hold_data hold");
  g.state.memory->at->offset = 500;
  EXPECT_EQ(g.said(), "peer_silent open_door") << "nothing was written in it";
}

TEST(GuardFirst, WaitsUntilDnsNamesTheSameForAWhileWhereItHasLostSome) {
  auto g = restart(5, 500);
  g.set.pods.resize(1);
  g.dns_names(1);
  EXPECT_EQ(g.said(), "peer_silent") << "a cache may not know the others yet";
  g.later(6s);
  EXPECT_EQ(g.said(), "data_is_best open_door");
}

TEST(GuardFirst, WhatDnsNamedBeforeTheRestartProvesNothing) {
  Guarded g(0, 1);
  g.closed(started_empty());
  g.decide();
  g.later(6s);
  EXPECT_EQ(g.said(), "first_start open_door");
  auto again = started_empty();
  again.run_id = "again";
  g.closed(again);
  EXPECT_EQ(g.said(), "peer_may_hold_data hold") << "a replica may have come that no cache knows";
  g.later(6s);
  EXPECT_EQ(g.said(), "first_start open_door");
}

TEST(GuardFirst, AFileFromBeforeTheSetHadAHistoryIsNotTheBest) {
  auto g = restart(5, 500);
  auto early = restarted_unnamed(1);
  early.run_id = "early";
  g.closed(early);
  EXPECT_EQ(g.said(), "reseeding keep_copy");
}

TEST(GuardFirst, StartsEmptyWhereAllAnsweredEmpty) {
  auto g = restart(0, 0);
  g.closed(started_empty());
  g.redis(1, parked(left_alone(1, 0, 1)));
  g.redis(2, parked(left_alone(2, 0, 1)));
  EXPECT_EQ(g.said(), "first_start open_door");
  g.silent(2);
  EXPECT_EQ(g.said(), "peer_may_hold_data hold");
  g.later(10min);
  EXPECT_EQ(g.said(), "peer_may_hold_data hold") << "without limit";
}

TEST(GuardFirst, StartsAloneOnlyWhereAbsenceIsProven) {
  Guarded g(0, 1);
  g.closed(started_empty());
  g.dns_names(0, DnsOutcome::nxdomain);
  EXPECT_EQ(g.said(), "peer_may_hold_data hold") << "NXDOMAIN of the Service proves nothing";
  g.dns_names(1);
  EXPECT_EQ(g.said(), "peer_may_hold_data hold") << "one answer proves nothing";
  g.later(5900ms);
  EXPECT_EQ(g.said(), "peer_may_hold_data hold");
  g.later(100ms);
  EXPECT_EQ(g.said(), "first_start open_door");
}

TEST(GuardFirst, AnAnswerOfOneFamilyOrWithoutThisPodProvesNothing) {
  Guarded g(0, 1);
  g.closed(started_empty());
  g.set.service_dns->value.complete = false;
  g.decide();
  g.later(7s);
  EXPECT_EQ(g.said(), "peer_may_hold_data hold");
  g.set.service_dns->value = {.outcome = DnsOutcome::found, .complete = true, .addresses = {IpAddress{"10.9.9.9"}}};
  g.decide();
  g.later(7s);
  EXPECT_EQ(g.said(), "peer_may_hold_data hold");
}

TEST(GuardFirst, AViewFromBeforeTheStartProvesNothing) {
  auto g = restart(7, 1000);
  g.set.pods[1].redis->asked = g.set.now - 1s;
  EXPECT_EQ(g.said(), "peer_silent") << "it may have got more since";
}

TEST(GuardFirst, AdoptsWhatIsOpen) {
  Guarded g(0);
  EXPECT_EQ(g.said(), "undecided hold") << "CONFIG GET is not allowed";
  g.redis(0, master_info());
  EXPECT_EQ(g.said(), "adopted");
  EXPECT_EQ(g.said(), "");
}

TEST(GuardFirst, TakesTheFenceAwayWhenItIsMasterAgain) {
  Guarded g(0);
  g.redis(0, master_info(), "* -::*", kFence);
  g.state.memory->min_replicas = 1;
  g.decide();
  const auto decision = g.decide();
  ASSERT_TRUE(decision && decision->action);
  EXPECT_EQ(to_text(*decision->action), "CONFIG SET min-replicas-to-write 1");
}

// Nobody holds data, so it opens; its one replica is parked.
void open_empty(Guarded& g) {
  g.closed(started_empty());
  g.redis(1, parked(left_alone(1, 0, 1)));
  ASSERT_EQ(g.said(), "first_start open_door");
  g.redis(0, started_empty());
  ASSERT_EQ(g.said(), "");
}

TEST(GuardFirst, TakesLateDataWhileNobodyHasWritten) {
  Guarded g(0, 2);
  open_empty(g);
  g.redis(1, parked(left_alone(1, 7, 1000)));
  g.spoke(1);
  EXPECT_EQ(g.said(), "reseeding set_fence");
  g.redis(0, started_empty(), "* -::*", kFence);
  EXPECT_EQ(g.said(), "reseeding follow 10.1.0.2");
  g.silent(1);
  EXPECT_EQ(g.said(), "reseeding") << "the fence stays until it has been asked again";
  g.later(3s);
  EXPECT_EQ(g.said(), "adopted set_fence") << "but not for ever";
  g.redis(1, parked(left_alone(1, 7, 1000)));
  g.spoke(1);
  auto written = started_empty();
  written.changes_since_save = 1;
  g.redis(0, written, "* -::*", kFence);
  EXPECT_EQ(g.said(), "adopted set_fence") << "somebody was quicker than the fence";
}

TEST(GuardFirst, TakesLateDataOfItsOwnHistory) {
  auto g = restart(5, 500);
  g.state.memory.reset();
  g.set.pods.resize(1);
  g.dns_names(1);
  ASSERT_EQ(g.said(), "data_is_best open_door");
  g.redis(0, restarted(5, 500));
  g.set.pods.push_back({.pod = "redis-1", .ordinal = 1, .addresses = {address_of(1)}, .is_self = false, .redis = {}});
  g.redis(1, parked(left_alone(1, 7, 1000)));
  EXPECT_EQ(g.said(), "reseeding set_fence") << "its data still stands where it began";
}

TEST(GuardFirst, DoesNotTakeTheDataOfWhoIsAboutToFollow) {
  Guarded g(0, 2);
  open_empty(g);
  g.redis(1, left_alone(1, 7, 1000));
  g.spoke(1);
  EXPECT_EQ(g.said(), "") << "each would follow the other";
}

TEST(GuardFirst, APeerWentOnWhereItsAgentSaysSoWhateverInfoShows) {
  auto g = restart(5, 1000);
  auto peer = parked(left_alone(1, 7, 14, kNew));
  peer.aof_enabled = true;
  peer.link->down_since_seconds.reset();
  g.redis(1, peer);
  g.redis(2, left_alone(2, 5, 1000));
  g.told(1, {.at = {.replid = kStranger, .offset = 1562}, .certainty = Certainty::at_least});
  g.set.pods[1].published->value.ancestors = {{.replid = kOld, .offset = 1000}};
  EXPECT_EQ(g.said(), "peer_silent") << "its file may be old, and who had more is not in DNS yet (seed 689664)";
  auto without_dns = g;
  without_dns.set.service_dns->value.complete = false;
  without_dns.later(15s);
  EXPECT_EQ(without_dns.said(), "reseeding keep_copy") << "DNS may never answer";
  g.later(6s);
  EXPECT_EQ(g.said(), "reseeding keep_copy");
}

TEST(GuardFirst, FindsACommonRootThroughTheAgents) {
  auto g = restart(5, 500);
  g.state.memory->at->offset = 600;
  for (const std::size_t peer : {1U, 2U}) {
    g.redis(peer, left_alone(static_cast<int>(peer), 7, 1000, kStranger));
    g.spoke(peer, {{.replid = kOld, .offset = 600}});
  }
  EXPECT_EQ(g.said(), "reseeding keep_copy");
}

TEST(GuardFirst, TheOperatorsWordOpens) {
  auto g = restart(5, 500);
  g.redis(1, left_alone(1, 5, 500));
  g.silent(2);
  ASSERT_EQ(g.said(), "peer_may_hold_data hold");
  g.state.has_word = true;
  const auto decision = g.decide();
  ASSERT_TRUE(decision && decision->action);
  EXPECT_EQ(decision->reason, Reason::bootstrapped);
  acted(g.state, *decision->action, Outcome::done, {}, g.set.now);
  EXPECT_FALSE(g.state.has_word) << "one shot";
  g.redis(0, restarted(5, 500));
  g.redis(2, parked(left_alone(2, 7, 1000)));
  EXPECT_EQ(g.said(), "") << "the operator has said with what it opens";
}

TEST(GuardFirst, OpensForNobodyWhomItWouldEmpty) {
  auto g = restart(7, 1000);
  info_of(g.set, 0).version = "8.0.2";
  EXPECT_EQ(g.said(), "master_format_newer");
  for (const std::size_t peer : {1U, 2U}) {
    g.redis(peer, parked(left_alone(static_cast<int>(peer), 7, 1000)));
  }
  EXPECT_EQ(g.said(), "data_is_best open_door");
}

TEST(GuardFirst, AFencedFollowerIsNoDonor) {
  auto g = restart(5, 500);
  auto follower = left_alone(1, 7, 1000);
  follower.replid2 = kStranger;
  follower.second_offset = 501;
  g.redis(1, follower, "* -::*", kFence);
  EXPECT_EQ(g.said(), "reseeding keep_copy") << "what moved its offset since are writes";
}

TEST(GuardFirst, RemembersWhatItsLastHistoryGrewOutOf) {
  auto g = restart(5, 500);
  g.state.memory->at = Position{.replid = kStranger, .offset = 900};
  g.state.memory->ancestors = {{.replid = kOld, .offset = 500}};
  for (const std::size_t peer : {1U, 2U}) {
    g.redis(peer, left_alone(static_cast<int>(peer), 7, 1000, kStranger));
  }
  EXPECT_EQ(g.said(), "reseeding keep_copy") << "the replicas followed it in a later history";
}

TEST(GuardFirst, ADonorWhoseDataItCannotReadIsNoDonor) {
  auto g = restart(0, 0);
  g.closed(started_empty());
  for (const std::size_t peer : {1U, 2U}) {
    info_of(g.set, peer).version = "8.0.2";
  }
  EXPECT_EQ(g.said(), "master_format_newer hold");
}

}  // namespace
}  // namespace agent::test
