// The commands as people type them, one row each: what it does, which word it may take after its name, how it ends.
// Help, completion and README are made from these rows. What a command does is main's business.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/settings.h"

namespace agent {

struct CommandRow {
  std::string_view name;
  std::optional<Command> settings;  // whose settings it takes; nothing: it takes none
  std::string_view help;            // one line
  std::string_view exit_codes;      // lines for --help
  std::string_view operands = {};   // "live|ready|master|replica"
  std::string_view operand_name = {};
  bool operand_needed = false;
};

std::span<const CommandRow> command_table();
const CommandRow* find_command(std::string_view name);

// "init"
std::string_view to_text(Command command);

// The words that may follow the command's name, in the order of the table.
std::vector<std::string_view> operands_of(const CommandRow& row);

// "live" behind `probe`.
std::optional<ProbeKind> probe_kind_of(std::string_view operand);

}  // namespace agent
