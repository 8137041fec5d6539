#include "cli/print_config.h"

#include <gtest/gtest.h>

#include "core/text.h"
#include "unit/given.h"

namespace agent {
namespace {

// The words of the row of this setting, with one blank between them.
std::string row_of(const std::string& printed, std::string_view setting) {
  for (const auto line : split(printed, '\n')) {
    const auto pieces = words(line);
    if (!pieces.empty() && pieces.front() == setting) {
      std::string text;
      for (const auto piece : pieces) {
        text += cat(text.empty() ? "" : " ", piece);
      }
      return text;
    }
  }
  return "no such row";
}

TEST(PrintConfig, BeginsWithThePodAndItsMaster) {
  const auto printed = print_config(resolve(a_pod(Command::run)));
  EXPECT_TRUE(
      printed.starts_with("pod     redis-1\n"
                          "master  redis-0.redis.shop.svc.cluster.local.\n\n"
                          "SETTING"))
      << printed;
  auto first = a_pod(Command::run);
  first.flags = {"hostname=redis-0"};
  EXPECT_TRUE(print_config(resolve(first)).starts_with("pod     redis-0, the first of its set\n"));
}

TEST(PrintConfig, HasARowForEachSettingOfTheCommand) {
  for (const auto command :
       {Command::init, Command::run, Command::status, Command::probe, Command::bootstrap, Command::config}) {
    const auto printed = print_config(resolve(a_pod(command)));
    for (const auto& row : setting_table()) {
      EXPECT_EQ(row_of(printed, row.name) != "no such row", row.is_for(command)) << row.name;
    }
  }
}

TEST(PrintConfig, ShowsValueAndOrigin) {
  auto given = a_pod(Command::config);
  given.flags = {"tick=500ms", "tune=yes", "redis=[::1]:6379", "replicas=many"};
  given.environment["REDIS_AGENT_MASTERAUTH"] = "hunter2";
  const auto printed = print_config(resolve(given));
  EXPECT_EQ(row_of(printed, "tick"), "tick 500ms flag --tick");
  EXPECT_EQ(row_of(printed, "tune"), "tune true flag --tune");
  EXPECT_EQ(row_of(printed, "redis"), "redis [::1]:6379 flag --redis");
  EXPECT_EQ(row_of(printed, "service"), "service redis pod: /etc/hosts");
  EXPECT_EQ(row_of(printed, "socket"), "socket /run/redis-agent/agent.sock default");
  EXPECT_EQ(row_of(printed, "redis-user"), "redis-user - default: the default user");
  EXPECT_EQ(row_of(printed, "announce-ip"), "announce-ip - default");
  EXPECT_EQ(row_of(printed, "replicas"), "replicas many flag --replicas") << "a refused value is shown as given";
  EXPECT_EQ(row_of(printed, "masterauth"), "masterauth (set) environment REDIS_AGENT_MASTERAUTH");
  EXPECT_EQ(printed.find("hunter2"), std::string::npos);
}

TEST(PrintConfig, AHostnameThatCannotBeReadLeavesTheRest) {
  auto given = a_pod(Command::config);
  given.hostname = "laptop";
  const auto resolved = resolve(given);
  EXPECT_TRUE(print_config(resolved).starts_with("SETTING")) << print_config(resolved);
  EXPECT_EQ(row_of(print_config(resolved), "hostname"), "hostname laptop pod: hostname");
  EXPECT_EQ(row_of(print_config(resolved), "ordinal"), "ordinal - default: from the hostname");
}

TEST(PrintComplaints, HasALineForEach) {
  Resolved resolved;
  EXPECT_EQ(print_complaints(resolved, "run"), "");
  resolved.warnings = {"w"};
  resolved.errors = {"a", "b"};
  EXPECT_EQ(print_complaints(resolved, "run"), "redis-agent run: warning: w\nredis-agent run: a\nredis-agent run: b\n");
}

}  // namespace
}  // namespace agent
