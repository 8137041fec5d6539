#include "show/metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "unit/run_tool.h"
#include "unit/sample.h"

namespace agent {
namespace {

const HttpCounters kHttp{.answers = {{200, 12}, {503, 1}}, .connections = 2, .dropped_slow = 3, .dropped_full = 4};
const ProcessCost kProcess{.resident_bytes = 8'388'608, .cpu = std::chrono::milliseconds(1500)};

std::string text_of(const Snapshot& snapshot) {
  return metrics_text({.snapshot = &snapshot, .version = "0.1.0", .http = kHttp, .process = kProcess});
}

// "name{labels}" -> value
std::map<std::string, std::string> samples_of(const std::string& text) {
  std::map<std::string, std::string> samples;
  for (const auto line : split(text, '\n')) {
    if (!line.empty() && line.front() != '#') {
      const auto blank = line.rfind(' ');
      samples.emplace(line.substr(kMetricsPrefix.size(), blank - kMetricsPrefix.size()), line.substr(blank + 1));
    }
  }
  return samples;
}

std::set<std::string> names_in(const std::string& text) {
  std::set<std::string> names;
  for (const auto& [sample, value] : samples_of(text)) {
    names.insert(sample.substr(0, sample.find('{')));
  }
  return names;
}

void expect_samples(const std::string& text, const std::map<std::string, std::string>& expected) {
  const auto samples = samples_of(text);
  for (const auto& [name, value] : expected) {
    const auto found = samples.find(name);
    EXPECT_EQ(found == samples.end() ? "absent" : found->second, value) << name;
  }
}

TEST(Metrics, OfAReplica) {
  expect_samples(text_of(test::full_snapshot(1)), {
                                                      {"build_info{version=\"0.1.0\"}", "1"},
                                                      {"start_timestamp_seconds", "1783072800.25"},
                                                      {"last_tick_timestamp_seconds", "1783166400.25"},
                                                      {"ticks_total", "42"},
                                                      {"health{health=\"healthy\"}", "1"},
                                                      {"health{health=\"down\"}", "0"},
                                                      {"reason{reason=\"following\"}", "1"},
                                                      {"ready", "1"},
                                                      {"is_master", "0"},
                                                      {"is_replica", "1"},
                                                      {"redis_up", "1"},
                                                      {"redis_contact{contact=\"pong\"}", "1"},
                                                      {"redis_info{kind=\"redis\",version=\"7.0.15\"}", "1"},
                                                      {"redis_role{role=\"master\"}", "0"},
                                                      {"redis_role{role=\"replica\"}", "1"},
                                                      {"keys", "1234567"},
                                                      {"replication_offset_bytes", "1000"},
                                                      {"link_up", "1"},
                                                      {"link_last_io_seconds", "1"},
                                                      {"lag_bytes", "0"},
                                                      {"lag_seconds", "0"},
                                                      {"sync_full_total", "2"},
                                                      {"dns_outcome{name=\"master\",outcome=\"found\"}", "1"},
                                                      {"dns_addresses{name=\"service\"}", "3"},
                                                      {"set_health{health=\"healthy\"}", "1"},
                                                      {"set_pods{health=\"healthy\"}", "3"},
                                                      {"peer_up{peer=\"redis-0\"}", "1"},
                                                      {"peer_role{peer=\"redis-0\",role=\"master\"}", "1"},
                                                      {"peer_up{peer=\"redis-1\"}", "absent"},
                                                      {"replicas_connected", "absent"},
                                                      {"http_requests_total{code=\"503\"}", "1"},
                                                      {"http_dropped_total{cause=\"full\"}", "4"},
                                                      {"process_resident_memory_bytes", "8388608"},
                                                      {"process_cpu_seconds_total", "1.5"},
                                                  });
}

TEST(Metrics, OfAMaster) {
  auto seen = test::full_set(0);
  test::info_of(seen, 0).replicas[0].state = "wait_bgsave";
  expect_samples(text_of(test::snapshot_of(seen, 0)), {{"replicas_connected", "2"},
                                                       {"replicas_online", "1"},
                                                       {"reason{reason=\"replicas_missing\"}", "1"},
                                                       {"reason{reason=\"serving\"}", "absent"},
                                                       {"replication_offset_bytes", "1000"},
                                                       {"link_up", "absent"},
                                                       {"lag_bytes", "absent"}});
}

TEST(Metrics, WhatIsNotKnownIsAbsentAndNotZero) {
  auto seen = test::broken_set(1);
  seen.pods[2].redis.reset();
  expect_samples(text_of(test::snapshot_of(seen, 1)), {{"link_up", "0"},
                                                       {"link_down_seconds", "12"},
                                                       {"link_last_io_seconds", "absent"},
                                                       {"lag_seconds", "absent"},
                                                       {"lag_bytes", "absent"},
                                                       {"redis_memory_used_bytes", "absent"},
                                                       {"peer_up{peer=\"redis-0\"}", "0"},
                                                       {"peer_role{peer=\"redis-0\",role=\"master\"}", "absent"},
                                                       {"peer_up{peer=\"redis-2\"}", "absent"}});
  seen.pods[1].redis = test::failed(Contact::silent);
  expect_samples(text_of(test::snapshot_of(seen, 1)), {{"redis_up", "0"},
                                                       {"redis_contact{contact=\"silent\"}", "1"},
                                                       {"keys", "absent"},
                                                       {"redis_role{role=\"master\"}", "absent"},
                                                       {"link_up", "absent"}});
}

TEST(Metrics, LastIoOfMinusOneIsAbsent) {
  const auto seen = test::broken_set(2);  // parked: master_last_io_seconds_ago is -1
  expect_samples(text_of(test::snapshot_of(seen, 2)), {{"link_last_io_seconds", "absent"}, {"link_up", "0"}});
}

TEST(Metrics, BeforeTheFirstTick) {
  const auto text = metrics_text({.snapshot = nullptr, .version = "0.1.0", .http = {}, .process = {}});
  EXPECT_EQ(names_in(text), (std::set<std::string>{"build_info", "http_connections", "http_dropped_total"}));
}

TEST(Metrics, EveryMetricOfTheTableIsSeenSomewhereAndNoOther) {
  auto names = names_in(text_of(test::full_snapshot(0)));
  names.merge(names_in(text_of(test::full_snapshot(1))));
  std::set<std::string> table;
  for (const auto& metric : metrics()) {
    table.insert(std::string(metric.name));
  }
  EXPECT_EQ(names, table);
}

// "peer, role" of "peer_role{peer=\"a\",role=\"b\"}"
std::string labels_of(std::string_view sample) {
  std::string labels;
  const auto brace = sample.find('{');
  if (brace != std::string_view::npos) {
    for (const auto pair : split(sample.substr(brace + 1), ',')) {
      labels += cat(labels.empty() ? "" : ", ", pair.substr(0, pair.find('=')));
    }
  }
  return labels;
}

TEST(Metrics, TheTableNamesTheLabels) {
  for (const auto& [sample, value] : samples_of(text_of(test::full_snapshot(1)))) {
    const auto row = std::ranges::find(metrics(), sample.substr(0, sample.find('{')), &MetricText::name);
    EXPECT_EQ(labels_of(sample), row->labels) << sample;
  }
}

TEST(Metrics, ThePromtoolOfPrometheusAcceptsThem) {
  auto odd = test::full_set(0);
  odd.pods[1].pod = "re\"d\\is\n\xff";
  for (const auto& snapshot : {test::full_snapshot(0), test::full_snapshot(1), test::snapshot_of(odd, 0),
                               test::snapshot_of(test::broken_set(1), 1)}) {
    const auto result = test::run_tool({"promtool", "check", "metrics"}, text_of(snapshot));
    if (result.code == 127) {
      GTEST_SKIP() << "needs promtool (Debian: prometheus)";
    }
    EXPECT_EQ(result.code, 0) << result.output;
    EXPECT_EQ(result.output, "");
  }
}

}  // namespace
}  // namespace agent
