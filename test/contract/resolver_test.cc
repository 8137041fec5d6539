// What a Resolver promises, held to by the simulated and the real one.
#include <gtest/gtest.h>

#include <optional>

#include "contract/dns_lab.h"

namespace agent {
namespace {

using namespace std::chrono_literals;

const std::string kName = "redis-0.redis.default.svc.cluster.local.";
const IpAddress kV4{"10.1.2.3"};
const IpAddress kOtherV4{"10.1.2.10"};
const IpAddress kV6{"fd00::3"};
const SimAnswer kNoData{DnsOutcome::nodata, {}};

class ResolverContract : public testing::TestWithParam<std::unique_ptr<DnsLab> (*)()> {
 protected:
  DnsView look_up(const std::string& name, Duration timeout = 1s) {
    std::optional<DnsView> view;
    lab->resolver().look_up(name, timeout, [&](DnsView answer) { view = std::move(answer); });
    EXPECT_FALSE(view) << "called back from within the call";
    EXPECT_TRUE(lab->run_until([&] { return view.has_value(); }, timeout + 500ms)) << "never called back";
    return view.value_or(DnsView{});
  }
  DnsView look_up(const SimAnswer& a, const SimAnswer& aaaa, Duration timeout = 1s) {
    lab->set(kName, a, aaaa);
    return look_up(kName, timeout);
  }
  // Lets time pass and everything happen that is due.
  void idle(Duration span) {
    EXPECT_FALSE(lab->run_until([] { return false; }, span));
  }

