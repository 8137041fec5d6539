// Small helpers on text: joining, splitting, parsing whole numbers. Not a formatting library.
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent {

namespace detail {
inline void append_one(std::string& out, std::string_view part) { out += part; }
inline void append_one(std::string& out, char part) { out += part; }
void append_one(std::string& out, std::integral auto part) {
  std::array<char, 20> digits{};  // as many as the longest number has, with its sign
  out += std::string_view(digits.begin(), std::to_chars(digits.begin(), digits.end(), +part).ptr);
}

inline std::size_t least_size(std::string_view part) { return part.size(); }
constexpr std::size_t least_size(std::integral auto /*part*/) { return 1; }
}  // namespace detail

// append(out, "port ", 6379, '.') adds "port 6379."
template <class... Parts>
void append(std::string& out, const Parts&... parts) {
  (detail::append_one(out, parts), ...);
}

// cat("port ", 6379, '.') -> "port 6379."
template <class... Parts>
std::string cat(const Parts&... parts) {
  std::string out;
  out.reserve((std::size_t{0} + ... + detail::least_size(parts)));
  append(out, parts...);
  return out;
}

// counted(1, "key") -> "1 key", counted(2, "key") -> "2 keys"
std::string counted(std::int64_t count, std::string_view what);

// Without blanks, tabs and line ends at both sides.
std::string_view trim(std::string_view text);

// Without the line ends at its end: a secret as a file holds it. Blanks belong to the secret.
std::string_view trim_line_ends(std::string_view text);

// The pieces between separators; an empty text has one empty piece.
std::vector<std::string_view> split(std::string_view text, char separator);

// The non-empty pieces between runs of blanks and tabs.
std::vector<std::string_view> words(std::string_view text);

// "a, b and c"; empty for none.
std::string listed(const std::vector<std::string>& items);

bool equal_ignoring_case(std::string_view a, std::string_view b);

// with_zeros(7, 3) -> "007"; a longer number is left as it is.
std::string with_zeros(std::int64_t number, std::size_t width);

// The whole of `text` as a decimal number, or nothing: never 0 for what cannot be read.
template <std::integral Number>
std::optional<Number> to_number(std::string_view text) {
  Number value{};
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) {
    return std::nullopt;
  }
  return value;
}

}  // namespace agent
