// /metrics: Prometheus text 0.0.4. What is not known has no sample: it is never 0.
//
// Small closed sets (health, role) have a sample for every value, 0 or 1, so that averages over time and `== 0` work.
// `reason`, `redis_contact` and `dns_outcome` have one sample, of the present value: a series that is gone ends its
// alert at the next scrape, and a pod costs one series instead of one for each of fifty reasons.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/http.h"
#include "core/process.h"
#include "core/snapshot.h"

namespace agent {

// Prometheus 3 refuses a scrape without it.
inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";
inline constexpr std::string_view kMetricsPrefix = "redis_agent_";

struct MetricText {
  std::string_view name;    // without the prefix
  std::string_view type;    // "gauge", "counter"
  std::string_view labels;  // "peer, role"; empty for none
  std::string_view help;
};

// Every metric, in the order of /metrics; README.md's table is compared with it.
std::span<const MetricText> metrics();

struct MetricsInput {
  const Snapshot* snapshot = nullptr;  // none before the first tick
  std::string_view version;
  HttpCounters http;
  ProcessCost process;
};

std::string metrics_text(const MetricsInput& input);

}  // namespace agent
