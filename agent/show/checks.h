// What /livez, /readyz, /master and /replica look at, one check after the other, listed as the kube-apiserver does.
// Not a judgement of its own: each check shows a part of the verdict.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/snapshot.h"

namespace agent {

struct Check {
  enum class Result { ok, failed, not_judged };
  std::string_view name;
  Result result = Result::ok;
  std::string note;  // why it failed, or what is not well although it passes
};

struct Checks {
  std::vector<Check> list;
  std::string_view way_out;  // of what failed
  bool passed() const;
};

// How old the last tick is, and how old it may be.
struct LoopAge {
  Duration age{0};
  Duration max{0};
};

// A loop that did not tick for five ticks, and at least 10 s, hangs.
Duration loop_age_max(Duration tick);

// Only whether the agent's own loop ticks: a liveness that looks at anything else restarts whole sets.
Checks check_live(const LoopAge& loop);

// `snapshot` is null before the first tick.
Checks check_ready(const LoopAge& loop, const Snapshot* snapshot);
Checks check_master(const LoopAge& loop, const Snapshot* snapshot);
Checks check_replica(const LoopAge& loop, const Snapshot* snapshot, Duration max_lag);

// "[+]redis ok", "[-]link failed: link_down: ...", "[ ]lag not judged", "readyz check failed"
std::string checks_text(std::string_view endpoint, const Checks& checks);

}  // namespace agent
