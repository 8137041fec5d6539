// One line of redis.conf, word by word, as sdssplitargs() of Redis 5.0 to 8 and Valkey 8 reads it.
#include <algorithm>
#include <array>

#include "core/conf.h"
#include "core/text.h"

namespace agent {

namespace {

constexpr std::string_view kHex = "0123456789abcdef";
// isspace() of the C locale; the two last do not end a word, but stand between words.
constexpr std::string_view kSpaces = " \t\r\n\v\f";
constexpr std::string_view kWordEnds = " \t\r\n";

struct Escape {
  char letter;
  char byte;
};
constexpr std::array<Escape, 5> kEscapes{{{'n', '\n'}, {'r', '\r'}, {'t', '\t'}, {'b', '\b'}, {'a', '\a'}}};

bool is_in(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

std::optional<int> hex_digit(char c) {
  const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  const auto at = kHex.find(lower);
  return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<int>(at));
}

char take(std::string_view& rest) {
  const char c = rest.front();
  rest.remove_prefix(1);
  return c;
}

// Behind a backslash within "...".
char take_escaped(std::string_view& rest) {
  if (rest.size() >= 3 && rest.front() == 'x') {
    const auto high = hex_digit(rest[1]);
    const auto low = hex_digit(rest[2]);
    if (high && low) {
      rest.remove_prefix(3);
      return static_cast<char>(*high * 16 + *low);
    }
  }
  const char letter = take(rest);
  const auto* escape = std::ranges::find(kEscapes, letter, &Escape::letter);
  return escape == kEscapes.end() ? letter : escape->byte;
}

// Up to the closing quote, which must also end the word.
bool take_quoted(std::string_view& rest, char quote, std::string& word) {
  while (!rest.empty()) {
    const char c = take(rest);
    if (c == quote) {
      return rest.empty() || is_in(kSpaces, rest.front());
    }
    if (c == '\\' && quote == '"' && !rest.empty()) {
      word += take_escaped(rest);
    } else if (c == '\\' && quote == '\'' && rest.starts_with('\'')) {
      word += take(rest);
    } else {
      word += c;
    }
  }
  return false;
}

std::optional<std::string> take_word(std::string_view& rest) {
  std::string word;
  while (!rest.empty() && !is_in(kWordEnds, rest.front())) {
    const char c = take(rest);
    if (c == '"' || c == '\'') {
      return take_quoted(rest, c, word) ? std::optional(word) : std::nullopt;
    }
    word += c;
  }
  return word;
}

void skip_spaces(std::string_view& rest) { rest.remove_prefix(std::min(rest.find_first_not_of(kSpaces), rest.size())); }

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || is_in("._:/@%+=-", c);
}

}  // namespace

std::optional<std::vector<std::string>> split_conf_line(std::string_view line) {
  std::vector<std::string> found;
  auto rest = trim(line.substr(0, line.find('\0')));
  if (rest.starts_with('#')) {
    return found;
  }
  for (skip_spaces(rest); !rest.empty(); skip_spaces(rest)) {
    auto word = take_word(rest);
    if (!word) {
      return std::nullopt;
    }
    found.push_back(*std::move(word));
  }
  return found;
}

std::string quote_conf_value(std::string_view value) {
  if (!value.empty() && std::ranges::all_of(value, is_plain)) {
    return std::string(value);
  }
  std::string out = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7e) {
      out += cat("\\x", kHex[byte / 16], kHex[byte % 16]);
    } else if (c == '"' || c == '\\') {
      out += cat('\\', c);
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace agent
