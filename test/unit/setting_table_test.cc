#include "cli/setting_table.h"

#include <gtest/gtest.h>

#include <set>

#include "core/text.h"
#include "unit/case_name.h"

namespace agent {
namespace {

TEST(SettingTable, HasEachNameOnce) {
  std::set<std::string_view> names;
  for (const auto& row : setting_table()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(find_setting(row.name), &row);
  }
  EXPECT_EQ(find_setting("no-such-setting"), nullptr);
}

TEST(SettingTable, HasWhatHelpNeedsInEachRow) {
  for (const auto& row : setting_table()) {
    EXPECT_FALSE(row.help.empty() || row.help.ends_with('.')) << row.name;
    EXPECT_FALSE(row.group.empty()) << row.name;
    EXPECT_NE(row.commands.bits, 0U) << row.name;
    EXPECT_EQ(row.metavar.empty(), row.takes == Takes::nothing) << row.name;
  }
}

// The words of a choice stand in the order of the enumerators, so this fails when somebody reorders either.
TEST(SettingTable, ShowsEachChoiceAsItWasGiven) {
  for (const auto& row : setting_table()) {
    for (const auto word : choices_of(row)) {
      Draft draft;
      ASSERT_TRUE(row.apply(draft, word, row.metavar)) << row.name << ' ' << word;
      EXPECT_EQ(row.show(draft, row.metavar), std::string(word)) << row.name;
    }
  }
  Draft draft;
  ASSERT_TRUE(find_setting("output-format")->apply(draft, "yaml", find_setting("output-format")->metavar));
  EXPECT_EQ(draft.settings.output, OutputFormat::yaml);
  ASSERT_TRUE(find_setting("directive")->apply(draft, "replicaof", find_setting("directive")->metavar));
  EXPECT_EQ(draft.settings.init.directive, Directive::replicaof);
  ASSERT_TRUE(find_setting("master-address")->apply(draft, "ip", find_setting("master-address")->metavar));
  EXPECT_EQ(draft.settings.init.master_address, MasterAddress::ip);
  ASSERT_TRUE(find_setting("log-format")->apply(draft, "json", find_setting("log-format")->metavar));
  EXPECT_EQ(draft.settings.log_format, LogFormat::json);
  ASSERT_TRUE(find_setting("boot")->apply(draft, "guarded", find_setting("boot")->metavar));
  EXPECT_EQ(draft.settings.guard.boot, Boot::guarded);
  ASSERT_TRUE(find_setting("repair")->apply(draft, "force", find_setting("repair")->metavar));
  EXPECT_EQ(draft.settings.guard.repair, Repair::force);
  const auto& newer = *find_setting("on-newer-replica");
  ASSERT_TRUE(newer.apply(draft, "keep-copy", newer.metavar));
  EXPECT_EQ(draft.settings.guard.on_newer_replica, OnNewerReplica::keep_copy);
  ASSERT_TRUE(find_setting("color")->apply(draft, "never", find_setting("color")->metavar));
  EXPECT_EQ(draft.settings.color, Color::never);
}

TEST(SettingTable, ShowsADefaultThatItAccepts) {
  for (const auto& row : setting_table()) {
    const auto shown = row.show(Draft{}, row.metavar);
    if (shown) {
      Draft draft;
      EXPECT_TRUE(row.apply(draft, *shown, row.metavar)) << row.name;
      EXPECT_EQ(row.show(draft, row.metavar), shown) << row.name;
    }
  }
}

// Two rows that write to one field would make one of them worthless.
TEST(SettingTable, WritesToAFieldOfItsOwn) {
  for (const auto& row : setting_table()) {
    const std::string_view text = row.takes == Takes::nothing ? "true"
                                  : row.metavar == "FILE"     ? "/other"
                                  : row.metavar == "DIR"      ? "/other"
                                  : row.metavar == "N"        ? "7"
                                  : row.metavar == "PORT"     ? "7"
                                  : row.metavar == "DURATION" ? "7s"
                                  : row.metavar == "INTERVAL" ? "7s"
                                  : row.metavar == "ENDPOINT" ? "10.0.0.7:7"
                                  : choices_of(row).empty()   ? "other"
                                                              : choices_of(row).back();
    Draft draft;
    ASSERT_TRUE(row.apply(draft, text, row.metavar)) << row.name;
    for (const auto& other : setting_table()) {
      if (&other == &row) {
        EXPECT_NE(other.show(draft, other.metavar), other.show(Draft{}, other.metavar)) << row.name;
      } else if (&other != &row) {
        EXPECT_EQ(other.show(draft, other.metavar), other.show(Draft{}, other.metavar))
            << row.name << ' ' << other.name;
      }
    }
  }
}

TEST(SettingTable, KnowsItsNamesElsewhere) {
  const auto& row = *find_setting("dns-timeout");
  EXPECT_EQ(flag_of(row), "--dns-timeout");
  EXPECT_EQ(environment_of(row), "REDIS_AGENT_DNS_TIMEOUT");
  EXPECT_EQ(default_of(row), "1s");
  EXPECT_EQ(commands_of(row), "init, run, status");
  EXPECT_EQ(default_of(*find_setting("hostname")), "the hostname");
  EXPECT_EQ(default_of(*find_setting("tune")), "");
}

struct Bad {
  std::string name;
  std::string setting;
  std::string text;
  std::string error;
};

class SettingRefused : public testing::TestWithParam<Bad> {};

TEST_P(SettingRefused, SaysWhatWasExpected) {
  const auto& row = *find_setting(GetParam().setting);
  Draft draft;
  const auto accepted = row.apply(draft, GetParam().text, row.metavar);
  ASSERT_FALSE(accepted);
  EXPECT_EQ(accepted.error(), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    All, SettingRefused,
    testing::Values(
        Bad{"EmptyText", "redis-user", "", "is empty; give it a value or leave it out"},
        Bad{"NoNumber", "replicas", "three", "\"three\" is not a whole number"},
        Bad{"NumberWithTail", "replicas", "3x", "\"3x\" is not a whole number"},
        Bad{"TooFew", "replicas", "0", "\"0\" is less than 1"},
        Bad{"Negative", "ordinal", "-1", "\"-1\" is less than 0"},
        Bad{"TooLarge", "ordinal", "99999999999", "\"99999999999\" is not a whole number"},
        Bad{"PortZero", "redis-port", "0", "\"0\" is not a port; expected 1 to 65535"},
        Bad{"PortTooLarge", "redis-port", "65536", "\"65536\" is not a port; expected 1 to 65535"},
        Bad{"NoTime", "tick", "0s", "\"0s\" must be more than 0"},
        Bad{"NoSwitch", "tune", "maybe", "\"maybe\" is not true or false"},
        Bad{"NoChoice", "directive", "follow", "\"follow\" is not one of slaveof|replicaof"},
        Bad{"ChoiceIsExact", "log-format", "JSON", "\"JSON\" is not one of text|json"},
        Bad{"NoLabel", "service", "my_svc",
            "\"my_svc\" is no DNS label (1 to 63 of a-z, 0-9 and '-', not at the ends)"},
        Bad{"FullNameAsService", "service", "redis.default",
            "\"redis.default\" is no DNS label (1 to 63 of a-z, 0-9 and '-', not at the ends)"},
        Bad{"DotAtTheEnd", "cluster-domain", "cluster.local.",
            "\"cluster.local.\" is no DNS name (labels of a-z, 0-9 and '-' joined by dots, no dot at the end)"},
        Bad{"RelativePath", "socket", "agent.sock", "\"agent.sock\" is no absolute path (it begins with /)"},
        Bad{"NameAsEndpoint", "redis", "localhost:6379",
            "\"localhost:6379\" is not an endpoint; expected ADDRESS:PORT, [IPV6]:PORT or unix:/path (a name is not "
            "looked up)"},
        Bad{"UrlIsNotRepeated", "redis", "redis://u:hunter2@h",
            "\"(a URL)\" is not an endpoint; expected ADDRESS:PORT, [IPV6]:PORT or unix:/path (a name is not looked "
            "up)"},
        Bad{"BootUnknown", "boot", "warm", "\"warm\" is not one of direct|guarded"},
        Bad{"KeepCopyIsSpelledWithADash", "on-newer-replica", "keep_copy",
            "\"keep_copy\" is not one of hold|keep-copy"}),
    kCaseName);

}  // namespace
}  // namespace agent
