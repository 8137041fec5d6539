#include "show/routes.h"

#include <gtest/gtest.h>

#include "show/metrics.h"
#include "show/site.h"
#include "show/target.h"
#include "unit/case_name.h"
#include "unit/sample.h"

namespace agent {
namespace {

using namespace std::chrono_literals;

RouteContext context_of(const Snapshot* snapshot, Duration since_tick = 500ms) {
  const auto at = snapshot != nullptr ? snapshot->at : test::kNow;
  return {.snapshot = snapshot,
          .now = at + since_tick,
          .started = at,
          .tick = 1s,
          .max_lag = 10s,
          .version = "0.1.0",
          .http = nullptr,
          .process = {}};
}

Answer get(const std::string& target, const Snapshot* snapshot, Duration since_tick = 500ms) {
  return respond({.method = Method::get, .target = target}, context_of(snapshot, since_tick));
}

Snapshot lagging(Duration lag) {
  auto snapshot = test::healthy_snapshot(1);
  snapshot.own.lag = lag;
  return snapshot;
}

struct Expected {
  const char* name;
  const char* target;
  Snapshot snapshot;
  int status;
  const char* body;
};

class Route : public testing::TestWithParam<Expected> {};

TEST_P(Route, Answers) {
  const auto answer = get(GetParam().target, &GetParam().snapshot);
  EXPECT_EQ(answer.status, GetParam().status);
  EXPECT_EQ(*answer.body, GetParam().body);
  EXPECT_EQ(answer.content_type, kPlainText);
}

const auto kMaster = test::healthy_snapshot(0);
const auto kReplica = test::healthy_snapshot(1);
const auto kBroken = test::snapshot_of(test::broken_set(1), 1);

const auto kMissing = [] {
  auto seen = test::healthy_set(0);
  test::info_of(seen, 0).replicas.pop_back();
  return test::snapshot_of(seen, 0);
}();

const auto kSilent = [] {
  auto seen = test::healthy_set(1);
  seen.pods[1].redis = test::failed(Contact::silent);
  return test::snapshot_of(seen, 1);
}();

INSTANTIATE_TEST_SUITE_P(
    Cases, Route,
    testing::Values(
        Expected{"live", "/livez", kBroken, 200, "ok\n"}, Expected{"healthz", "/healthz", kBroken, 200, "ok\n"},
        Expected{"live_verbose", "/livez?verbose", kBroken, 200, "[+]loop ok\nlivez check passed\n"},
        Expected{"ready_master", "/readyz", kMaster, 200, "ok\n"},
        Expected{"ready_replica", "/readyz", kReplica, 200, "ok\n"},
        Expected{"ready_verbose_master", "/readyz?verbose", kMaster, 200,
                 "[+]loop ok\n[+]redis ok\n[+]role ok\n[+]replicas ok\n[+]disk ok\nreadyz check passed\n"},
        Expected{"ready_verbose_replica", "/readyz?verbose=1", kReplica, 200,
                 "[+]loop ok\n[+]redis ok\n[+]role ok\n[+]link ok\n[+]lag ok\n[+]disk ok\nreadyz check passed\n"},
        Expected{"ready_although", "/readyz?verbose", kMissing, 200,
                 "[+]loop ok\n[+]redis ok\n[+]role ok\n[+]replicas ok, but replicas_missing: redis-2 does not stream "
                 "from redis-0\n[+]disk ok\nreadyz check passed\n"},
        Expected{"not_ready", "/readyz", kBroken, 503,
                 "[+]loop ok\n[+]redis ok\n[+]role ok\n[-]link failed: link_down: the link of redis-1 to "
                 "redis-0.redis.default.svc.cluster.local. is down for 12 s; the Redis of redis-0 is refused\n"
                 "[ ]lag not judged\n[ ]disk not judged\nreadyz check failed\n-> See the master's own reason; a wrong "
                 "masterauth and a NetworkPolicy look like this too: see Redis' log.\n"},
        Expected{"silent", "/readyz", kSilent, 503,
                 "[+]loop ok\n[-]redis failed: redis_silent: the Redis of redis-1 accepts connections and does not "
                 "answer\n[ ]role not judged\n[ ]link not judged\n[ ]lag not judged\n[ ]disk not judged\nreadyz check "
                 "failed\n-> Frozen, swapping or in a long command: look at CPU and SLOWLOG.\n"},
        Expected{"master_is", "/master", kMaster, 200, "ok\n"},
        Expected{"master_is_not", "/master", kReplica, 503,
                 "[+]loop ok\n[-]master failed: following: redis-1 follows redis-0.redis.default.svc.cluster.local.\n"
                 "master check failed\n"},
        Expected{"replica_is", "/replica", kReplica, 200, "ok\n"},
        Expected{"replica_is_not", "/replica", kMaster, 503,
                 "[+]loop ok\n[-]replica failed: serving: redis-0 serves as master, 2 replicas stream from it\n"
                 "[ ]lag not judged\nreplica check failed\n"},
        Expected{"replica_verbose", "/replica?verbose&max-lag=1s", kReplica, 200,
                 "[+]loop ok\n[+]replica ok\n[+]lag ok\nreplica check passed\n"},
        Expected{"replica_within_default", "/replica", lagging(9400ms), 200, "ok\n"},
        Expected{"replica_beyond_default", "/replica", lagging(9600ms), 503,
                 "[+]loop ok\n[+]replica ok\n[-]lag failed: its data may be 10.1s old, more than 10s\nreplica check "
                 "failed\n"},
        Expected{"replica_asked_for_more", "/replica?max-lag=1m", lagging(50s), 200, "ok\n"},
        Expected{"replica_asked_for_less", "/replica?max-lag=2s", lagging(3s), 503,
                 "[+]loop ok\n[+]replica ok\n[-]lag failed: its data may be 3.5s old, more than 2s\nreplica check "
                 "failed\n"},
        Expected{"max_lag_encoded", "/replica?max-lag=%31%30s", kReplica, 200, "ok\n"},
        Expected{"last_value_counts", "/replica?max-lag=1us&max-lag=10s", kReplica, 200, "ok\n"},
        Expected{"absolute_form", "http://10.1.0.2:8379/livez", kReplica, 200, "ok\n"},
        Expected{"misspelt", "/replica?maxlag=1s", kReplica, 400,
                 "unknown parameter \"maxlag\": /replica knows verbose and max-lag; for example /replica?verbose\n"},
        Expected{"misplaced", "/readyz?max-lag=1s", kReplica, 400,
                 "unknown parameter \"max-lag\": /readyz knows verbose; for example /readyz?verbose\n"},
        Expected{"bad_escape", "/livez?%zz", kReplica, 400, "cannot read %zz in the address: expected %XX\n"}),
    kCaseName);

TEST(Routes, ABadMaxLagSaysWhatAndGivesAnExample) {
  for (const auto* value : {"", "10", "abc", "-1s", "1s%0a", "99999d"}) {
    const auto answer = get(cat("/replica?max-lag=", value), &kReplica);
    EXPECT_EQ(answer.status, 400) << value;
    EXPECT_TRUE(answer.body->starts_with("max-lag: ")) << *answer.body;
    EXPECT_TRUE(answer.body->ends_with("; for example /replica?max-lag=10s\n")) << *answer.body;
  }
}

TEST(Routes, AReplicaWhoseLagIsNotKnownIsNotWithinIt) {
  auto snapshot = test::healthy_snapshot(1);
  snapshot.own.lag.reset();
  const auto answer = get("/replica", &snapshot);
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.body->find("[-]lag failed: how old its data is, is not known"), std::string::npos);
}

// The parts are a way to show the verdict; they never overrule it.
TEST(Routes, ReadyIsWhatTheVerdictSaysForEveryReason) {
  for (const auto& snapshot : {kMaster, kReplica}) {
    for (const auto& text : reasons()) {
      for (const bool ready : {true, false}) {
        auto odd = snapshot;
        odd.own.reason = text.reason;
        odd.own.ready = ready;
        odd.own.health = ready ? Health::degraded : Health::down;
        EXPECT_EQ(get("/readyz", &odd).status, ready ? 200 : 503) << text.word;
      }
    }
  }
}

TEST(Routes, BeforeTheFirstTick) {
  EXPECT_EQ(get("/livez", nullptr).status, 200);
  for (const auto* path : {"/readyz", "/master", "/replica", "/v1/status", "/"}) {
    const auto answer = get(path, nullptr);
    EXPECT_EQ(answer.status, 503) << path;
    EXPECT_NE(answer.body->find("starting"), std::string::npos) << *answer.body;
  }
  EXPECT_EQ(get("/metrics", nullptr).status, 200);
}

TEST(Routes, ALoopThatHangsIsNeitherAliveNorReady) {
  EXPECT_EQ(get("/livez", &kMaster, 10s).status, 200);
  for (const auto* path : {"/livez", "/healthz", "/readyz", "/master"}) {
    const auto answer = get(path, &kMaster, 10001ms);
    EXPECT_EQ(answer.status, 503) << path;
    EXPECT_TRUE(answer.body->starts_with("[-]loop failed: the last tick was 10s ago, more than 10s\n")) << *answer.body;
  }
  EXPECT_EQ(get("/livez", nullptr, 11s).status, 503) << "a loop that never ticked";
  auto slow = context_of(&kMaster, 49s);
  slow.tick = 10s;  // five ticks are longer than 10 s
  EXPECT_EQ(respond({.method = Method::get, .target = "/livez"}, slow).status, 200);
}

TEST(Routes, OtherMethodsAreRefused) {
  const auto answer = respond({.method = Method::other, .target = "/livez"}, context_of(&kMaster));
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.fields, "Allow: GET, HEAD\r\n");
}

