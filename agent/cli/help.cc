#include "cli/help.h"

#include "cli/setting_table.h"
#include "core/text.h"

namespace agent {

namespace {

constexpr std::size_t kTextColumn = 34;
constexpr std::size_t kWidth = 110;

constexpr std::string_view kAbout =
    "redis-agent gives each pod of a Redis or Valkey StatefulSet its place and watches the set's replication.\n\n"
    "Usage: redis-agent COMMAND [FLAGS]\n\n";
constexpr std::string_view kWaysIn =
    "Each setting is a flag (--log-format json), or a variable (REDIS_AGENT_LOG_FORMAT=json), or a line in the file "
    "that\n"
    "--config names (log-format = json); the first of these counts. Durations have units: 500ms, 2s, 1m30s.\n";

// "  --flag VALUE      what it is", wrapped with its second lines under the first.
std::string entry(std::string_view left, std::string_view text) {
  std::string out = cat("  ", left);
  std::size_t column = out.size();
  if (column + 1 > kTextColumn) {
    out += '\n';
    column = 0;
  }
  out += std::string(kTextColumn - column, ' ');
  column = kTextColumn;
  for (const auto word : words(text)) {
    const bool first = column == kTextColumn;
    if (!first && column + 1 + word.size() > kWidth) {
      out += cat('\n', std::string(kTextColumn, ' '), word);
      column = kTextColumn + word.size();
      continue;
    }
    out += cat(first ? "" : " ", word);
    column += word.size() + (first ? 0 : 1);
  }
  return out + '\n';
}

std::string left_of(const SettingRow& row) {
  const auto letter = row.letter == '\0' ? std::string{} : cat('-', row.letter, ", ");
  const auto value = row.takes == Takes::maybe_value ? cat('[', row.metavar, ']') : std::string(row.metavar);
  return cat(letter, flag_of(row), value.empty() ? "" : " ", value);
}

std::string text_of(const SettingRow& row) {
  const auto otherwise = default_of(row);
  return otherwise.empty() ? std::string(row.help) : cat(row.help, " (default: ", otherwise, ')');
}

std::string settings_of(Command command) {
  std::string out;
  std::string secrets;
  std::string_view group;
  for (const auto& row : setting_table()) {
    if (!row.is_for(command)) {
      continue;
    }
    if (row.secret) {
      secrets += entry(environment_of(row), row.help);
      continue;
    }
    if (row.group != group) {
      group = row.group;
      out += cat('\n', group, ":\n");
    }
    out += entry(left_of(row), text_of(row));
  }
  return secrets.empty() ? out : cat(out, "\nFrom the environment only:\n", secrets);
}

std::string usage_of(const CommandRow& command) {
  const auto operand = command.operands.empty() ? std::string{}
                       : command.operand_needed ? cat(' ', command.operands)
                                                : cat(" [", command.operands, ']');
  return cat("Usage: redis-agent ", command.name, operand, command.settings ? " [FLAGS]\n" : "\n");
}

std::string exit_codes_of(const CommandRow& command) {
  std::string out = "\nExit codes:\n";
  for (const auto line : split(command.exit_codes, '\n')) {
    out += cat("  ", line, '\n');
  }
  return out;
}

}  // namespace

std::string help_of_all() {
  std::string out = cat(kAbout, "Commands:\n");
  for (const auto& command : command_table()) {
    out += entry(command.name, command.help);
  }
  return cat(out, '\n', kWaysIn, "'redis-agent COMMAND --help' tells a command's flags and exit codes.\n");
}

std::string help_of(const CommandRow& command) {
  return cat(command.help, ".\n\n", usage_of(command), command.settings ? settings_of(*command.settings) : "",
             exit_codes_of(command), command.settings ? cat('\n', kWaysIn) : "");
}

}  // namespace agent
