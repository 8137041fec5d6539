// What this process costs, asked of the system now.
#pragma once

#include "core/process.h"

namespace agent {

ProcessCost process_cost();

}  // namespace agent
