#include "cli/completion.h"

#include <map>
#include <vector>

#include "cli/command_table.h"
#include "cli/setting_table.h"
#include "core/text.h"

namespace agent {

namespace {

template <class Items>
std::string joined(const Items& items, std::string_view separator) {
  std::string text;
  for (const auto& item : items) {
    text += cat(text.empty() ? "" : separator, item);
  }
  return text;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const auto& command : command_table()) {
    names.emplace_back(command.name);
  }
  return names;
}

bool takes(const CommandRow& command, const SettingRow& row) {
  return command.settings && row.is_for(*command.settings) && !row.secret;
}

// The text in single quotes for bash and zsh: a quote ends, escapes and begins them again.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return out + "'";
}

std::vector<std::string> bash_flags_of(const CommandRow& command) {
  std::vector<std::string> flags;
  for (const auto& row : setting_table()) {
    if (takes(command, row)) {
      flags.push_back(flag_of(row));
    }
  }
  flags.emplace_back("--help");
  return flags;
}

// What follows a flag, as a line of bash. A value that only the person knows offers nothing.
std::string bash_value(const SettingRow& row) {
  if (row.metavar == "FILE") {
    return "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")";
  }
  if (row.metavar == "DIR") {
    return "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")";
  }
  const auto choices = choices_of(row);
  return choices.empty()
             ? ":"
             : cat("mapfile -t COMPREPLY < <(compgen -W ", in_quotes(joined(choices, " ")), " -- \"$cur\")");
}

std::string bash_script() {
  std::map<std::string, std::vector<std::string>> after;  // what to do -> after which flags
  for (const auto& row : setting_table()) {
    if (row.takes == Takes::value && !row.secret) {
      auto& flags = after[bash_value(row)];
      flags.push_back(flag_of(row));
      if (row.letter != '\0') {
        flags.push_back(cat('-', row.letter));
      }
    }
  }
  std::string values;
  for (const auto& [action, flags] : after) {
    values += cat("    ", joined(flags, " | "), ") ", action, "; return ;;\n");
  }
  std::string words;
  std::string operands;
  for (const auto& command : command_table()) {
    words += cat("    ", command.name, ") words=", in_quotes(joined(bash_flags_of(command), " ")), " ;;\n");
    if (!command.operands.empty()) {
      operands += cat("    ", command.name, ") words=", in_quotes(joined(operands_of(command), " ")), " ;;\n");
    }
  }
  return cat(
      "# bash completion of redis-agent; load it with: source <(redis-agent completion bash)\n"
      "_redis_agent() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=\n"
      "  COMPREPLY=()\n"
      "  # bash makes three words of --flag=value\n"
      "  if [[ $cur == '=' ]]; then\n"
      "    cur=\n"
      "  elif [[ $prev == '=' ]]; then\n"
      "    prev=${COMP_WORDS[COMP_CWORD-2]}\n"
      "  fi\n"
      "  case $prev in\n",
      values,
      "  esac\n"
      "  case ${COMP_WORDS[1]} in\n",
      words, "    *) words=", in_quotes("--help --version"),
      " ;;\n"
      "  esac\n"
      "  if ((COMP_CWORD == 1)) && [[ $cur != -* ]]; then\n"
      "    words=",
      in_quotes(joined(command_names(), " ")),
      "\n"
      "  elif ((COMP_CWORD == 2)) && [[ $cur != -* ]]; then\n"
      "    case ${COMP_WORDS[1]} in\n",
      operands,
      "    esac\n"
      "  fi\n"
      "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
      "}\n"
      "complete -F _redis_agent redis-agent\n");
}

// zsh reads [ ] and : as its own inside a description.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += std::string_view("[]:\\").find(c) == std::string_view::npos ? std::string(1, c) : cat('\\', c);
  }
  return out;
}

