// The documents that programs read: /v1/status and `status -o json|yaml`. The schema is docs/status-v1.md; a unit test
// compares the two. Within v1 fields are added, never renamed, never given another meaning.
#pragma once

#include <string_view>

#include "core/snapshot.h"
#include "show/tree.h"

namespace agent {

inline constexpr std::string_view kStatusSchema = "redis-agent/v1";

// What one agent sees.
Node agent_document(const Snapshot& snapshot, std::string_view version);

// The set as `status` saw it at `now`: the same `set` object, without an agent around it.
Node set_document(const SetStatus& set, Instant now, WallTime wall, std::string_view version);

}  // namespace agent