  std::unique_ptr<DnsLab> lab = GetParam()();
};

INSTANTIATE_TEST_SUITE_P(, ResolverContract, testing::Values(&sim_dns, &real_dns),
                         [](const auto& which) { return which.index == 0 ? "sim" : "real"; });

TEST_P(ResolverContract, GivesTheAddressesOfBothFamiliesSorted) {
  const auto view = look_up({DnsOutcome::found, {kV4, kOtherV4}}, {DnsOutcome::found, {kV6}});
  EXPECT_EQ(view.outcome, DnsOutcome::found);
  EXPECT_TRUE(view.complete);
  EXPECT_EQ(view.addresses, (std::vector{kOtherV4, kV4, kV6}));
}

TEST_P(ResolverContract, OneFamilyIsEnough) {
  const auto view = look_up({DnsOutcome::found, {kV4}}, kNoData);
  EXPECT_EQ(view.outcome, DnsOutcome::found);
  EXPECT_TRUE(view.complete);
  EXPECT_EQ(view.addresses, std::vector{kV4});
}

TEST_P(ResolverContract, TellsEachReasonForNoAddressApart) {
  for (const auto outcome : {DnsOutcome::nxdomain, DnsOutcome::nodata, DnsOutcome::servfail, DnsOutcome::refused,
                             DnsOutcome::timeout, DnsOutcome::truncated, DnsOutcome::malformed}) {
    const auto view = look_up({outcome, {}}, {outcome, {}}, 200ms);
    EXPECT_EQ(to_text(view.outcome), to_text(outcome));
    EXPECT_EQ(view.complete, outcome == DnsOutcome::nxdomain || outcome == DnsOutcome::nodata) << to_text(outcome);
    EXPECT_TRUE(view.addresses.empty());
  }
  lab->take_away();
  EXPECT_EQ(to_text(look_up(kName).outcome), "unreachable");
}

TEST_P(ResolverContract, AFailedFamilyIsNoProofOfAbsence) {
  auto view = look_up({DnsOutcome::servfail, {}}, kNoData);
  EXPECT_EQ(view.outcome, DnsOutcome::servfail);
  EXPECT_FALSE(view.complete);
  view = look_up({DnsOutcome::nxdomain, {}}, {DnsOutcome::timeout, {}}, 100ms);
  EXPECT_EQ(view.outcome, DnsOutcome::timeout);
  EXPECT_FALSE(view.complete);
  view = look_up({DnsOutcome::found, {kV4}}, {DnsOutcome::refused, {}});
  EXPECT_EQ(view.outcome, DnsOutcome::found);
  EXPECT_FALSE(view.complete);
  EXPECT_EQ(view.addresses, std::vector{kV4});
}

TEST_P(ResolverContract, WaitsForASlowAnswer) {
  EXPECT_EQ(look_up({DnsOutcome::found, {kV4}, 300ms}, kNoData, 1s).outcome, DnsOutcome::found);
}

TEST_P(ResolverContract, KeepsTheDeadline) {
  lab->set(kName, {DnsOutcome::timeout, {}}, {DnsOutcome::timeout, {}});
  for (const Duration timeout : {30ms, 250ms}) {
    const auto start = lab->clock().now();
    EXPECT_EQ(look_up(kName, timeout).outcome, DnsOutcome::timeout);
    const auto waited = lab->clock().now() - start;
    EXPECT_GE(waited, timeout);
    EXPECT_LE(waited, timeout + 200ms);
  }
}

TEST_P(ResolverContract, KeepsWhatOneFamilySaidAtTheDeadline) {
  const auto view = look_up({DnsOutcome::found, {kV4}}, {DnsOutcome::timeout, {}}, 100ms);
  EXPECT_EQ(view.outcome, DnsOutcome::found);
  EXPECT_FALSE(view.complete);
}

TEST_P(ResolverContract, ALateAnswerIsNobodys) {
  lab->set(kName, {DnsOutcome::found, {kV4}, 150ms}, {DnsOutcome::nodata, {}, 150ms});
  int calls = 0;
  lab->resolver().look_up(kName, 50ms, [&](const DnsView&) { ++calls; });
  idle(300ms);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(look_up({DnsOutcome::found, {kOtherV4}}, kNoData).addresses, std::vector{kOtherV4});
}

TEST_P(ResolverContract, RemembersNothing) {
  EXPECT_EQ(look_up({DnsOutcome::nxdomain, {}}, {DnsOutcome::nxdomain, {}}).outcome, DnsOutcome::nxdomain);
  EXPECT_EQ(look_up({DnsOutcome::found, {kV4}}, kNoData).addresses, std::vector{kV4});
  EXPECT_EQ(look_up({DnsOutcome::found, {kOtherV4}}, kNoData).addresses, std::vector{kOtherV4});
  EXPECT_EQ(look_up(kNoData, kNoData).outcome, DnsOutcome::nodata);
}

TEST_P(ResolverContract, AnswersManyAtOnceOnceEach) {
  std::vector<int> calls(20, 0);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const auto name = "redis-" + std::to_string(i) + ".redis.default.svc.cluster.local.";
    lab->set(name, {DnsOutcome::found, {kV4}}, kNoData);
    lab->resolver().look_up(name, 1s, [&calls, i](const DnsView& view) {
      EXPECT_EQ(view.outcome, DnsOutcome::found);
      ++calls[i];
    });
  }
  EXPECT_TRUE(lab->run_until([&] { return calls == std::vector(20, 1); }, 2s));
  idle(20ms);
  EXPECT_EQ(calls, std::vector(20, 1));
}

TEST_P(ResolverContract, ACallbackMayAskAgain) {
  lab->set(kName, {DnsOutcome::found, {kV4}}, kNoData);
  int answers = 0;
  std::function<void(DnsView)> ask_again = [&](const DnsView&) {
    if (++answers < 50) {
      lab->resolver().look_up(kName, 1s, ask_again);
    }
  };
  lab->resolver().look_up(kName, 1s, ask_again);
  EXPECT_TRUE(lab->run_until([&] { return answers == 50; }, 5s));
}

TEST_P(ResolverContract, MayBeDestroyedWithQuestionsOut) {
  lab->set(kName, {DnsOutcome::found, {kV4}, 20ms}, {DnsOutcome::timeout, {}});
  int calls = 0;
  for (int i = 0; i < 5; ++i) {
    lab->resolver().look_up(kName, 100ms, [&](const DnsView&) { ++calls; });
  }
  idle(50ms);  // one family of each is in
  lab->destroy_resolver();
  idle(150ms);
  EXPECT_EQ(calls, 0);
}

TEST_P(ResolverContract, MayBeDestroyedInsideACallback) {
  lab->set(kName, {DnsOutcome::found, {kV4}}, kNoData);
  int calls = 0;
  for (int i = 0; i < 5; ++i) {
    lab->resolver().look_up(kName, 1s, [&](const DnsView&) {
      ++calls;
      lab->destroy_resolver();
    });
  }
  EXPECT_TRUE(lab->run_until([&] { return calls > 0; }, 2s));
  idle(50ms);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace agent
