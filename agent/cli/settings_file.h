// The text of a settings file as names and values with their lines: one `name = value` a line, blank lines and
// # comments between. A value may stand in "..." or '...' (no escapes). Such a file is TOML as well, if its values are
// quoted; it is not all of TOML. CLI11's reader is not used: it keeps no line numbers, cuts a quoted value at '#', and
// drops short lines without a word.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace agent {

struct FileLine {
  std::string name;
  std::string value;
  int line = 0;
};

struct SettingsFile {
  std::vector<FileLine> lines;      // in the order of the file, each name once
  std::vector<std::string> errors;  // "line 3: ...", what could not be read
};

SettingsFile read_settings_file(std::string_view text);

}  // namespace agent
