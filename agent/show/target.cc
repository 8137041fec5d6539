#include "show/target.h"

#include <algorithm>
#include <charconv>
#include <ranges>

#include "core/text.h"
#include "core/utf8.h"

namespace agent {

namespace {

// "%41" at the start of `text`.
std::optional<char> hex_byte(std::string_view text) {
  unsigned value = 0;
  if (text.size() < 3) {
    return std::nullopt;
  }
  const auto* end = text.data() + 3;
  const auto [stop, error] = std::from_chars(text.data() + 1, end, value, 16);
  return error == std::errc{} && stop == end ? std::optional(static_cast<char>(value)) : std::nullopt;
}

std::expected<std::string, std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto byte = hex_byte(text.substr(i));
    if (!byte) {
      return std::unexpected(cat("cannot read ", one_line(text.substr(i, 3)), " in the address: expected %XX"));
    }
    out += *byte;
    i += 2;
  }
  return out;
}

// "http://host:port/path" -> "/path"
std::string_view without_origin(std::string_view text) {
  const auto scheme = text.find("://");
  if (text.starts_with('/') || scheme == std::string_view::npos) {
    return text;
  }
  const auto path = text.find('/', scheme + 3);
  return path == std::string_view::npos ? "/" : text.substr(path);
}

}  // namespace

std::optional<std::string> Target::value_of(std::string_view name) const {
  for (const auto& [key, value] : std::views::reverse(query)) {
    if (key == name) {
      return value;
    }
  }
  return std::nullopt;
}

std::expected<Target, std::string> parse_target(std::string_view text) {
  text = without_origin(text);
  const auto mark = std::min(text.find('?'), text.size());
  auto path = decoded(text.substr(0, mark));
  if (!path) {
    return std::unexpected(path.error());
  }
  Target target{.path = std::move(*path), .query = {}};
  if (mark == text.size()) {
    return target;
  }
  for (const auto pair : split(text.substr(mark + 1), '&')) {
    const auto equals = std::min(pair.find('='), pair.size());
    auto key = decoded(pair.substr(0, equals));
    auto value = decoded(pair.substr(std::min(equals + 1, pair.size())));
    if (!key || !value) {
      return std::unexpected(key ? value.error() : key.error());
    }
    if (!key->empty()) {
      target.query.emplace_back(std::move(*key), std::move(*value));
    }
  }
  return target;
}

}  // namespace agent
