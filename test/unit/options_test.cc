#include "cli/options.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/text.h"
#include "unit/case_name.h"

namespace agent {
namespace {

std::vector<std::string> arguments(const std::string& line) {
  std::vector<std::string> out;
  for (const auto word : words(line)) {
    out.emplace_back(word);
  }
  return out;
}

// "init service=redis tune=true", with the operand behind the command's name.
std::string as_text(const Invocation& invocation) {
  std::string text(invocation.command->name);
  if (!invocation.operand.empty()) {
    text += cat(' ', invocation.operand);
  }
  for (const auto& flag : invocation.flags) {
    text += cat(' ', flag.name, '=', flag.value);
  }
  return text;
}

struct Understood {
  std::string name;
  std::string line;
  std::string invocation;
};

class OptionsUnderstood : public testing::TestWithParam<Understood> {};

TEST_P(OptionsUnderstood, GiveCommandAndFlags) {
  const auto invocation = parse_options(arguments(GetParam().line));
  ASSERT_TRUE(invocation) << invocation.error().text;
  EXPECT_EQ(as_text(*invocation), GetParam().invocation);
}

INSTANTIATE_TEST_SUITE_P(
    All, OptionsUnderstood,
    testing::Values(Understood{"Bare", "run", "run"},
                    Understood{"Separate", "init --service redis", "init service=redis"},
                    Understood{"WithEquals", "init --service=redis", "init service=redis"},
                    Understood{"ValueWithEquals", "init --service=a=b", "init service=a=b"},
                    Understood{"NegativeNumber", "init --ordinal -1", "init ordinal=-1"},
                    Understood{"ValueWithCommas", "init --template a,b", "init template=a,b"},
                    Understood{"ValueInBrackets", "run --http [::]:8379", "run http=[::]:8379"},
                    Understood{"Switch", "init --tune", "init tune=true"},
                    Understood{"SwitchOff", "init --tune=false", "init tune=false"},
                    Understood{"LetterOfStatus", "status -o json", "status output-format=json"},
                    Understood{"LetterWithoutBlank", "status -ojson", "status output-format=json"},
                    Understood{"OutputOfInit", "init --output /etc/redis.conf", "init output=/etc/redis.conf"},
                    Understood{"WatchAlone", "status --watch", "status watch="},
                    Understood{"WatchWithInterval", "status --watch 5s", "status watch=5s"},
                    Understood{"WatchBeforeAFlag", "status --watch -o wide", "status output-format=wide watch="},
                    Understood{"ValueNamedAsACommand", "init --service run", "init service=run"},
                    Understood{"Probe", "probe live", "probe live"},
                    Understood{"ProbeWithFlagsAround", "probe --socket /a --deadline 1s ready",
                               "probe ready socket=/a deadline=1s"},
                    Understood{"Bootstrap", "bootstrap --accept-data-loss", "bootstrap accept-data-loss=true"},
                    Understood{"ConfigOfAll", "config", "config"},
                    Understood{"ConfigOfACommand", "config init --output /x", "config init output=/x"},
                    Understood{"ConfigTakesEveryFlag", "config --tick 1s --output /x", "config output=/x tick=1s"},
                    Understood{"Completion", "completion zsh", "completion zsh"},
                    Understood{"Version", "version", "version"}, Understood{"VersionAsAFlag", "--version", "version"}),
    kCaseName);

struct WrongWords {
  std::string name;
  std::string line;
  std::string text;  // without the last line, which points to --help
};

class OptionsRefused : public testing::TestWithParam<WrongWords> {};

TEST_P(OptionsRefused, SayWhatAndTheWayOut) {
  const auto invocation = parse_options(arguments(GetParam().line));
  ASSERT_FALSE(invocation) << as_text(*invocation);
  EXPECT_EQ(invocation.error().exit_code, 2);
  const auto& text = invocation.error().text;
  EXPECT_EQ(text.substr(0, text.find("\nSee ")), GetParam().text);
  EXPECT_TRUE(text.ends_with(" --help\n")) << text;
}

INSTANTIATE_TEST_SUITE_P(
    All, OptionsRefused,
    testing::Values(
        WrongWords{"Nothing", "",
                   "redis-agent: expected one of init, run, status, probe, bootstrap, config, version and completion"},
        WrongWords{"UnknownCommand", "inti", "redis-agent: there is no command inti; did you mean init?"},
        WrongWords{"UnlikeAnyCommand", "frobnicate",
                   "redis-agent: there is no command frobnicate; expected one of init, run, status, probe, bootstrap, "
                   "config, version and completion"},
        WrongWords{"FlagWithoutCommand", "--service=redis",
                   "redis-agent: there is no command --service; expected one of init, run, status, probe, bootstrap, "
                   "config, version and completion"},
        WrongWords{"FlagBeforeTheCommand", "--service=a init",
                   "redis-agent: --service stands before init; put flags behind the command"},
        WrongWords{"UnknownFlag", "init --servce redis",
                   "redis-agent init: there is no flag --servce; did you mean --service?"},
        WrongWords{"UnknownFlagHidesItsValue", "init --pass=hunter2", "redis-agent init: there is no flag --pass"},
        WrongWords{"OneDash", "init -service redis",
                   "redis-agent init: there is no flag -service; did you mean --service?"},
        WrongWords{"FlagOfAnother", "init --http 0.0.0.0:1", "redis-agent init: --http is not for init, but for run"},
        WrongWords{"NoValue", "init --service", "redis-agent init: --service needs a value"},
        WrongWords{"Twice", "init --service a --service b", "redis-agent init: --service is given twice"},
        WrongWords{
            "PasswordOnTheCommandLine", "run --redis-password hunter2",
            "redis-agent run: --redis-password is not taken from the command line, where everybody on the node can "
            "read it; set REDIS_AGENT_REDIS_PASSWORD, or put it in a file and pass --redis-password-file"},
        WrongWords{"PasswordWithEquals", "init --masterauth=hunter2",
                   "redis-agent init: --masterauth is not taken from the command line, where everybody on the node can "
                   "read it; set REDIS_AGENT_MASTERAUTH, or put it in a file and pass --masterauth-file"},
        WrongWords{"SecondCommand", "init run", "redis-agent init: \"run\" is not expected here"},
        WrongWords{"SecondValue", "init --service a b", "redis-agent init: \"b\" is not expected here"},
        WrongWords{"ProbeOfNothing", "probe", "redis-agent probe: expected live|ready|master|replica after it"},
        WrongWords{"ProbeOfSomethingElse", "probe life",
                   "redis-agent probe: \"life\" is not one of live|ready|master|replica; did you mean live?"},
        WrongWords{"ProbeOfTwo", "probe live ready", "redis-agent probe: \"ready\" is not expected here"},
        WrongWords{"CompletionOfNoShell", "completion ksh",
                   "redis-agent completion: \"ksh\" is not one of bash|zsh|fish; did you mean zsh?"},
        WrongWords{"FlagOfACommandWithoutSettings", "version --service a",
                   "redis-agent version: there is no flag --service"}),
    kCaseName);

TEST(Help, EndsWithZeroAndNamesEveryCommand) {
  const auto ending = parse_options({"--help"});
  ASSERT_FALSE(ending);
  EXPECT_EQ(ending.error().exit_code, 0);
  for (const auto& command : command_table()) {
    EXPECT_NE(ending.error().text.find(cat("\n  ", command.name, ' ')), std::string::npos) << command.name;
  }
}

TEST(Help, NamesTheFlagsOfACommandAndNoOthers) {
  for (const auto& command : command_table()) {
    const auto ending = parse_options({std::string(command.name), "--help"});
    ASSERT_FALSE(ending) << command.name;
    EXPECT_EQ(ending.error().exit_code, 0) << command.name;
    EXPECT_NE(ending.error().text.find("Exit codes:"), std::string::npos) << command.name;
    const auto said = words(ending.error().text);
    for (const auto& row : setting_table()) {
      const bool expected = command.settings && row.is_for(*command.settings) && !row.secret;
      EXPECT_EQ(std::ranges::find(said, flag_of(row)) != said.end(), expected) << command.name << ' ' << row.name;
    }
  }
}

}  // namespace
}  // namespace agent