std::string zsh_spec(const SettingRow& row) {
  if (row.takes == Takes::nothing) {
    return in_quotes(cat(flag_of(row), '[', zsh_text(row.help), ']'));
  }
  const auto choices = choices_of(row);
  const auto action = row.metavar == "FILE"  ? std::string("_files")
                      : row.metavar == "DIR" ? std::string("_files -/")
                      : choices.empty()      ? std::string(" ")
                                             : cat('(', joined(choices, " "), ')');
  const auto maybe = row.takes == Takes::maybe_value ? "::" : ":";
  const auto value = cat('[', zsh_text(row.help), ']', maybe, zsh_text(row.metavar), ':', action);
  const auto letter = row.letter == '\0' ? std::string{} : cat(in_quotes(cat('-', row.letter, '+', value)), ' ');
  return cat(letter, in_quotes(cat(flag_of(row), '=', value)));
}

std::string zsh_script() {
  std::string commands;
  std::string cases;
  for (const auto& command : command_table()) {
    commands += cat("    ", in_quotes(cat(command.name, ':', zsh_text(command.help))), "\n");
    cases += cat("    ", command.name, ")\n      _arguments \\\n");
    if (!command.operands.empty()) {
      cases += cat("        ", in_quotes(cat("1:", command.operand_name, ":(", joined(operands_of(command), " "), ')')),
                   " \\\n");
    }
    for (const auto& row : setting_table()) {
      if (takes(command, row)) {
        cases += cat("        ", zsh_spec(row), " \\\n");
      }
    }
    cases += "        '(- *)--help[Print help]' ;;\n";
  }
  return cat(
      "#compdef redis-agent\n"
      "# zsh completion of redis-agent; load it with: source <(redis-agent completion zsh)\n"
      "_redis-agent() {\n"
      "  local -a commands=(\n",
      commands,
      "  )\n"
      "  if ((CURRENT == 2)); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  shift words\n"
      "  ((CURRENT--))\n"
      "  case $words[1] in\n",
      cases,
      "  esac\n"
      "}\n"
      "if [[ $funcstack[1] == _redis-agent ]]; then\n"
      "  _redis-agent \"$@\"\n"
      "else\n"
      "  compdef _redis-agent redis-agent\n"
      "fi\n");
}

// fish escapes a quote and a backslash inside single quotes.
std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c == '\'' || c == '\\' ? cat('\\', c) : std::string(1, c);
  }
  return out + "'";
}

std::string fish_value(const SettingRow& row) {
  if (row.takes != Takes::value) {
    return {};
  }
  if (row.metavar == "FILE") {
    return " -r -F";
  }
  if (row.metavar == "DIR") {
    return " -x -a '(__fish_complete_directories)'";
  }
  const auto choices = choices_of(row);
  return choices.empty() ? " -x" : cat(" -x -a ", fish_quoted(joined(choices, " ")));
}

std::string fish_script() {
  constexpr std::string_view kComplete = "complete -c redis-agent";
  std::string text =
      "# fish completion of redis-agent; load it with: redis-agent completion fish | source\n"
      "complete -c redis-agent -f\n"
      "complete -c redis-agent -l help -d 'Print help'\n";
  for (const auto& command : command_table()) {
    text += cat(kComplete, " -n __fish_use_subcommand -a ", command.name, " -d ", fish_quoted(command.help), "\n");
    if (!command.operands.empty()) {
      text += cat(kComplete, " -n '__fish_seen_subcommand_from ", command.name, "' -a ",
                  fish_quoted(joined(operands_of(command), " ")), "\n");
    }
  }
  for (const auto& row : setting_table()) {
    std::vector<std::string> commands;
    for (const auto& command : command_table()) {
      if (takes(command, row)) {
        commands.emplace_back(command.name);
      }
    }
    if (!commands.empty()) {
      const auto letter = row.letter == '\0' ? std::string{} : cat(" -s ", row.letter);
      text += cat(kComplete, " -n '__fish_seen_subcommand_from ", joined(commands, " "), "'", letter, " -l ", row.name,
                  " -d ", fish_quoted(row.help), fish_value(row), "\n");
    }
  }
  return text;
}

}  // namespace

std::string completion_script(std::string_view shell) {
  if (shell == "zsh") {
    return zsh_script();
  }
  return shell == "fish" ? fish_script() : bash_script();
}

}  // namespace agent
