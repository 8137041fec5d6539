#include "core/identity.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/case_name.h"

namespace agent {
namespace {

const std::string k63(63, 'a');

struct Known {
  std::string name;
  std::string hostname;
  int first_ordinal;
  Identity identity;
};

class IdentityRead : public testing::TestWithParam<Known> {};

TEST_P(IdentityRead, HasSetAndOrdinal) {
  const auto identity = parse_identity(GetParam().hostname, GetParam().first_ordinal);
  ASSERT_TRUE(identity) << identity.error();
  EXPECT_EQ(*identity, GetParam().identity);
}

INSTANTIATE_TEST_SUITE_P(
    All, IdentityRead,
    testing::Values(Known{"First", "redis-0", 0, {"redis", 0}},
                    Known{"LastDashCounts", "redis-7-12", 0, {"redis-7", 12}},
                    Known{"FqdnIsCutAtTheFirstDot", "redis-3.redis.default.svc.cluster.local", 0, {"redis", 3}},
                    Known{"TrailingDot", "redis-3.", 0, {"redis", 3}}, Known{"SetOfDigits", "6379-1", 0, {"6379", 1}},
                    Known{"FirstOrdinalItself", "redis-5", 5, {"redis", 5}},
                    Known{"AboveTheFirstOrdinal", "redis-11", 5, {"redis", 11}},
                    Known{"LargestOrdinal", "redis-2147483647", 0, {"redis", 2147483647}},
                    Known{"LongestLabel", k63.substr(2) + "-0", 0, {k63.substr(2), 0}}),
    kCaseName);

struct Refused {
  std::string name;
  std::string hostname;
  int first_ordinal;
  std::string error;
};

class IdentityRefused : public testing::TestWithParam<Refused> {};

TEST_P(IdentityRefused, SaysTheWayOut) {
  const auto identity = parse_identity(GetParam().hostname, GetParam().first_ordinal);
  ASSERT_FALSE(identity) << identity->set << ' ' << identity->ordinal;
  EXPECT_EQ(identity.error(), GetParam().error);
}

std::string no_ordinal(const std::string& hostname, const std::string& why = "expected <set>-<number>") {
  return "cannot read an ordinal from hostname \"" + hostname + "\": " + why + "; pass --ordinal";
}

std::string no_label(const std::string& hostname) {
  return "hostname \"" + hostname +
         "\" is no DNS label (1 to 63 of a-z, 0-9 and '-', which is at neither end); a pod of a StatefulSet has "
         "<set>-<number>";
}

INSTANTIATE_TEST_SUITE_P(
    All, IdentityRefused,
    testing::Values(
        Refused{"NoDash", "redis", 0, no_ordinal("redis")}, Refused{"NoNumber", "redis-a", 0, no_ordinal("redis-a")},
        Refused{"NumberAndMore", "redis-5a", 0, no_ordinal("redis-5a")},
        Refused{"NumberOnly", "12", 0, no_ordinal("12")},
        Refused{"Deployment", "redis-6c7f9b8d5-x2x7q", 0, no_ordinal("redis-6c7f9b8d5-x2x7q")},
        Refused{"NoNumberInFqdn", "redis.default", 0, no_ordinal("redis")},
        Refused{"Empty", "", 0, no_ordinal("", "it is empty, expected <set>-<number>")},
        Refused{"DotFirst", ".redis-0", 0, no_ordinal(".redis-0", "it is empty, expected <set>-<number>")},
        Refused{"SetEndsWithDash", "redis--1", 0,
                no_ordinal("redis--1", "no set is called \"redis-\", expected <set>-<number>")},
        Refused{"LeadingZero", "redis-01", 0,
                no_ordinal("redis-01", "\"01\" has a leading zero, which no StatefulSet writes")},
        Refused{"TwoZeros", "redis-00", 0,
                no_ordinal("redis-00", "\"00\" has a leading zero, which no StatefulSet writes")},
        Refused{"JustTooLarge", "redis-2147483648", 0, no_ordinal("redis-2147483648", "2147483648 is too large")},
        Refused{"FarTooLarge", "redis-99999999999999999999", 0,
                no_ordinal("redis-99999999999999999999", "99999999999999999999 is too large")},
        Refused{"BelowTheFirst", "redis-4", 5,
                "hostname \"redis-4\" has ordinal 4, below the first ordinal 5; --first-ordinal is the set's "
                ".spec.ordinals.start"},
        Refused{"UpperCase", "Redis-0", 0, no_label("Redis-0")},
        Refused{"Underscore", "redis_set-0", 0, no_label("redis_set-0")},
        Refused{"EndsWithDash", "redis-", 0, no_label("redis-")}, Refused{"DashFirst", "-0", 0, no_label("-0")},
        Refused{"Blank", " redis-0", 0, no_label(" redis-0")},
        Refused{"LineEnd", "redis-0\n", 0, no_label("redis-0\n")},
        Refused{"SixtyFour", k63.substr(1) + "-0", 0, no_label(k63.substr(1) + "-0")},
        Refused{"NotAscii",
                "r\xc3\xa9"
                "dis-0",
                0,
                no_label("r\xc3\xa9"
                         "dis-0")}),
    kCaseName);

TEST(Identity, NamesOfThePods) {
  EXPECT_EQ(pod_name(Identity{"redis-7", 12}), "redis-7-12");
  EXPECT_EQ(pod_name("redis", 0), "redis-0");
  const Domain domain{"redis", "default", "cluster.local"};
  EXPECT_EQ(service_fqdn(domain), "redis.default.svc.cluster.local.");
  EXPECT_EQ(pod_fqdn(domain, "redis-0"), "redis-0.redis.default.svc.cluster.local.");
}

TEST(Identity, DnsLabels) {
  for (const auto* label : {"a", "0", "a-b", "a--b", "0a"}) {
    EXPECT_TRUE(is_dns_label(label)) << label;
  }
  EXPECT_TRUE(is_dns_label(k63));
  for (const auto* label : {"", "-", "-a", "a-", "A", "a.b", "a_b", "a b"}) {
    EXPECT_FALSE(is_dns_label(label)) << label;
  }
  EXPECT_FALSE(is_dns_label(k63 + "a"));
  EXPECT_FALSE(is_dns_label(std::string_view("a\0b", 3)));
}

TEST(Identity, DnsNames) {
  const auto k252 = k63 + '.' + k63 + '.' + k63 + '.' + k63.substr(3);
  for (const auto& name :
       {std::string("a"), std::string("cluster.local"), std::string("k8s.eu-1.example.com"), k252 + 'a'}) {
    EXPECT_TRUE(is_dns_name(name)) << name;
  }
  for (const auto& name : {std::string(), std::string("."), std::string("a."), std::string(".a"), std::string("a..b"),
                           std::string("Cluster.local"), k252 + "aa", k252 + ".a"}) {
    EXPECT_FALSE(is_dns_name(name)) << name;
  }
}

}  // namespace
}  // namespace agent
