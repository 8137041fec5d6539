// Times and amounts as people and machines read them. Not a clock.
#pragma once

#include <cstdint>
#include <string>

#include "core/time.h"

namespace agent {

// Exact decimal seconds, as JSON and Prometheus write numbers: "1.25", "0", "-0.5"
std::string seconds_text(Duration duration);
std::string unix_seconds(WallTime wall);

// "1,234,567"
std::string grouped(std::int64_t number);

// At most four figures: "0 B", "812 B", "1.2 MiB"
std::string bytes_text(std::int64_t bytes);

// A short age for a table: "0.3s", "12s", then as rough()
std::string short_age(Duration age);

}  // namespace agent
