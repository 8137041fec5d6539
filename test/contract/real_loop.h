// The real loop, driven by a test: runs until a condition holds, so that no test sleeps.
#pragma once

#include <functional>

#include "io/loop.h"

namespace agent {

// False: `limit` has passed.
bool run_until(Loop& loop, const std::function<bool()>& done, Duration limit);

}  // namespace agent
