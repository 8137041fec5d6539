#include "show/table.h"

#include <gtest/gtest.h>

#include "unit/sample.h"

namespace agent {
namespace {

std::string shown(const Observation& seen, TableStyle style = {}) {
  return '\n' + status_table(judge_set(test::settings_of(1), seen), style);
}

std::size_t widest(const std::string& text) {
  std::size_t width = 0;
  for (const auto line : split(text, '\n')) {
    width = std::max(width, line.size());
  }
  return width;
}

TEST(Table, AHealthySet) {
  EXPECT_EQ(shown(test::full_set(1)), R"(
POD      ROLE     FOLLOWS  LINK  LAG             KEYS  VERSION       VERDICT
redis-0  master   -        -     -          1,234,567  redis 7.0.15  serving
redis-1  replica  redis-0  up    0 B, 0.0s  1,234,567  redis 7.0.15  following
redis-2  replica  redis-0  up    0 B, 0.0s  1,234,567  redis 7.0.15  following

healthy: redis-0 is master, all 3 pods are well
)");
}

TEST(Table, EachUnhealthyPodHasItsSentenceAndTheWayOut) {
  EXPECT_EQ(shown(test::broken_set(1)), R"(
POD      ROLE     FOLLOWS  LINK      LAG  KEYS  VERSION       VERDICT
redis-0  -        -        -         -       -  -             redis_refused
redis-1  replica  redis-0  down 12s  -       7  redis 7.0.15  link_down
redis-2  replica  nobody   down      -       7  redis 7.0.15  parked

no_master: no pod of the 3 that were seen takes writes
  redis-0 redis_refused: nobody listens where the Redis of redis-0 should: Connection refused
    -> Is the Redis container running? kubectl logs POD -c redis. Is --redis right?
  redis-1 link_down: the link of redis-1 to redis-0.redis.default.svc.cluster.local. is down for 12 s; the Redis of
    redis-0 is refused
    -> See the master's own reason; a wrong masterauth and a NetworkPolicy look like this too: see Redis' log.
  redis-2 parked: redis-2 is parked: it follows nobody and refuses writes
    -> Attach it: REPLICAOF <address of the first pod> 6379.
)");
}

TEST(Table, WideHasEveryColumn) {
  const auto text = shown(test::full_set(1), {.wide = true});
  EXPECT_EQ(text.substr(0, text.find('\n', 1)),
            "\nPOD      ADDRESS   CONTACT  ROLE     FOLLOWS  CONNECTED  LINK  LAG             KEYS  OFFSET  REPLID   "
            "MEMORY  CLIENTS  UPTIME  VERSION       VERDICT");
  EXPECT_NE(text.find("\nredis-1  10.1.0.2  pong     replica  redis-0  redis-0    up    0 B, 0.0s  1,234,567   1,000  "
                      "aa      1.3 GiB       17    1d2h  redis 7.0.15  following\n"),
            std::string::npos)
      << text;
}

TEST(Table, ColoursOnlyWhenTold) {
  EXPECT_EQ(shown(test::broken_set(1)).find('\x1b'), std::string::npos);
  auto seen = test::broken_set(1);
  seen.pods[1] = test::healthy_set(1).pods[1];
  const auto text = shown(seen, {.color = true});
  EXPECT_NE(text.find("\x1b[31mredis_refused\x1b[0m\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\x1b[32mfollowing\x1b[0m\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n\x1b[31mno_master\x1b[0m: no pod"), std::string::npos) << text;
}

TEST(Table, ForeignMastersAreShownWithTheirPort) {
  auto seen = test::healthy_set(1);
  test::info_of(seen, 1).link->host = "192.0.2.7";
  test::info_of(seen, 2).link->host = "10.1.0.1";  // redis-0, by address
  const auto text = shown(seen);
  EXPECT_NE(text.find("redis-1  replica  192.0.2.7:6379  up"), std::string::npos) << text;
  EXPECT_NE(text.find("redis-2  replica  redis-0         up"), std::string::npos) << text;
}

TEST(Table, NamesOfAnyLengthStayWithin120Columns) {
  auto seen = test::full_set(1);
  for (auto& pod : seen.pods) {
    pod.pod = cat("shop-checkout-sessions-redis-europe-west-", *pod.ordinal);
    auto& info = test::info_of(pod);
    if (info.link) {
      info.link->host = "shop-checkout-sessions-redis-europe-west-0.redis.default.svc.cluster.local.";
    }
  }
  const auto text = shown(seen);
  EXPECT_LE(widest(text.substr(0, text.find("\n\n"))), 122U) << text;  // in bytes: "…" has three
  EXPECT_NE(text.find("…rope-west-0"), std::string::npos) << text;
}

TEST(Table, WhatRedisSaysCannotMoveTheCursor) {
  auto seen = test::healthy_set(1);
  seen.pods[2].redis = test::failed(Contact::error, "ERR \x1b[2J\x1b]0;owned\x07\nfake line");
  const auto text = shown(seen);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_EQ(text.find("\nfake"), std::string::npos);
}

TEST(Table, NoPodAtAll) {
  Observation none{.now = test::kNow, .pods = {}, .master_dns = {}, .service_dns = {}};
  EXPECT_EQ(shown(none),
            "\nunknown: whether the set has a master is not known: the pod that should be it did not say; DNS has not "
            "answered for\n  redis.default.svc.cluster.local.\n");
}

}  // namespace
}  // namespace agent
