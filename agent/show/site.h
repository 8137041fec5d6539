// What the HTTP server asks: the endpoints of routes.h, with what is rendered from a snapshot rendered once for it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/settings.h"
#include "show/routes.h"

namespace agent {

class Site {
 public:
  // `http` outlives it.
  Site(const RunSettings& run, std::string version, Instant started, const HttpCounters& http,
       std::function<ProcessCost()> process, AcceptDataLoss accept_data_loss);

  // `snapshot` is null before the first tick.
  Answer answer(const Request& request, const std::shared_ptr<const Snapshot>& snapshot, Instant now);

 private:
  RouteContext context(const Request& request, Instant now) const;

  RunSettings run_;
  std::string version_;
  Instant started_;
  const HttpCounters& http_;
  std::function<ProcessCost()> process_;
  AcceptDataLoss accept_data_loss_;
  std::shared_ptr<const Snapshot> snapshot_;             // what `rendered_` was made of
  std::map<std::string, Answer, std::less<>> rendered_;  // by target
};

}  // namespace agent
