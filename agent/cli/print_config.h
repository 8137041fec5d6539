// What `config` prints: each setting, its value, where it came from. Secrets are masked already.
#pragma once

#include <string>

#include "cli/resolve.h"

namespace agent {

// Who this pod is and whom the replicas follow, then a row for each setting.
std::string print_config(const Resolved& resolved);

// Each warning and error on a line of its own, "redis-agent init: flag --tick: ..."; empty when there is none.
std::string print_complaints(const Resolved& resolved, std::string_view command);

}  // namespace agent
