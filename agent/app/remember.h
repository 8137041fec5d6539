// The state file as init leaves it for the sidecar of a guarded pod: read, judged by core/closed_door.h, written only
// where it differs, so that it outlives the machine.
#pragma once

#include <expected>
#include <string>

#include "core/conf.h"
#include "core/settings.h"
#include "ports/files.h"

namespace agent {

// Returns what is to be said of a state file that was replaced as a whole, empty for none; or what did not work.
std::expected<std::string, std::string> remember_template(Files& files, const Settings& settings, const ConfEdit& edit);

}  // namespace agent
