// Text to value and back, one overload a type. An error says what was expected; who calls it knows which setting and
// where the text came from. Not rules between settings: those are core's contradictions().
#pragma once

#include <concepts>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/address.h"
#include "core/time.h"

namespace agent {

using Accepted = std::expected<void, std::string>;

// `choices` is "slaveof|replicaof" for a choice and not used otherwise.
Accepted assign(std::string& field, std::string_view text, std::string_view choices);
Accepted assign(int& field, std::string_view text, std::string_view choices);
Accepted assign(std::uint16_t& field, std::string_view text, std::string_view choices);
Accepted assign(bool& field, std::string_view text, std::string_view choices);
Accepted assign(Duration& field, std::string_view text, std::string_view choices);
Accepted assign(Endpoint& field, std::string_view text, std::string_view choices);

// Nothing where there is no value to show.
std::optional<std::string> shown(const std::string& value, std::string_view choices);
std::optional<std::string> shown(int value, std::string_view choices);
std::optional<std::string> shown(std::uint16_t value, std::string_view choices);
std::optional<std::string> shown(bool value, std::string_view choices);
std::optional<std::string> shown(Duration value, std::string_view choices);
std::optional<std::string> shown(const Endpoint& value, std::string_view choices);

// The words of `choices` stand in the order of the enumerators, the first of which is 0.
std::expected<int, std::string> choice_of(std::string_view text, std::string_view choices);
std::string choice_word(int choice, std::string_view choices);

template <class Enum>
  requires std::is_enum_v<Enum>
Accepted assign(Enum& field, std::string_view text, std::string_view choices) {
  const auto choice = choice_of(text, choices);
  if (!choice) {
    return std::unexpected(choice.error());
  }
  field = static_cast<Enum>(*choice);
  return {};
}

template <class Enum>
  requires std::is_enum_v<Enum>
std::optional<std::string> shown(Enum value, std::string_view choices) {
  return choice_word(static_cast<int>(value), choices);
}

template <class Value>
Accepted assign(std::optional<Value>& field, std::string_view text, std::string_view choices) {
  Value value{};
  const auto accepted = assign(value, text, choices);
  if (accepted) {
    field = std::move(value);
  }
  return accepted;
}

template <class Value>
std::optional<std::string> shown(const std::optional<Value>& value, std::string_view choices) {
  return value ? shown(*value, choices) : std::nullopt;
}

// Checks of a value by itself: a complaint, or nothing.
std::string_view not_negative(int value);
std::string_view at_least_one(int value);
std::string_view a_label(const std::string& value);
std::string_view a_dns_name(const std::string& value);
std::string_view an_absolute_path(const std::string& value);
std::string_view longer_than_nothing(Duration value);

}  // namespace agent
