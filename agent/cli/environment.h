// Which variables of the environment are ours: REDIS_AGENT_<FLAG>. Not those that Kubernetes puts there by itself for a
// Service that is called redis-agent or redis-agent-something (REDIS_AGENT_SERVICE_HOST, REDIS_AGENT_PORT=tcp://...).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/setting_table.h"

namespace agent {

using Environment = std::map<std::string, std::string, std::less<>>;

// The value for this setting; an empty one counts as none, as `${UNSET:-}` leaves it.
std::optional<std::string> from_environment(const SettingRow& row, const Environment& environment);

// A sentence for each REDIS_AGENT_ variable that is no setting and no doing of Kubernetes: probably a slip.
std::vector<std::string> unknown_variables(const Environment& environment);

}  // namespace agent
