#include "core/empty_master.h"

#include <gtest/gtest.h>

#include "unit/case_name.h"
#include "unit/sight.h"

namespace agent {
namespace {

// The set as its empty first pod sees it: the other two answer, and hold nothing.
Observation empty_set() {
  auto set = test::healthy_set(0);
  set.pods[0].redis = test::failed(Contact::refused);
  for (const std::size_t peer : {1U, 2U}) {
    test::info_of(set, peer).keys = 0;
  }
  set.service_dns = set.master_dns;
  return set;
}

TEST(DataElsewhere, isNowhereInAnEmptySet) { EXPECT_EQ(data_elsewhere(empty_set()), std::nullopt); }

struct DataCase {
  const char* name;
  void (*breaks)(Observation&);
  const char* words;  // in what is said; empty: the pod may become master
};

class DataElsewhere : public testing::TestWithParam<DataCase> {};

TEST_P(DataElsewhere, needsProof) {
  auto set = empty_set();
  GetParam().breaks(set);
  const auto why = data_elsewhere(set);
  EXPECT_EQ(why.has_value(), *GetParam().words != '\0');
  EXPECT_NE(why.value_or("").find(GetParam().words), std::string::npos) << why.value_or("");
}

constexpr DataCase kCases[] = {
    {"keys", [](Observation& set) { test::info_of(set, 1).keys = 3; }, "redis-1 (3 keys) holds data"},
    {"keysOfTwo",
     [](Observation& set) {
       test::info_of(set, 1).keys = 3;
       test::info_of(set, 2).keys = 1;
     },
     "redis-1 (3 keys) and redis-2 (1 key) hold data"},
    {"keysBesideSilence",
     [](Observation& set) {
       test::info_of(set, 1).keys = 3;
       set.pods[2].redis = test::failed(Contact::silent);
     },
     "redis-1 (3 keys) holds data"},
    {"noPassword", [](Observation& set) { set.pods[1].redis = test::failed(Contact::noauth); },
     "redis-1 (noauth) does not say"},
    {"wrongPassword", [](Observation& set) { set.pods[1].redis = test::failed(Contact::wrongpass); },
     "--redis-password-file"},
    {"noRights", [](Observation& set) { set.pods[1].redis = test::failed(Contact::noperm); }, "redis-1 (noperm)"},
    {"frozen", [](Observation& set) { set.pods[1].redis = test::failed(Contact::silent); }, "redis-1 (silent)"},
    {"loading", [](Observation& set) { set.pods[1].redis->value.contact = Contact::loading; }, "redis-1 (loading)"},
    {"noKeyspace", [](Observation& set) { test::info_of(set, 2).keys.reset(); }, "redis-2 (pong)"},
    {"notAsked", [](Observation& set) { set.pods[2].redis.reset(); }, "redis-2 (not asked yet)"},
    {"nobodyListens", [](Observation& set) { set.pods[1].redis = test::failed(Contact::refused); }, ""},
    {"unreachable", [](Observation& set) { set.pods[1].redis = test::failed(Contact::unreachable); },
     "redis-1 (unreachable) does not say"},
    {"closed", [](Observation& set) { set.pods[1].redis = test::failed(Contact::closed); },
     "redis-1 (closed) does not say"},
    {"noAddress",
     [](Observation& set) {
       set.pods[2].redis.reset();
       set.pods[2].addresses.clear();
     },
     ""},
    {"noService", [](Observation& set) { set.service_dns->value.outcome = DnsOutcome::nxdomain; }, ""},
    {"dnsFails", [](Observation& set) { set.service_dns->value.outcome = DnsOutcome::timeout; }, "DNS says timeout"},
    {"dnsSilent", [](Observation& set) { set.service_dns.reset(); }, "DNS has not answered"},
};

INSTANTIATE_TEST_SUITE_P(Table, DataElsewhere, testing::ValuesIn(kCases), kCaseName);

}  // namespace
}  // namespace agent
