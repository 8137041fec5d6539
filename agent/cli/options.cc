#include "cli/options.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <map>

#include "cli/help.h"
#include "cli/nearest.h"
#include "core/text.h"

namespace agent {

namespace {

constexpr int kUsage = 2;

// One command of CLI11 with what was added to it.
struct Parser {
  CLI::App* app = nullptr;
  std::map<const SettingRow*, CLI::Option*> options;
  CLI::Option* operand = nullptr;
};

CLI::Option* add(CLI::App& app, const SettingRow& row) {
  const auto names = row.letter == '\0' ? flag_of(row) : cat('-', row.letter, ',', flag_of(row));
  if (row.takes == Takes::nothing) {
    return app.add_flag(names);
  }
  return app.add_option(names)->expected(row.takes == Takes::maybe_value ? 0 : 1, 1)->take_all();
}

Parser add(CLI::App& root, const CommandRow& command) {
  Parser parser;
  parser.app = root.add_subcommand(std::string(command.name));
  parser.app->allow_extras();
  if (!command.operands.empty()) {
    parser.operand = parser.app->add_option(std::string(command.operand_name));
  }
  for (const auto& row : setting_table()) {
    if (command.settings && row.is_for(*command.settings) && !row.secret) {
      parser.options[&row] = add(*parser.app, row);
    }
  }
  return parser;
}

Ending usage_error(std::string_view command, std::string_view what) {
  const auto program = command.empty() ? std::string("redis-agent") : cat("redis-agent ", command);
  return {kUsage, cat(program, ": ", what, "\nSee ", program, " --help\n")};
}

// A flag that this command does not have: never its value, which may be a password.
std::string about_unknown_flag(const CommandRow& command, std::string_view typed) {
  const auto flag = typed.substr(0, typed.find('='));
  const auto name = flag.substr(std::min(flag.find_first_not_of('-'), flag.size()));
  const auto* row = find_setting(name);
  if (row != nullptr && row->secret) {
    return cat(flag, " is not taken from the command line, where everybody on the node can read it; set ",
               environment_of(*row), ", or put it in a file and pass ", flag_of(*row), "-file");
  }
  if (row != nullptr && command.settings && !row->is_for(*command.settings)) {
    return cat(flag, " is not for ", command.name, ", but for ", commands_of(*row));
  }
  std::vector<std::string_view> known{"help"};
  for (const auto& setting : setting_table()) {
    if (command.settings && setting.is_for(*command.settings) && !setting.secret) {
      known.push_back(setting.name);
    }
  }
  const auto meant = nearest(name, known);
  return cat("there is no flag ", flag, meant.empty() ? std::string{} : cat("; did you mean --", meant, '?'));
}

std::expected<void, Ending> check_extras(const CommandRow& command, const std::vector<std::string>& extras) {
  for (const auto& word : extras) {
    if (word.size() > 1 && word.starts_with('-')) {
      return std::unexpected(usage_error(command.name, about_unknown_flag(command, word)));
    }
  }
  if (!extras.empty()) {
    return std::unexpected(usage_error(command.name, cat('"', extras.front(), "\" is not expected here")));
  }
  return {};
}

std::expected<std::string, Ending> operand_of(const CommandRow& command, const Parser& parser) {
  const auto words = parser.operand == nullptr ? std::vector<std::string>{} : parser.operand->results();
  const auto known = operands_of(command);
  if (words.empty()) {
    return command.operand_needed
               ? std::unexpected(usage_error(command.name, cat("expected ", command.operands, " after it")))
               : std::expected<std::string, Ending>("");
  }
  if (std::ranges::find(known, words.front()) == known.end()) {
    return std::unexpected(usage_error(command.name, cat('"', words.front(), "\" is not one of ", command.operands,
                                                         did_you_mean(words.front(), known))));
  }
  return words.front();
}

std::expected<Invocation, Ending> invocation_of(const CommandRow& command, const Parser& parser) {
  if (const auto fine = check_extras(command, parser.app->remaining()); !fine) {
    return std::unexpected(fine.error());
  }
  const auto operand = operand_of(command, parser);
  if (!operand) {
    return std::unexpected(operand.error());
  }
  Invocation invocation{.command = &command, .operand = *operand, .flags = {}};
  for (const auto& row : setting_table()) {
    const auto option = parser.options.find(&row);
    if (option != parser.options.end() && option->second->count() > 0) {
      const auto& results = option->second->results();
      if (results.size() > 1) {
        return std::unexpected(usage_error(command.name, cat(flag_of(row), " is given twice")));
      }
      invocation.flags.push_back({std::string(row.name), results.empty() ? "" : results.front()});
    }
  }
  return invocation;
}

// Flags that are given twice are ours to refuse, so a mismatch is a value that is not there.
std::string about(const CLI::ParseError& error) {
  const std::string what = error.what();
  return error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ArgumentMismatch)
             ? cat(what.substr(0, what.find(':')), " needs a value")
             : what;
}

std::string about_no_command(const std::vector<std::string>& extras) {
  std::vector<std::string_view> names;
  for (const auto& command : command_table()) {
    names.push_back(command.name);
  }
  auto expected = cat("expected one of ", listed({names.begin(), names.end()}));
  if (extras.empty()) {
    return expected;
  }
  const auto typed = extras.front().substr(0, extras.front().find('='));
  const auto meant = did_you_mean(typed, names);
  return cat("there is no command ", typed, meant.empty() ? cat("; ", expected) : meant);
}

}  // namespace

std::expected<Invocation, Ending> parse_options(const std::vector<std::string>& arguments) {
  CLI::App root;
  root.require_subcommand(0, 1)->allow_extras();
  root.set_version_flag("--version", "");
  std::map<std::string_view, Parser> parsers;
  for (const auto& command : command_table()) {
    parsers[command.name] = add(root, command);
  }
  try {
    root.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    const auto chosen = root.get_subcommands();
    return std::unexpected(
        Ending{0, chosen.empty() ? help_of_all() : help_of(*find_command(chosen.front()->get_name()))});
  } catch (const CLI::CallForVersion&) {
    return Invocation{.command = find_command("version"), .operand = {}, .flags = {}};
  } catch (const CLI::ParseError& error) {
    const auto chosen = root.get_subcommands();
    return std::unexpected(usage_error(chosen.empty() ? "" : chosen.front()->get_name(), about(error)));
  }
  const auto chosen = root.get_subcommands();
  if (chosen.empty()) {
    return std::unexpected(usage_error("", about_no_command(root.remaining())));
  }
  const auto& command = *find_command(chosen.front()->get_name());
  if (const auto early = root.remaining(); !early.empty()) {
    return std::unexpected(usage_error("", cat(early.front().substr(0, early.front().find('=')), " stands before ",
                                               command.name, "; put flags behind the command")));
  }
  return invocation_of(command, parsers.at(command.name));
}

}  // namespace agent
