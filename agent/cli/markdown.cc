#include "cli/markdown.h"

#include "cli/setting_table.h"
#include "core/text.h"

namespace agent {

std::string markdown_cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c == '|' || c == '<' ? cat('\\', c) : std::string(1, c);
  }
  return out;
}

namespace {

std::string flag_cell(const SettingRow& row) {
  if (row.secret) {
    return "(environment only)";
  }
  const auto letter = row.letter == '\0' ? std::string{} : cat(", `-", row.letter, '`');
  const auto metavar = row.takes == Takes::maybe_value ? cat('[', row.metavar, ']') : std::string(row.metavar);
  return cat('`', flag_of(row), metavar.empty() ? "" : " ", markdown_cell(metavar), '`', letter);
}

std::string default_cell(const SettingRow& row) {
  const auto value = default_of(row);
  return value.empty() || !row.otherwise.empty() ? markdown_cell(row.otherwise) : cat('`', markdown_cell(value), '`');
}

}  // namespace

std::string settings_markdown() {
  std::string table = "| flag | environment | default | for | what it is |\n| --- | --- | --- | --- | --- |\n";
  for (const auto& row : setting_table()) {
    table += cat("| ", flag_cell(row), " | `", environment_of(row), "` | ", default_cell(row), " | ", commands_of(row),
                 " | ", markdown_cell(row.help), " |\n");
  }
  return table;
}

}  // namespace agent
