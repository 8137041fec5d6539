// A request's target taken apart: path and query, decoded. Not a URL library.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace agent {

struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;  // in order; "verbose" has an empty value

  // The last one counts, as a person who appends to a URL expects.
  std::optional<std::string> value_of(std::string_view name) const;
};

// Takes "/path?a=b" and the absolute form that proxies send; the error says what cannot be read.
std::expected<Target, std::string> parse_target(std::string_view text);

}  // namespace agent
