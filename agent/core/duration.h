// Durations as people write them: "500ms", "2s", "1m30s", "2h". Not ISO 8601, not locale.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "core/time.h"

namespace agent {

// A sum of whole numbers with a unit each (us, ms, s, m, h, d), largest unit first. A number without a unit is refused
// ("0" aside), and so is anything over 365 days. The error says what was expected.
std::expected<Duration, std::string> parse_duration(std::string_view text);

// The spelling that parse_duration reads back to the same value, without parts that are 0: 90 s is "1m30s", nothing is
// "0s". A negative duration, which cannot be read, gets a '-'.
std::string to_text(Duration duration);

// For sentences: at most two units, or seconds with a tenth, rounded down: "1m30s", "2.5s", "40ms".
std::string rough(Duration duration);

}  // namespace agent
