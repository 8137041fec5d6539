// Every setting as one row: its name on every way in, what it takes, who takes it, and what it writes to. Help,
// completion, `config`, the settings file and README's table are made from these rows. The defaults are not here:
// their one home is core/settings.h.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/setting_values.h"
#include "core/settings.h"

namespace agent {

// Settings under construction: what rows write to. Beside Settings it holds what only leads to some of them.
struct Draft {
  Settings settings;
  std::optional<std::string> hostname;
  std::optional<int> ordinal;
  std::string hosts_file = "/etc/hosts";
  std::optional<std::string> config;
};

struct CommandSet {
  unsigned bits = 0;
  constexpr bool has(Command command) const { return (bits & (1U << static_cast<unsigned>(command))) != 0; }
};

enum class Takes {
  value,
  maybe_value,  // --watch, --watch 5s
  nothing,      // a switch
};

struct SettingRow {
  std::string_view name;  // flag --name, environment REDIS_AGENT_NAME, key in the settings file
  std::string_view metavar;
  std::string_view group;  // its heading in --help
  CommandSet commands;
  std::string_view help;  // one line
  Accepted (*apply)(Draft&, std::string_view text, std::string_view metavar) = nullptr;
  std::optional<std::string> (*show)(const Draft&, std::string_view metavar) = nullptr;
  std::string_view otherwise = {};  // in words, where nobody gives a value and Settings has no default
  Takes takes = Takes::value;
  bool secret = false;  // from the environment only, and never shown
  char letter = '\0';   // -o

  bool is_for(Command command) const { return command == Command::config || commands.has(command); }
};

std::span<const SettingRow> setting_table();
const SettingRow* find_setting(std::string_view name);

std::string flag_of(const SettingRow& row);         // "--dns-timeout"
std::string environment_of(const SettingRow& row);  // "REDIS_AGENT_DNS_TIMEOUT"
// "1s"; in words where the pod tells ("the hostname"); empty where there is nothing.
std::string default_of(const SettingRow& row);
// The words that it can be, "auto", "always", "never"; placeholders such as FILE left out.
std::vector<std::string_view> choices_of(const SettingRow& row);
// The names of the commands that take it, "init, run".
std::string commands_of(const SettingRow& row);

}  // namespace agent
