// Wall time as text, always in UTC. Not a clock; durations are duration.h's.
#pragma once

#include <string>

#include "core/time.h"

namespace agent {

// RFC 3339: "2026-07-04T12:00:00.250Z"
std::string timestamp(WallTime wall);

// "12:00:00"
std::string clock_time(WallTime wall);

}  // namespace agent