TEST(Routes, NotFoundListsEveryPath) {
  for (const auto* target : {"/nope", "/livez/", "", "*", "/%00", "/..", "//livez"}) {
    const auto answer = get(target, &kMaster);
    EXPECT_EQ(answer.status, 404) << target;
    for (const auto& route : routes()) {
      EXPECT_NE(answer.body->find(cat('\n', route.example, ' ')), std::string::npos) << route.path;
    }
  }
}

TEST(Routes, TypesOfTheDocuments) {
  EXPECT_EQ(get("/v1/status", &kMaster).content_type, "application/json");
  EXPECT_EQ(get("/metrics", &kMaster).content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(get("/", &kMaster).content_type, "text/html; charset=utf-8");
}

TEST(Target, TakesPathAndQueryApart) {
  const auto target = parse_target("/a%20b?x=1&y&&z=%26=");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a b");
  EXPECT_EQ(target->query, (std::vector<std::pair<std::string, std::string>>{{"x", "1"}, {"y", ""}, {"z", "&="}}));
  EXPECT_FALSE(target->value_of("w"));
  EXPECT_FALSE(parse_target("/%"));
  EXPECT_FALSE(parse_target("/%4"));
  EXPECT_EQ(parse_target("http://host")->path, "/");
}

class SiteTest : public testing::Test {
 protected:
  Answer ask(const std::string& target, const std::shared_ptr<const Snapshot>& snapshot) {
    return site_.answer({.method = Method::get, .target = target}, snapshot, test::kNow);
  }
  int asked_cost_ = 0;
  int accepted_ = 0;
  HttpCounters http_;
  Site site_{RunSettings{},
             "0.1.0",
             test::kNow,
             http_,
             [this] {
               ++asked_cost_;
               return ProcessCost{.resident_bytes = 1, .cpu = {}};
             },
             [this] {
               ++accepted_;
               return accepted_ == 1 ? std::expected<std::string, std::string>("ends the hold")
                                     : std::unexpected("there is no hold to end");
             }};
};

TEST_F(SiteTest, RendersOnceForEachSnapshot) {
  const auto first = std::make_shared<const Snapshot>(kMaster);
  for (const auto* target : {"/metrics", "/v1/status", "/"}) {
    const auto body = ask(target, first).body;
    EXPECT_EQ(ask(target, first).body, body) << target;
    EXPECT_NE(ask(target, std::make_shared<const Snapshot>(kReplica)).body, body) << target;
    EXPECT_NE(*ask(target, std::make_shared<const Snapshot>(kReplica)).body, *body) << target;
  }
  EXPECT_EQ(asked_cost_, 3) << "for /metrics only, once a snapshot";
}

TEST_F(SiteTest, WhatDependsOnTheMomentIsNeverKept) {
  const auto snapshot = std::make_shared<const Snapshot>(kMaster);
  EXPECT_EQ(ask("/livez", snapshot).status, 200);
  EXPECT_EQ(site_.answer({.method = Method::get, .target = "/livez"}, snapshot, test::kNow + 1min).status, 503);
}

TEST_F(SiteTest, WithoutASnapshotNothingIsKept) {
  EXPECT_EQ(ask("/v1/status", nullptr).status, 503);
  EXPECT_EQ(ask("/metrics", nullptr).body->find("http_requests_total"), std::string::npos);
  http_.answers[200] = 1;
  EXPECT_NE(ask("/metrics", nullptr).body->find("http_requests_total{code=\"200\"} 1"), std::string::npos);
  EXPECT_EQ(ask("/v1/status", std::make_shared<const Snapshot>(kMaster)).status, 200);
}

TEST_F(SiteTest, PassesTheOperatorsWordOnOverTheUnixSocketOnly) {
  const auto snapshot = std::make_shared<const Snapshot>(kMaster);
  const auto ask_with = [&](const Request& request) { return site_.answer(request, snapshot, test::kNow); };
  const Request word{.method = Method::post, .target = "/v1/bootstrap", .is_local = true, .has_body = false};
  for (const auto& [change, status] : std::vector<std::pair<std::function<void(Request&)>, int>>{
           {[](Request& r) { r.is_local = false; }, 405},
           {[](Request& r) { r.target = "/v1/bootstrap?now"; }, 405},
           {[](Request& r) { r.target = "/v1/status"; }, 405},
           {[](Request& r) { r.method = Method::get; }, 405},
           {[](Request& r) { r.method = Method::other; }, 405},
           {[](Request& r) { r.has_body = true; }, 413}}) {
    auto request = word;
    change(request);
    EXPECT_EQ(ask_with(request).status, status) << request.target;
  }
  EXPECT_EQ(accepted_, 0) << "none of them was the operator's word";
  EXPECT_EQ(ask_with({.method = Method::get, .target = "/v1/bootstrap"}).status, 404)
      << "over TCP there is no such path";
  const auto yes = ask_with(word);
  EXPECT_EQ(yes.status, 200);
  EXPECT_EQ(*yes.body, "ends the hold\n");
  const auto no = ask_with(word);
  EXPECT_EQ(no.status, 409);
  EXPECT_EQ(*no.body, "there is no hold to end\n");
}

TEST_F(SiteTest, AMethodThatIsRefusedIsRefusedForWhatIsKeptToo) {
  const auto snapshot = std::make_shared<const Snapshot>(kMaster);
  ask("/metrics", snapshot);
  EXPECT_EQ(site_.answer({.method = Method::other, .target = "/metrics"}, snapshot, test::kNow).status, 405);
  EXPECT_EQ(site_.answer({.method = Method::head, .target = "/metrics"}, snapshot, test::kNow).status, 200);
}

}  // namespace
}  // namespace agent
