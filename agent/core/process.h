// What this process costs, for its own metrics. Absent where the system does not say.
#pragma once

#include <cstdint>
#include <optional>

#include "core/time.h"

namespace agent {

struct ProcessCost {
  std::optional<std::int64_t> resident_bytes;
  std::optional<Duration> cpu;
};

}  // namespace agent
