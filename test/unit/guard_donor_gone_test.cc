// The pod whose data the first pod takes is gone.
#include <gtest/gtest.h>

#include "unit/guarded.h"

namespace agent::test {
namespace {

using namespace std::chrono_literals;

// The first pod, empty, follows redis-1 of two, whose pod leaves then.
Guarded left_by_donor() {
  Guarded g(0, 2);
  auto empty = started_empty();
  empty.run_id = "run-0";
  g.closed(empty);
  g.redis(1, left_alone(1, 7, 1000));
  EXPECT_EQ(g.said(), "reseeding follow 10.1.0.2");
  auto follower = empty_follower();
  follower.run_id = "run-0";
  g.redis(0, follower);
  EXPECT_EQ(g.said(), "reseeding");
  g.set.pods.resize(1);
  g.dns_names(1);
  EXPECT_EQ(g.said(), "reseeding") << "it comes back with another address";
  return g;
}

// What the first pod's Redis shows, which still has the address of the donor that left.
void stays_there(Guarded& g, RedisInfo info) {
  info.run_id = "run-0";
  info.link->host = address_of(1).text;
  g.redis(0, std::move(info));
}

void comes_back(Guarded& g, std::int64_t keys, std::int64_t offset) {
  g.set.pods.push_back(healthy_set(0).pods[1]);
  g.redis(1, parked(left_alone(1, keys, offset)));
  g.set.pods[1].addresses = {address_of(9)};
}

TEST(GuardDonorGone, FollowsADonorToItsNewAddress) {
  auto g = left_by_donor();
  comes_back(g, 7, 1000);
  EXPECT_EQ(g.said(), "reseeding follow " + address_of(9).text);
}

TEST(GuardDonorGone, WaitsForADonorThatIsGoneBeforeItTakesLess) {
  auto g = left_by_donor();
  comes_back(g, 5, 600);
  EXPECT_EQ(g.said(), "reseeding") << "the donor had more";
  g.later(kNoProgress);
  EXPECT_EQ(g.said(), "reseeding follow " + address_of(9).text);
}

// Where the donor's file ended was not known, so nobody can be told to have all of it.
TEST(GuardDonorGone, WaitsForADonorWhoseEndWasNotKnown) {
  auto g = left_by_donor();
  g.state.donor_had->certainty = Certainty::at_least;
  comes_back(g, 5, 1000);
  EXPECT_EQ(g.said(), "reseeding");
}

TEST(GuardDonorGone, TakesNoLessThanItOnceHadPastASilentPod) {
  auto g = left_by_donor();
  g.state.memory->at = Position{.replid = kOld, .offset = 1000};
  comes_back(g, 5, 600);
  auto silent = g.set.pods[1];
  silent.addresses = {address_of(8)};
  silent.redis = failed(Contact::loading);
  g.set.pods.push_back(silent);
  g.later(kNoProgress);
  EXPECT_EQ(g.said(), "donor_silent hold");
}

// A master there that is no pod's pings, too.
TEST(GuardDonorGone, HoldsWhereALinkStaysUpToAnAddressThatIsNoPods) {
  auto g = left_by_donor();
  stays_there(g, linked(0, 7, 1000));
  EXPECT_EQ(g.said(), "reseeding");
  g.later(kNoProgress);
  stays_there(g, linked(0, 7, 1014));
  EXPECT_EQ(g.said(), "donor_silent hold");
}

TEST(GuardDonorGone, BecomesNoMasterWithWhatAStrangerGaveAtThatAddress) {
  auto g = left_by_donor();
  stays_there(g, left_alone(0, 7, 2000, kStranger));
  g.state.synced_with = address_of(1).text;
  EXPECT_EQ(g.said(), "reseeding");
  g.later(kNoProgress);
  EXPECT_EQ(g.said(), "donor_silent hold");
}

TEST(GuardDonorGone, HoldsEmptyWhereTheDonorIsGone) {
  auto g = left_by_donor();
  g.later(kNoProgress);
  EXPECT_EQ(g.said(), "donor_silent hold") << "DNS names nobody else, and yet there is data";
  g.state.has_word = true;
  EXPECT_EQ(g.said(), "bootstrapped promote");
}

TEST(GuardDonorGone, BecomesMasterWithAllThatADonorGaveThatIsGone) {
  auto g = left_by_donor();
  stays_there(g, left_alone(0, 7, 1000));
  g.state.synced_with = address_of(1).text;
  EXPECT_EQ(g.said(), "reseeding");
  g.later(15s);
  EXPECT_EQ(g.said(), "peer_silent promote");
}

// The state file tells the next agent whose address that was.
TEST(GuardDonorGone, AnotherAgentGoesOnWhereADonorIsGone) {
  auto g = left_by_donor();
  auto next = parse_memory(to_text(*g.state.memory));
  g.state = {};
  g.state.memory = next;
  g.state.boot_id = "boot";
  comes_back(g, 7, 1000);
  EXPECT_EQ(g.said(), "reseeding");
  g.later(kNoProgress);
  EXPECT_EQ(g.said(), "reseeding follow " + address_of(9).text);
  g.state.memory->donor.clear();
  EXPECT_EQ(g.said(), "undecided hold") << "an address that was no pod's, as far as anybody knows";
}

}  // namespace
}  // namespace agent::test
