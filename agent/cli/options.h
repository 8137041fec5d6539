// argv to a command and its raw flags. Not what the flags mean: that is resolve()'s. The only place that sees CLI11.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_table.h"
#include "cli/resolve.h"

namespace agent {

struct Invocation {
  const CommandRow* command = nullptr;
  std::string operand;  // "live", "bash", "init"; empty where none was given
  std::vector<FlagValue> flags;
};

// Nothing is to be run: help was asked for (0, for stdout), or the words are wrong (2, for stderr).
struct Ending {
  int exit_code = 0;
  std::string text;
};

// `arguments` is argv without the program's name.
std::expected<Invocation, Ending> parse_options(const std::vector<std::string>& arguments);

}  // namespace agent
