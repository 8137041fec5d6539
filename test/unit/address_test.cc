#include "core/address.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/case_name.h"

namespace agent {
namespace {

using namespace std::string_literals;

struct Ip {
  std::string name;
  std::string text;
  std::string canonical;  // empty: no address
};

class AddressIp : public testing::TestWithParam<Ip> {};

TEST_P(AddressIp, HasOneSpelling) {
  const auto ip = parse_ip(GetParam().text);
  EXPECT_EQ(ip ? ip->text : "", GetParam().canonical);
  if (ip) {
    EXPECT_EQ(parse_ip(ip->text), ip);
    EXPECT_EQ(ip->is_v6(), ip->text.find('.') == std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, AddressIp,
    testing::Values(Ip{"V4", "10.1.2.3", "10.1.2.3"}, Ip{"Zeros", "0.0.0.0", "0.0.0.0"}, Ip{"V6", "fd00::1", "fd00::1"},
                    Ip{"UpperCaseAndZeros", "FD00:0:0:0:0:0:0:0A", "fd00::a"}, Ip{"Any", "::", "::"},
                    Ip{"LongestRunOfZeros", "1:0:0:2:0:0:0:3", "1:0:0:2::3"},
                    Ip{"Mapped", "::ffff:10.0.0.1", "10.0.0.1"}, Ip{"MappedInHex", "::FFFF:a00:1", "10.0.0.1"},
                    Ip{"Empty", "", ""}, Ip{"Name", "redis-0", ""}, Ip{"LeadingBlank", " 10.0.0.1", ""},
                    Ip{"TrailingBlank", "10.0.0.1 ", ""}, Ip{"LeadingZero", "10.0.0.01", ""}, Ip{"Three", "10.0.1", ""},
                    Ip{"TooLarge", "10.0.0.256", ""}, Ip{"Zone", "fe80::1%eth0", ""}, Ip{"Brackets", "[::1]", ""},
                    Ip{"Port", "10.0.0.1:6379", ""}, Ip{"Network", "10.0.0.0/8", ""}, Ip{"TwoRuns", "1::2::3", ""},
                    Ip{"TextBehindNul", "10.0.0.1\0.evil"s, ""}),
    kCaseName);

struct Where {
  std::string name;
  std::string text;
  std::optional<std::uint16_t> default_port;
  std::string shown;  // empty: no endpoint
};

class AddressEndpoint : public testing::TestWithParam<Where> {};

TEST_P(AddressEndpoint, IsReadAndShown) {
  const auto endpoint = parse_endpoint(GetParam().text, GetParam().default_port);
  ASSERT_EQ(endpoint.has_value(), !GetParam().shown.empty());
  if (endpoint) {
    EXPECT_EQ(to_text(*endpoint), GetParam().shown);
    EXPECT_EQ(parse_endpoint(to_text(*endpoint)), endpoint);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, AddressEndpoint,
    testing::Values(Where{"V4", "10.1.2.3:6379", {}, "10.1.2.3:6379"},
                    Where{"V6", "[fd00::1]:6379", {}, "[fd00::1]:6379"},
                    Where{"Unix", "unix:/run/redis.sock", {}, "unix:/run/redis.sock"},
                    Where{"UnixWithColon", "unix:/run/a:1", {}, "unix:/run/a:1"},
                    Where{"MappedLosesItsBrackets", "[::ffff:10.0.0.1]:1", {}, "10.0.0.1:1"},
                    Where{"OwnPortBeforeTheDefault", "10.0.0.1:1", 6379, "10.0.0.1:1"},
                    Where{"DefaultPort", "10.0.0.1", 6379, "10.0.0.1:6379"},
                    Where{"DefaultPortV6", "fd00::1", 6379, "[fd00::1]:6379"},
                    Where{"DefaultPortBrackets", "[fd00::1]", 6379, "[fd00::1]:6379"},
                    Where{"NoPort", "10.0.0.1", {}, ""}, Where{"NoPortV6", "fd00::1", {}, ""},
                    Where{"EmptyPort", "10.0.0.1:", 6379, ""}, Where{"EmptyPortV6", "[fd00::1]:", 6379, ""},
                    Where{"PortTooLarge", "10.0.0.1:65536", {}, ""}, Where{"PortIsNoNumber", "10.0.0.1:redis", {}, ""},
                    Where{"NegativePort", "10.0.0.1:-1", {}, ""}, Where{"NoAddress", ":6379", {}, ""},
                    Where{"Name", "redis-0:6379", {}, ""}, Where{"Empty", "", 6379, ""},
                    Where{"V4InBrackets", "[10.0.0.1]:6379", {}, ""}, Where{"NotClosed", "[fd00::1", 6379, ""},
                    Where{"TextBehindTheBracket", "[fd00::1]6379", 6379, ""}, Where{"EmptyBrackets", "[]:6379", {}, ""},
                    Where{"RelativeUnix", "unix:redis.sock", {}, ""}, Where{"EmptyUnix", "unix:", {}, ""}),
    kCaseName);

TEST(Address, ListsOfAddresses) {
  const std::vector<IpAddress> both{{"10.1.2.3"}, {"fd00::1"}};
  EXPECT_EQ(to_text(both), "10.1.2.3, fd00::1");
  EXPECT_EQ(to_text(std::vector<IpAddress>{}), "");
  EXPECT_TRUE(contains(both, {"fd00::1"}));
  EXPECT_FALSE(contains(both, {"fd00::2"}));
}

}  // namespace
}  // namespace agent
