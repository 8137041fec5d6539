// Every HTTP endpoint: the request and what is known in, the answer out. Pure; GET and HEAD, nothing changes state.
// Not the server (io/http_server.h), and nothing is kept between requests (site.h).
#pragma once

#include <span>
#include <string_view>

#include "core/http.h"
#include "core/process.h"
#include "core/snapshot.h"

namespace agent {

struct RouteText {
  std::string_view path;     // "/readyz"
  std::string_view example;  // "/replica?max-lag=10s"
  std::string_view meaning;
};

// In the order in which they are listed; README.md's table is compared with it.
std::span<const RouteText> routes();

struct RouteContext {
  const Snapshot* snapshot = nullptr;  // null before the first tick
  Instant now;
  Instant started;      // of the agent: where there is no tick yet, its age counts
  Duration tick{0};     // --tick
  Duration max_lag{0};  // --max-lag, which ?max-lag= overrides
  std::string_view version;
  const HttpCounters* http = nullptr;
  ProcessCost process;
};

Answer respond(const Request& request, const RouteContext& context);

}  // namespace agent
