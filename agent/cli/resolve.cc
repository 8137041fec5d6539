#include "cli/resolve.h"

#include <algorithm>

#include "cli/nearest.h"
#include "cli/settings_file.h"
#include "core/text.h"

namespace agent {

namespace {

struct Given {
  std::string text;
  std::string origin;
};

// The settings file with its path, for origins.
struct NamedFile {
  std::string path;
  SettingsFile content;
};

std::optional<Given> from_flag(const RawInputs& inputs, const SettingRow& row) {
  const auto flag = std::ranges::find(inputs.flags, row.name, &FlagValue::name);
  return flag == inputs.flags.end() ? std::nullopt : std::optional(Given{flag->value, cat("flag ", flag_of(row))});
}

std::optional<Given> from_variable(const RawInputs& inputs, const SettingRow& row) {
  auto value = from_environment(row, inputs.environment);
  return value ? std::optional(Given{std::move(*value), cat("environment ", environment_of(row))}) : std::nullopt;
}

std::string where(const NamedFile& file, const FileLine& line) { return cat("file ", file.path, " line ", line.line); }

std::optional<Given> from_file(const NamedFile& file, const SettingRow& row) {
  const auto& lines = file.content.lines;
  const auto line = std::ranges::find(lines, row.name, &FileLine::name);
  return line == lines.end() || row.secret ? std::nullopt : std::optional(Given{line->value, where(file, *line)});
}

std::optional<Given> given(const RawInputs& inputs, const NamedFile& file, const SettingRow& row) {
  if (auto flag = from_flag(inputs, row)) {
    return flag;
  }
  if (auto variable = from_variable(inputs, row)) {
    return variable;
  }
  return from_file(file, row);
}

// What is wrong with the name on this line, or nothing.
std::string complaint_about(const FileLine& line) {
  const auto* row = find_setting(line.name);
  if (row != nullptr && row->secret) {
    return cat(line.name, " is a password, which does not belong in a settings file; use ", row->name, "-file");
  }
  if (line.name == "config") {
    return "a settings file cannot name another";
  }
  if (row != nullptr) {
    return {};
  }
  std::vector<std::string_view> names;
  for (const auto& known : setting_table()) {
    names.push_back(known.name);
  }
  return cat("there is no setting \"", line.name, '"', did_you_mean(line.name, names));
}

NamedFile open_settings_file(const RawInputs& inputs, std::vector<std::string>& errors) {
  NamedFile file;
  const auto path = given(inputs, file, *find_setting("config"));
  if (!path || path->text.empty()) {
    return file;
  }
  file.path = path->text;
  const auto text = inputs.read_file(file.path);
  if (!text) {
    errors.push_back(cat(path->origin, ": ", text.error()));
    return file;
  }
  file.content = read_settings_file(*text);
  for (const auto& error : file.content.errors) {
    errors.push_back(cat("file ", file.path, ' ', error));
  }
  for (const auto& line : file.content.lines) {
    if (const auto complaint = complaint_about(line); !complaint.empty()) {
      errors.push_back(cat(where(file, line), ": ", complaint));
    }
  }
  return file;
}

// https://no-color.org: any value but an empty one.
void heed_no_color(const RawInputs& inputs, Draft& draft, Origins& origins) {
  const auto no_color = inputs.environment.find("NO_COLOR");
  if (no_color != inputs.environment.end() && !no_color->second.empty() && !origins.contains("color")) {
    draft.settings.color = Color::never;
    origins["color"] = "environment NO_COLOR";
  }
}

std::string masked(const SettingRow& row, std::string value) {
  return row.secret && !value.empty() ? "(set)" : std::move(value);
}

}  // namespace

Resolved resolve(const RawInputs& inputs) {
  Resolved resolved;
  resolved.warnings = unknown_variables(inputs.environment);
  auto& errors = resolved.errors;
  const auto file = open_settings_file(inputs, errors);

  Draft draft;
  Origins origins;
  std::map<std::string_view, std::string> refused;  // as given, for `config` to show
  for (const auto& row : setting_table()) {
    const auto text = row.is_for(inputs.command) ? given(inputs, file, row) : std::nullopt;
    if (!text) {
      continue;
    }
    origins[row.name] = text->origin;
    if (const auto accepted = row.apply(draft, text->text, row.metavar); !accepted) {
      errors.push_back(cat(text->origin, ": ", accepted.error()));
      // A URL may carry a password, and what is shown goes to logs.
      refused[row.name] = text->text.find('@') == std::string::npos ? text->text : "(a URL)";
    }
  }
  heed_no_color(inputs, draft, origins);
  if (find_setting("hostname")->is_for(inputs.command)) {
    std::ranges::move(ask_pod(draft, origins, inputs.hostname, inputs.read_file), std::back_inserter(errors));
  }
  std::ranges::move(contradictions(draft.settings, inputs.command), std::back_inserter(errors));

  for (const auto& row : setting_table()) {
    if (row.is_for(inputs.command)) {
      const auto bad = refused.find(row.name);
      auto value = bad != refused.end() ? bad->second : row.show(draft, row.metavar).value_or("");
      const auto origin = origins.find(row.name);
      resolved.values.push_back({.row = &row,
                                 .value = masked(row, std::move(value)),
                                 .origin = origin == origins.end() ? "default" : origin->second});
    }
  }
  resolved.settings = std::move(draft.settings);
  return resolved;
}

}  // namespace agent
