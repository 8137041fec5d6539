// Every HTTP endpoint: the request and what is known in, the answer out. GET and HEAD change nothing; the one POST,
// over the Unix socket only, is the operator's word, which is passed on. Not the server (io/http_server.h), and nothing
// is kept between requests (site.h).
#pragma once

#include <expected>
#include <functional>
#include <span>
#include <string>
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

// Ends the present hold, and says what will be done; or why there is nothing to end.
using AcceptDataLoss = std::function<std::expected<std::string, std::string>()>;

inline constexpr std::string_view kBootstrapPath = "/v1/bootstrap";

struct RouteContext {
  const Snapshot* snapshot = nullptr;  // null before the first tick
  Instant now;
  Instant started;      // of the agent: where there is no tick yet, its age counts
  Duration tick{0};     // --tick
  Duration max_lag{0};  // --max-lag, which ?max-lag= overrides
  std::string_view version;
  const HttpCounters* http = nullptr;
  ProcessCost process;
  const AcceptDataLoss* accept_data_loss = nullptr;
};

Answer respond(const Request& request, const RouteContext& context);

}  // namespace agent
