#include "cli/settings_file.h"

#include <algorithm>
#include <expected>

#include "core/text.h"

namespace agent {

namespace {

bool is_blank_or_comment(std::string_view text) { return text.empty() || text.front() == '#'; }

// What stands after the `=`: quoted, or up to a comment.
std::expected<std::string_view, std::string> read_value(std::string_view text) {
  if (text.empty() || (text.front() != '"' && text.front() != '\'')) {
    for (auto at = text.find('#'); at != std::string_view::npos; at = text.find('#', at + 1)) {
      if (at == 0 || text[at - 1] == ' ' || text[at - 1] == '\t') {
        return trim(text.substr(0, at));
      }
    }
    return text;
  }
  const auto end = text.find(text.front(), 1);
  if (end == std::string_view::npos) {
    return std::unexpected("a quote is not closed");
  }
  if (!is_blank_or_comment(trim(text.substr(end + 1)))) {
    return std::unexpected("something stands behind the closing quote");
  }
  return text.substr(1, end - 1);
}

std::expected<FileLine, std::string> read_line(std::string_view text, int line) {
  if (text.front() == '[') {
    return std::unexpected("sections are not used; write 'name = value' lines only");
  }
  const auto equals = text.find('=');
  const auto name = trim(text.substr(0, equals));
  if (equals == std::string_view::npos || name.empty()) {
    return std::unexpected("expected 'name = value'");
  }
  const auto value = read_value(trim(text.substr(equals + 1)));
  if (!value) {
    return std::unexpected(value.error());
  }
  return FileLine{.name = std::string(name), .value = std::string(*value), .line = line};
}

}  // namespace

SettingsFile read_settings_file(std::string_view text) {
  SettingsFile file;
  int number = 0;
  for (const auto piece : split(text, '\n')) {
    ++number;
    const auto line = trim(piece);
    if (is_blank_or_comment(line)) {
      continue;
    }
    auto read = read_line(line, number);
    if (!read) {
      file.errors.push_back(cat("line ", number, ": ", read.error()));
      continue;
    }
    const auto before = std::ranges::find(file.lines, read->name, &FileLine::name);
    if (before != file.lines.end()) {
      file.errors.push_back(cat("line ", number, ": ", read->name, " is given on line ", before->line, " already"));
      continue;
    }
    file.lines.push_back(std::move(*read));
  }
  return file;
}

}  // namespace agent
