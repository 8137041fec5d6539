// What an agent publishes of its data, read out of the status document (docs/status-v1.md) of another agent. The one
// place that reads JSON.
#pragma once

#include <optional>
#include <string_view>

#include "core/lineage.h"

namespace agent {

// Nothing for what is no such document, or one without `data` (an older agent). What is there and cannot be read of
// `data.continues` is as if the agent did not know it.
std::optional<Published> published_in(std::string_view status);

}  // namespace agent
