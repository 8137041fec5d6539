#include "cli/version.h"

namespace agent {

std::string_view version() { return REDIS_AGENT_VERSION; }

}  // namespace agent
