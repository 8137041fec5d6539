#include "core/duration.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/text.h"

namespace agent {

namespace {

struct Unit {
  std::string_view name;
  std::uint64_t microseconds;
};

constexpr std::uint64_t kMillisecond = 1'000;
constexpr std::uint64_t kSecond = 1'000 * kMillisecond;
constexpr std::uint64_t kMinute = 60 * kSecond;
constexpr std::uint64_t kDay = 1'440 * kMinute;
constexpr std::uint64_t kMax = 365 * kDay;
constexpr std::array<Unit, 6> kUnits{{
    {"d", kDay},
    {"h", 60 * kMinute},
    {"m", kMinute},
    {"s", kSecond},
    {"ms", kMillisecond},
    {"us", 1},
}};

std::unexpected<std::string> refused(std::string_view text, std::string_view why) {
  return std::unexpected(cat("cannot read \"", text, "\" as a duration: ", why));
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_while(std::string_view& text, bool digits) {
  const auto stop = std::ranges::find_if(text, [&](char c) { return is_digit(c) != digits; });
  const auto taken = text.substr(0, static_cast<std::size_t>(stop - text.begin()));
  text.remove_prefix(taken.size());
  return taken;
}

// The largest parts first, at most `parts` neighbouring ones; what is smaller is left out.
std::string spell(std::uint64_t rest, std::size_t parts) {
  std::string out;
  for (const auto& unit : kUnits) {
    const auto count = rest / unit.microseconds;
    rest -= count * unit.microseconds;
    if (count > 0) {
      out += cat(count, unit.name);
    }
    if (!out.empty() && --parts == 0) {
      break;
    }
  }
  return out.empty() ? "0s" : out;
}

std::string_view sign(Duration duration) { return duration < Duration::zero() ? "-" : ""; }

// Unsigned, because the smallest Duration has no positive twin.
std::uint64_t magnitude(Duration duration) {
  const auto count = static_cast<std::uint64_t>(duration.count());
  return duration < Duration::zero() ? 0 - count : count;
}

}  // namespace

std::expected<Duration, std::string> parse_duration(std::string_view text) {
  if (text == "0") {
    return Duration::zero();
  }
  std::uint64_t sum = 0;
  const auto* next_unit = kUnits.begin();
  auto rest = text;
  do {
    const auto digits = take_while(rest, true);
    const auto name = take_while(rest, false);
    if (digits.empty()) {
      return refused(text, "expected a whole number with a unit, as in 500ms, 2s or 1m30s");
    }
    if (name.empty()) {
      return refused(text, cat(digits, " has no unit (us, ms, s, m, h or d), as in ", digits, "s"));
    }
    const auto* unit = std::ranges::find(kUnits, name, &Unit::name);
    if (unit == kUnits.end()) {
      return refused(text, cat("\"", name, "\" is no unit (us, ms, s, m, h or d) behind a whole number"));
    }
    if (unit < next_unit) {
      return refused(text, "each unit once and the largest first, as in 1m30s");
    }
    const auto count = to_number<std::uint64_t>(digits);
    if (!count || *count > (kMax - sum) / unit->microseconds) {
      return refused(text, "at most 365d");
    }
    sum += *count * unit->microseconds;
    next_unit = unit + 1;
  } while (!rest.empty());
  return Duration(static_cast<Duration::rep>(sum));
}

std::string to_text(Duration duration) { return cat(sign(duration), spell(magnitude(duration), kUnits.size())); }

std::string rough(Duration duration) {
  const auto size = magnitude(duration);
  const auto tenths = size / (kSecond / 10);
  if (size >= kSecond && size < kMinute && tenths % 10 != 0) {
    return cat(sign(duration), tenths / 10, '.', tenths % 10, 's');
  }
  return cat(sign(duration), spell(size, size < kMinute ? 1 : 2));
}

}  // namespace agent
