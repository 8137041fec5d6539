#include "cli/completion.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cli/command_table.h"
#include "cli/setting_table.h"
#include "core/text.h"

namespace agent {
namespace {

// How each shell's script spells a flag.
std::string spelled(std::string_view shell, const SettingRow& row) {
  return shell == "fish" ? cat(" -l ", row.name, ' ') : flag_of(row);
}

TEST(Completion, KnowsEveryFlagAndCommandAndNoPassword) {
  for (const auto* shell : {"bash", "zsh", "fish"}) {
    const auto script = completion_script(shell);
    for (const auto& row : setting_table()) {
      if (!row.secret) {
        EXPECT_NE(script.find(spelled(shell, row)), std::string::npos) << shell << ' ' << row.name;
        continue;
      }
      for (const auto* end : {" ", "=", "'"}) {
        EXPECT_EQ(script.find(cat("--", row.name, end)), std::string::npos) << shell << ' ' << row.name;
      }
    }
    for (const auto& command : command_table()) {
      EXPECT_NE(script.find(command.name), std::string::npos) << shell << ' ' << command.name;
      for (const auto operand : operands_of(command)) {
        EXPECT_NE(script.find(operand), std::string::npos) << shell << ' ' << operand;
      }
    }
  }
}

TEST(Completion, OpensAndClosesQuotesInPairs) {
  for (const auto* shell : {"bash", "zsh", "fish"}) {
    const auto script = completion_script(shell);
    int number = 0;
    for (const auto line : split(script, '\n')) {
      ++number;
      if (line.starts_with('#')) {
        continue;
      }
      std::string text(line);
      for (const std::string escaped : {"'\\''", "\\'"}) {
        for (auto at = text.find(escaped); at != std::string::npos; at = text.find(escaped)) {
          text.erase(at, escaped.size());
        }
      }
      EXPECT_EQ(std::ranges::count(text, '\'') % 2, 0) << shell << " line " << number << ": " << line;
    }
  }
}

}  // namespace
}  // namespace agent
