// What a guarded pod boots with, and what of its template the sidecar has to know to end that: the closed door (bind on
// loopback only), the parked replica, and the template's own bind and min-replicas-to-write, which go to the state
// file. Not the decision when to open: that is guard's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/conf.h"
#include "core/info.h"
#include "core/memory.h"

namespace agent {

// Redis' own default, where the template has no `bind`.
inline constexpr std::string_view kDefaultBind = "* -::*";

// Nobody listens there, and the port 0 tells it from every other master.
MasterRef parked_master();
bool is_parked(const MasterLink& link);

// No other pod could ever attach to a Redis that is opened to this.
bool is_loopback_only(std::string_view bind);

struct Remembered {
  Memory memory;
  std::string why_anew;  // why what was there is replaced as a whole: a sentence's end; empty where it is not
};

// What the state file is to hold: what was there of this pod, with what its template says now.
Remembered remembered(const std::optional<std::string>& state, const std::string& pod, const ConfEdit& edit);

}  // namespace agent
