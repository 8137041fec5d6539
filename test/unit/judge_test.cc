#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "core/set_status.h"
#include "unit/sight.h"

namespace agent {
namespace {

using namespace test;

struct Broken {
  const char* name;
  std::size_t judged;  // the ordinal that is judged
  std::function<void(Observation&)> breaks;
  Reason reason;
  Health health;
  bool ready;
  SetHealth set;
};

MasterLink& link_of(Observation& set) { return *info_of(set, 1).link; }

const Broken kCases[] = {
    {"master", 0, [](auto&) {}, Reason::serving, Health::healthy, true, SetHealth::healthy},
    {"replica", 1, [](auto&) {}, Reason::following, Health::healthy, true, SetHealth::healthy},

    {"not asked yet", 1, [](auto& s) { s.pods[1].redis.reset(); }, Reason::starting, Health::unknown, false,
     SetHealth::degraded},
    {"no address", 1,
     [](auto& s) {
       s.pods[1].redis.reset();
       s.pods[1].addresses.clear();
       s.pods[1].is_self = false;
     },
     Reason::pod_unresolved, Health::down, false, SetHealth::degraded},
    {"master refused", 0, [](auto& s) { s.pods[0].redis = failed(Contact::refused); }, Reason::redis_refused,
     Health::down, false, SetHealth::no_master},
    {"master silent", 0, [](auto& s) { s.pods[0].redis = failed(Contact::silent); }, Reason::redis_silent, Health::down,
     false, SetHealth::no_master},
    {"unreachable", 1, [](auto& s) { s.pods[1].redis = failed(Contact::unreachable); }, Reason::redis_unreachable,
     Health::down, false, SetHealth::degraded},
    {"closed", 1, [](auto& s) { s.pods[1].redis = failed(Contact::closed); }, Reason::redis_closed, Health::down, false,
     SetHealth::degraded},
    {"noauth", 1, [](auto& s) { s.pods[1].redis = failed(Contact::noauth); }, Reason::redis_noauth, Health::down, false,
     SetHealth::degraded},
    {"wrongpass", 1, [](auto& s) { s.pods[1].redis = failed(Contact::wrongpass); }, Reason::redis_wrongpass,
     Health::down, false, SetHealth::degraded},
    {"noperm", 1, [](auto& s) { s.pods[1].redis = failed(Contact::noperm); }, Reason::redis_noperm, Health::down, false,
     SetHealth::degraded},
    {"busy", 0, [](auto& s) { s.pods[0].redis = failed(Contact::busy); }, Reason::redis_busy, Health::down, false,
     SetHealth::no_master},
    {"other error", 1, [](auto& s) { s.pods[1].redis = failed(Contact::error); }, Reason::redis_error, Health::down,
     false, SetHealth::degraded},
    {"loading by ping", 0, [](auto& s) { s.pods[0].redis->value.contact = Contact::loading; }, Reason::redis_loading,
     Health::down, false, SetHealth::no_master},
    {"loading by info", 0, [](auto& s) { info_of(s, 0).loading = true; }, Reason::redis_loading, Health::down, false,
     SetHealth::no_master},
    {"no info", 1, [](auto& s) { s.pods[1].redis->value.info.reset(); }, Reason::role_unknown, Health::down, false,
     SetHealth::degraded},
    {"no role", 1, [](auto& s) { info_of(s, 1).role.reset(); }, Reason::role_unknown, Health::down, false,
     SetHealth::degraded},

    {"second master", 0, [](auto& s) { info_of(s, 2) = master_info(); }, Reason::second_master, Health::degraded, true,
     SetHealth::several_masters},
    {"stray master", 2, [](auto& s) { info_of(s, 2) = master_info(); }, Reason::stray_master, Health::down, false,
     SetHealth::several_masters},
    {"a replica is missing", 0, [](auto& s) { info_of(s, 0).replicas.pop_back(); }, Reason::replicas_missing,
     Health::degraded, true, SetHealth::degraded},
    {"a replica is not online", 0, [](auto& s) { info_of(s, 0).replicas[0].state = "send_bulk"; },
     Reason::replicas_missing, Health::degraded, true, SetHealth::degraded},
    {"a replica is listed by its name", 0,
     [](auto& s) { info_of(s, 0).replicas[0].ip = "redis-1.redis.default.svc.cluster.local"; }, Reason::serving,
     Health::healthy, true, SetHealth::healthy},
    {"rdb save fails", 0, [](auto& s) { info_of(s, 0).last_rdb_save_ok = false; }, Reason::saves_failing,
     Health::degraded, true, SetHealth::degraded},
    {"aof write fails on a replica", 1, [](auto& s) { info_of(s, 1).last_aof_write_ok = false; }, Reason::saves_failing,
     Health::degraded, true, SetHealth::degraded},
    {"misconf", 0, [](auto& s) { s.pods[0].redis->value.contact = Contact::misconf; }, Reason::saves_failing,
     Health::degraded, true, SetHealth::degraded},
    {"the first follows", 0, [](auto& s) { info_of(s, 0) = replica_info(0); }, Reason::first_pod_follows, Health::down,
     false, SetHealth::no_master},

    {"parked", 1,
     [](auto& s) {
       link_of(s).host = "127.0.0.1";
       link_of(s).port = 0;
     },
     Reason::parked, Health::down, false, SetHealth::degraded},
    {"follows another name", 1, [](auto& s) { link_of(s).host = "redis-2.redis.default.svc.cluster.local."; },
     Reason::wrong_master, Health::down, false, SetHealth::degraded},
    {"follows the short name", 1, [](auto& s) { link_of(s).host = "redis-0.redis"; }, Reason::following,
     Health::healthy, true, SetHealth::healthy},
    {"follows the name without its dot", 1,
     [](auto& s) { link_of(s).host = "Redis-0.redis.default.svc.cluster.local"; }, Reason::following, Health::healthy,
     true, SetHealth::healthy},
    {"follows a prefix that is no label", 1, [](auto& s) { link_of(s).host = "redis-0.red"; }, Reason::wrong_master,
     Health::down, false, SetHealth::degraded},
    {"follows the master's address", 1, [](auto& s) { link_of(s).host = "10.1.0.1"; }, Reason::following,
     Health::healthy, true, SetHealth::healthy},
    {"follows another pod's address", 1, [](auto& s) { link_of(s).host = "10.1.0.3"; }, Reason::wrong_master,
     Health::down, false, SetHealth::degraded},
    {"follows an address that was the master's", 1, [](auto& s) { link_of(s).host = "10.1.0.99"; },
     Reason::master_moved, Health::down, false, SetHealth::degraded},
    {"is connected to another pod", 1,
     [](auto& s) { s.pods[1].redis->value.true_master = TcpEndpoint{{"10.1.0.3"}, 6379}; }, Reason::wrong_master,
     Health::down, false, SetHealth::degraded},
    {"is connected to where the master was", 1,
     [](auto& s) { s.pods[1].redis->value.true_master = TcpEndpoint{{"10.1.0.99"}, 6379}; }, Reason::master_moved,
     Health::down, false, SetHealth::degraded},
    {"is connected, DNS is silent", 1,
     [](auto& s) {
       s.pods[1].redis->value.true_master = TcpEndpoint{{"10.1.0.99"}, 6379};
       s.master_dns->value = {.outcome = DnsOutcome::timeout, .complete = false, .addresses = {}};
     },
     Reason::following, Health::healthy, true, SetHealth::healthy},
    {"is connected by the family that DNS failed to tell", 1,
     [](auto& s) { s.pods[1].redis->value.true_master = TcpEndpoint{{"fd00::1"}, 6379}; }, Reason::following,
     Health::healthy, true, SetHealth::healthy},

    {"full sync", 1,
     [](auto& s) {
       link_of(s).up = false;
       link_of(s).sync_in_progress = true;
     },
     Reason::link_syncing, Health::down, false, SetHealth::degraded},
    {"the master prepares a full sync", 1,
     [](auto& s) {
       link_of(s).up = false;
       info_of(s, 0).replicas[0].state = "wait_bgsave";
     },
     Reason::link_syncing, Health::down, false, SetHealth::degraded},
    {"link down", 1,
     [](auto& s) {
       link_of(s).up = false;
       info_of(s, 0).replicas.clear();
     },
     Reason::link_down, Health::down, false, SetHealth::degraded},
    {"up, but silent", 1, [](auto& s) { link_of(s).last_io_seconds = 61; }, Reason::link_stale, Health::down, false,
     SetHealth::degraded},
    {"up, but never heard of", 1, [](auto& s) { link_of(s).last_io_seconds.reset(); }, Reason::link_stale, Health::down,
     false, SetHealth::degraded},
    {"up, silent as an idle link may be", 1, [](auto& s) { link_of(s).last_io_seconds = 10; }, Reason::following,
     Health::healthy, true, SetHealth::healthy},
    {"up, but the master does not list it", 1, [](auto& s) { info_of(s, 0).replicas.clear(); }, Reason::link_unproven,
     Health::down, false, SetHealth::degraded},
    {"up, but its master is a replica", 1, [](auto& s) { info_of(s, 0) = replica_info(0); }, Reason::link_unproven,
     Health::down, false, SetHealth::no_master},
    {"up, the master cannot be seen", 1, [](auto& s) { s.pods[0].redis = failed(Contact::unreachable); },
     Reason::following, Health::healthy, true, SetHealth::no_master},
    {"lagging", 1,
     [](auto& s) {
       link_of(s).last_io_seconds = 11;
       s.pods[0].redis = failed(Contact::unreachable);
     },
     Reason::lagging, Health::degraded, false, SetHealth::no_master},
};

class Judge : public testing::TestWithParam<Broken> {};

TEST_P(Judge, namesTheReason) {
  const auto& c = GetParam();
  auto set = healthy_set(static_cast<int>(c.judged));
  c.breaks(set);
  const auto judged = judge_set(settings_of(static_cast<int>(c.judged)), set);
  const auto& verdict = judged.pods[c.judged].verdict;
  EXPECT_EQ(to_text(verdict.reason), to_text(c.reason)) << verdict.sentence;
  EXPECT_EQ(to_text(verdict.health), to_text(c.health));
  EXPECT_EQ(verdict.ready, c.ready);
  EXPECT_EQ(to_text(judged.health), to_text(c.set)) << judged.sentence;
  EXPECT_FALSE(verdict.sentence.empty());
  const bool refuses_writes = set.pods[c.judged].redis && set.pods[c.judged].redis->value.contact == Contact::misconf;
  EXPECT_EQ(verdict.ready,
            verdict.is_master || refuses_writes || (verdict.is_replica && verdict.reason != Reason::lagging));
}

std::string test_name(const testing::TestParamInfo<Broken>& tested) {
  std::string name = tested.param.name;
  std::erase(name, ',');
  std::ranges::replace(name, ' ', '_');
  std::ranges::replace(name, '\'', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Set, Judge, testing::ValuesIn(kCases), test_name);

TEST(JudgeSet, withoutAMasterDnsIsBlamedWhereItFails) {
  constexpr std::string_view kUnknown =
      "whether the set has a master is not known: the pod that should be it did not say";
  auto set = healthy_set(1);
  set.pods = {set.pods[1]};
  EXPECT_EQ(judge_set(settings_of(1), set).sentence, kUnknown);
  set.service_dns = {
      .value = {.outcome = DnsOutcome::timeout, .complete = false, .addresses = {}}, .asked = {}, .seen = {}};
  EXPECT_EQ(judge_set(settings_of(1), set).sentence,
            cat(kUnknown, "; DNS says timeout for redis.default.svc.cluster.local. ",
                about(Reason::waiting_timeout).way_out));
  set.service_dns.reset();
  set.pods[0].redis.reset();
  EXPECT_EQ(judge_set(settings_of(1), set).sentence,
            cat(kUnknown, "; DNS has not answered for redis.default.svc.cluster.local."));
  set.pods[0].addresses.clear();
  EXPECT_EQ(judge_set(settings_of(1), set).pods[0].verdict.reason, Reason::pod_unresolved) << "nor was it asked";
  set.pods[0].is_local = true;
  EXPECT_EQ(judge_set(settings_of(1), set).pods[0].verdict.reason, Reason::starting) << "where --redis says";
}

TEST(JudgeSet, hasNoMasterOnlyWhereThatIsKnown) {
  auto set = healthy_set(1);
  for (const auto contact : {Contact::noauth, Contact::wrongpass, Contact::noperm, Contact::error}) {
    set.pods[0].redis = failed(contact);
    EXPECT_EQ(judge_set(settings_of(1), set).health, SetHealth::unknown) << to_text(contact);
  }
  for (const auto contact : {Contact::refused, Contact::silent, Contact::loading}) {
    set.pods[0].redis = failed(contact);
    EXPECT_EQ(judge_set(settings_of(1), set).health, SetHealth::no_master) << to_text(contact);
  }
  set.pods.erase(set.pods.begin());
  EXPECT_EQ(judge_set(settings_of(1), set).health, SetHealth::unknown) << "DNS named it when it was asked";
  set.master_dns->value = {.outcome = DnsOutcome::nxdomain, .complete = true, .addresses = {}};
  EXPECT_EQ(judge_set(settings_of(1), set).health, SetHealth::no_master) << "DNS says that it is gone";
}

TEST(JudgeSet, aMasterWithoutANameIsNoStray) {
  auto set = healthy_set(1);
  set.pods[0].pod.clear();
  set.pods[0].ordinal.reset();
  const auto judged = judge_set(settings_of(1), set);
  EXPECT_EQ(judged.pods[0].verdict.reason, Reason::pod_unnamed);
  EXPECT_EQ(judged.health, SetHealth::degraded);
}

Verdict judge_replica_with(const LinkHistory& history, const std::function<void(Observation&)>& breaks = [](auto&) {}) {
  auto set = healthy_set(1);
  breaks(set);
  return judge(settings_of(1), set, set.pods[1], history);
}

TEST(JudgeHistory, threeDropsAreAFlap) {
  EXPECT_EQ(judge_replica_with({.drops = {kNow, kNow}, .full_syncs = {}, .master_offsets = {}}).reason,
            Reason::following);
  const auto verdict = judge_replica_with({.drops = {kNow, kNow, kNow}, .full_syncs = {}, .master_offsets = {}});
  EXPECT_EQ(verdict.reason, Reason::link_flapping);
  EXPECT_TRUE(verdict.ready) << "it is up now";
}

TEST(JudgeHistory, threeFullSyncsAreALoop) {
  const LinkHistory history{.drops = {}, .full_syncs = {kNow, kNow, kNow}, .master_offsets = {}};
  EXPECT_EQ(judge_replica_with(history).reason, Reason::resync_loop);
  const auto down = judge_replica_with(history, [](Observation& s) { link_of(s).up = false; });
  EXPECT_EQ(down.reason, Reason::resync_loop);
  EXPECT_FALSE(down.ready);
}

TEST(JudgeLag, bytesCompareOnlyWithinOneHistory) {
  const auto behind = judge_replica_with({}, [](Observation& s) { link_of(s).replica_offset = 900; });
  EXPECT_EQ(behind.lag_bytes, 100);
  const auto other = judge_replica_with({}, [](Observation& s) { info_of(s, 0).replid = "bb"; });
  EXPECT_FALSE(other.lag_bytes);
}

TEST(JudgeLag, anOffsetIsDatedByTheLooksAtTheMaster) {
  using std::chrono::seconds;
  LinkHistory history;
  history.master_offsets.replid = "aa";
  for (const int age : {40, 30, 20}) {
    history.master_offsets.samples.push_back({.asked = kNow - seconds(age), .offset = 1000 - 10 * age});
  }
  const auto at = [&](std::int64_t offset) {
    return judge_replica_with(history, [offset](Observation& s) { link_of(s).replica_offset = offset; });
  };
  EXPECT_EQ(at(710).lag, seconds(30)) << "it has what the master had 30 s ago, not what it had 20 s ago";
  EXPECT_EQ(at(710).reason, Reason::lagging) << "whatever comes over the link";
  EXPECT_EQ(at(805).lag, seconds(20));
  EXPECT_EQ(at(5).lag, seconds(40)) << "at least as old as the oldest look";
  history.master_offsets.replid = "bb";
  EXPECT_FALSE(at(710).lag) << "offsets of another history";
}

TEST(JudgeLag, aCaughtUpReplicaIsAsOldAsTheLookAtItsMaster) {
  EXPECT_EQ(judge_replica_with({}).lag, Duration::zero());
  const auto behind = judge_replica_with({}, [](Observation& s) { link_of(s).replica_offset = 900; });
  EXPECT_FALSE(behind.lag) << "one look does not date what is missing";
}

}  // namespace
}  // namespace agent
