#include "show/site.h"

namespace agent {

namespace {

// Renders the snapshot and nothing of the moment or the query.
bool is_of_snapshot(std::string_view target) { return target == "/metrics" || target == "/v1/status" || target == "/"; }

}  // namespace

Site::Site(const RunSettings& run, std::string version, Instant started, const HttpCounters& http,
           std::function<ProcessCost()> process, AcceptDataLoss accept_data_loss)
    : run_(run),
      version_(std::move(version)),
      started_(started),
      http_(http),
      process_(std::move(process)),
      accept_data_loss_(std::move(accept_data_loss)) {}

RouteContext Site::context(const Request& request, Instant now) const {
  return {
      .snapshot = snapshot_.get(),
      .now = now,
      .started = started_,
      .tick = run_.tick,
      .max_lag = run_.max_lag,
      .version = version_,
      .http = &http_,
      .process = request.target.starts_with("/metrics") ? process_() : ProcessCost{},
      .accept_data_loss = &accept_data_loss_,
  };
}

Answer Site::answer(const Request& request, const std::shared_ptr<const Snapshot>& snapshot, Instant now) {
  if (snapshot != snapshot_) {
    rendered_.clear();
    snapshot_ = snapshot;
  }
  const bool is_read = request.method == Method::get || request.method == Method::head;
  const bool is_rendered = is_read && is_of_snapshot(request.target);
  if (!is_rendered) {
    return respond(request, context(request, now));
  }
  if (const auto found = rendered_.find(request.target); found != rendered_.end()) {
    return found->second;
  }
  auto answer = respond(request, context(request, now));
  if (snapshot_) {  // without one nothing would ever end it
    rendered_.emplace(request.target, answer);
  }
  return answer;
}

}  // namespace agent
