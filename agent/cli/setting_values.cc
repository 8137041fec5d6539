#include "cli/setting_values.h"

#include <algorithm>
#include <array>

#include "core/duration.h"
#include "core/identity.h"
#include "core/text.h"

namespace agent {

namespace {

constexpr std::array<std::string_view, 4> kYes{"true", "yes", "on", "1"};
constexpr std::array<std::string_view, 4> kNo{"false", "no", "off", "0"};

bool is_one_of(std::string_view text, const std::array<std::string_view, 4>& choices) {
  return std::ranges::any_of(choices, [&](std::string_view word) { return equal_ignoring_case(word, text); });
}

std::unexpected<std::string> not_accepted(std::string_view text, std::string_view expected) {
  return std::unexpected(cat('"', text, "\" is not ", expected));
}

}  // namespace

Accepted assign(std::string& field, std::string_view text, std::string_view) {
  if (text.empty()) {
    return std::unexpected("is empty; give it a value or leave it out");
  }
  field = text;
  return {};
}

Accepted assign(int& field, std::string_view text, std::string_view) {
  const auto number = to_number<int>(text);
  if (!number) {
    return not_accepted(text, "a whole number");
  }
  field = *number;
  return {};
}

Accepted assign(std::uint16_t& field, std::string_view text, std::string_view) {
  const auto port = to_number<std::uint16_t>(text);
  if (!port || *port == 0) {
    return not_accepted(text, "a port; expected 1 to 65535");
  }
  field = *port;
  return {};
}

Accepted assign(bool& field, std::string_view text, std::string_view) {
  field = is_one_of(text, kYes);
  if (!field && !is_one_of(text, kNo)) {
    return not_accepted(text, "true or false");
  }
  return {};
}

Accepted assign(Duration& field, std::string_view text, std::string_view) {
  const auto duration = parse_duration(text);
  if (!duration) {
    return std::unexpected(duration.error());
  }
  field = *duration;
  return {};
}

Accepted assign(Endpoint& field, std::string_view text, std::string_view) {
  const auto endpoint = parse_endpoint(text);
  if (!endpoint) {
    // What looks like redis://user:password@host is not repeated: this text goes to logs.
    return not_accepted(text.find('@') == std::string_view::npos ? text : "(a URL)",
                        "an endpoint; expected ADDRESS:PORT, [IPV6]:PORT or unix:/path (a name is not looked up)");
  }
  field = *endpoint;
  return {};
}

std::optional<std::string> shown(const std::string& value, std::string_view) {
  return value.empty() ? std::nullopt : std::optional(value);
}
std::optional<std::string> shown(int value, std::string_view) { return std::to_string(value); }
std::optional<std::string> shown(std::uint16_t value, std::string_view) { return std::to_string(value); }
std::optional<std::string> shown(bool value, std::string_view) { return value ? "true" : "false"; }
std::optional<std::string> shown(Duration value, std::string_view) { return to_text(value); }
std::optional<std::string> shown(const Endpoint& value, std::string_view) { return to_text(value); }

std::expected<int, std::string> choice_of(std::string_view text, std::string_view choices) {
  const auto known = split(choices, '|');
  const auto found = std::ranges::find(known, text);
  if (found == known.end()) {
    return not_accepted(text, known.size() == 1 ? choices : cat("one of ", choices));
  }
  return static_cast<int>(found - known.begin());
}

std::string choice_word(int choice, std::string_view choices) {
  return std::string(split(choices, '|').at(static_cast<std::size_t>(choice)));
}

std::string_view not_negative(int value) { return value < 0 ? "is less than 0" : ""; }
std::string_view at_least_one(int value) { return value < 1 ? "is less than 1" : ""; }
std::string_view a_label(const std::string& value) {
  return is_dns_label(value) ? "" : "is no DNS label (1 to 63 of a-z, 0-9 and '-', not at the ends)";
}
std::string_view a_dns_name(const std::string& value) {
  return is_dns_name(value) ? "" : "is no DNS name (labels of a-z, 0-9 and '-' joined by dots, no dot at the end)";
}
std::string_view an_absolute_path(const std::string& value) {
  return value.starts_with('/') ? "" : "is no absolute path (it begins with /)";
}
std::string_view longer_than_nothing(Duration value) { return value > Duration::zero() ? "" : "must be more than 0"; }

}  // namespace agent
