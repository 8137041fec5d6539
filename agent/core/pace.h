// The pace of the DNS wait: how long until the next look-up. Pure; the caller brings the random number.
#pragma once

#include "core/time.h"

namespace agent {

// A fiftieth of the time already waited, at least 25 ms, at most 1 s, and up to a tenth of that less by `jitter`, so
// that a whole set does not ask in step. `jitter` is in [0, 1).
Duration next_interval(Duration waited, double jitter);

}  // namespace agent
