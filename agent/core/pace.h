// The pace of the DNS wait: how long until the next look-up. Pure; the caller brings the random number.
#pragma once

#include "core/time.h"

namespace agent {

// A fiftieth of the time already waited, so that whoever waits long finds the record late by little of it; at least
// 25 ms, at most 1 s. In the first ten seconds, within which the record of a pod that starts nearly always comes, at
// most 50 ms: without that limit, the unluckiest of those waits would be 160 ms late, not a tenth of what they lose by
// looking once a second, and it costs the DNS server only some eighty look-ups more. Up to a tenth of the interval less
// by `jitter`, so that a whole set does not ask in step. `jitter` is in [0, 1).
Duration next_interval(Duration waited, double jitter);

}  // namespace agent
