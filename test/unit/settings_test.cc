#include "core/settings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "unit/case_name.h"

namespace agent {
namespace {

using namespace std::chrono_literals;

// Nothing to complain about, for any command.
Settings sound() {
  Settings settings;
  settings.pod.identity = {"redis", 1};
  settings.pod.domain = {"redis", "default", "cluster.local"};
  settings.init.template_path = "/template/redis.conf";
  settings.init.output_path = "/conf/redis.conf";
  settings.accept_data_loss = true;
  return settings;
}

constexpr auto kAll = {Command::init,  Command::run,       Command::status,
                       Command::probe, Command::bootstrap, Command::config};

TEST(Settings, TheDefaultsDoNotContradictEachOther) {
  for (const auto command : kAll) {
    EXPECT_EQ(contradictions(sound(), command), std::vector<std::string>{});
  }
}

struct Contradiction {
  std::string name;
  std::function<void(Settings&)> change;
  std::vector<Command> commands;  // that refuse it, beside config
  std::string sentence;
};

class SettingsContradict : public testing::TestWithParam<Contradiction> {};

TEST_P(SettingsContradict, ForTheCommandsItConcerns) {
  auto settings = sound();
  GetParam().change(settings);
  for (const auto command : kAll) {
    SCOPED_TRACE(static_cast<int>(command));
    const auto& commands = GetParam().commands;
    const bool concerned = command == Command::config || std::ranges::find(commands, command) != commands.end();
    const auto wanted = concerned ? std::vector{GetParam().sentence} : std::vector<std::string>{};
    EXPECT_EQ(contradictions(settings, command), wanted);
  }
}

const std::vector<Command> kSet{Command::init, Command::run, Command::status};
const std::vector<Command> kInit{Command::init};
const std::vector<Command> kRun{Command::run};

TcpEndpoint tcp(const std::string& ip, std::uint16_t port) { return {IpAddress{ip}, port}; }

INSTANTIATE_TEST_SUITE_P(
    Pod, SettingsContradict,
    testing::Values(
        Contradiction{"BelowTheFirst", [](Settings& s) { s.pod.first_ordinal = 5; }, kSet,
                      "redis-1 is below the first ordinal 5; --first-ordinal is the set's .spec.ordinals.start"},
        Contradiction{
            "BeyondTheReplicas", [](Settings& s) { s.pod.replicas = 1; }, kSet,
            "redis-1 is behind redis-0, the last pod by --replicas 1; raise it, or leave it out and DNS tells"},
        Contradiction{
            "BeyondTheReplicasFromFive",
            [](Settings& s) {
              s.pod.identity.ordinal = 8;
              s.pod.first_ordinal = 5;
              s.pod.replicas = 3;
            },
            kSet, "redis-8 is behind redis-7, the last pod by --replicas 3; raise it, or leave it out and DNS tells"},
        Contradiction{"NameTooLong",
                      [](Settings& s) {
                        s.pod.domain.cluster = std::string(63, 'a') + '.' + std::string(63, 'b') + '.' +
                                               std::string(63, 'c') + '.' + std::string(40, 'd');
                      },
                      kSet,
                      "redis-1.redis.default.svc." + std::string(63, 'a') + '.' + std::string(63, 'b') + '.' +
                          std::string(63, 'c') + '.' + std::string(40, 'd') +
                          ". has 258 characters, and DNS has names of at most 253; shorten the name of the set, of the "
                          "Service or of the namespace"}),
    kCaseName);

INSTANTIATE_TEST_SUITE_P(
    Redis, SettingsContradict,
    testing::Values(
        Contradiction{"DnsTimeoutTooShort", [](Settings& s) { s.dns.query_timeout = 9ms; }, kSet,
                      "--dns-timeout 9ms is too short: no answer comes so soon; use 10ms or more"},
        Contradiction{"CommandTimeoutTooShort", [](Settings& s) { s.redis.command_timeout = 1us; }, kSet,
                      "--command-timeout 1us is too short: a busy Redis would count as frozen; use 10ms or more"},
        Contradiction{"CommandTimeoutTooLong", [](Settings& s) { s.redis.command_timeout = 5s; }, kSet,
                      "--command-timeout 5s is too long: a frozen Redis would never be told; use 4s500ms or less"},
        Contradiction{"NoPeerPort", [](Settings& s) { s.redis.peer_port = 0; }, kSet,
                      "--redis-port 0 is no port; name the one on which every pod's Redis listens"},
        Contradiction{"TwoPasswords", [](Settings& s) { s.redis.password = {"a", "/b"}; }, kSet,
                      "REDIS_AGENT_REDIS_PASSWORD and --redis-password-file are both given; leave one of them out"},
        Contradiction{
            "UserWithoutPassword", [](Settings& s) { s.redis.user = "agent"; }, kSet,
            "--redis-user agent has no password, and Redis knows a user by it; set REDIS_AGENT_REDIS_PASSWORD "
            "or --redis-password-file (any text for a user with nopass)"}),
    kCaseName);

INSTANTIATE_TEST_SUITE_P(
    Init, SettingsContradict,
    testing::Values(
        Contradiction{"NoTemplate", [](Settings& s) { s.init.template_path = ""; }, kInit,
                      "--template is missing: the redis.conf to start from; it may be the same file as --output"},
        Contradiction{"NoOutput", [](Settings& s) { s.init.output_path = ""; }, kInit,
                      "--output is missing: the redis.conf to write; it may be the same file as --template"},
        Contradiction{"OutputIsADirectory", [](Settings& s) { s.init.output_path = "/conf/"; }, kInit,
                      "--output /conf/ is a directory; name the file, as in --output /conf/redis.conf"},
        Contradiction{
            "OutputOverThePassword", [](Settings& s) { s.init.masterauth.file = s.init.output_path; }, kInit,
            "--output /conf/redis.conf would write over the password of --masterauth-file; name another file"},
        Contradiction{"OutputOverTheAgentsPassword", [](Settings& s) { s.redis.password.file = s.init.output_path; },
                      kInit,
                      "--output /conf/redis.conf would write over the password of --redis-password-file; name another "
                      "file"},
        Contradiction{"TwoPasswordsOfItsOwn", [](Settings& s) { s.init.requirepass = {"a", "/b"}; }, kInit,
                      "REDIS_AGENT_REQUIREPASS and --requirepass-file are both given; leave one of them out"},
        Contradiction{"TwoMasterPasswords", [](Settings& s) { s.init.masterauth = {"a", "/b"}; }, kInit,
                      "REDIS_AGENT_MASTERAUTH and --masterauth-file are both given; leave one of them out"},
        Contradiction{
            "MasteruserWithoutPassword", [](Settings& s) { s.init.masteruser = "replica"; }, kInit,
            "--masteruser replica has no password, and Redis knows a user by it; set REDIS_AGENT_MASTERAUTH or "
            "--masterauth-file (any text for a user with nopass)"},
        Contradiction{
            "AnnouncesNoAddress", [](Settings& s) { s.init.announce_ip = "10.0.0.1, fd00::1"; }, kInit,
            "--announce-ip \"10.0.0.1, fd00::1\" can be no address of this pod; use name, ip, an address or a "
            "DNS name"},
        Contradiction{"NegativeTimeout", [](Settings& s) { s.init.timeout = -1s; }, kInit,
                      "--timeout -1s is over before it begins; use 0 to wait for ever"}),
    kCaseName);

INSTANTIATE_TEST_SUITE_P(
    Run, SettingsContradict,
    testing::Values(
        Contradiction{
            "HttpOnAUnixSocket", [](Settings& s) { s.run.http = UnixEndpoint{"/run/http.sock"}; }, kRun,
            "--http unix:/run/http.sock is no address and port, and HTTP is served by TCP; use one as in --http "
            "0.0.0.0:8379"},
        Contradiction{"HttpOnRedisPort", [](Settings& s) { s.run.http = tcp("0.0.0.0", 6379); }, kRun,
                      "--http 0.0.0.0:6379 is where Redis listens (--redis 127.0.0.1:6379); use another port, as 8379"},
        Contradiction{"HttpOnRedisPortOfBothFamilies", [](Settings& s) { s.run.http = tcp("::", 6379); }, kRun,
                      "--http [::]:6379 is where Redis listens (--redis 127.0.0.1:6379); use another port, as 8379"},
        Contradiction{
            "HttpOnRedisAddress", [](Settings& s) { s.run.http = tcp("127.0.0.1", 6379); }, kRun,
            "--http 127.0.0.1:6379 is where Redis listens (--redis 127.0.0.1:6379); use another port, as 8379"},
        Contradiction{"RedisWithoutPort", [](Settings& s) { s.redis.local = tcp("::1", 0); }, kRun,
                      "--redis [::1]:0 has no port; Redis' own default is 6379"},
        Contradiction{"SocketOfRedis", [](Settings& s) { s.redis.local = UnixEndpoint{s.socket}; }, kRun,
                      "--socket /run/redis-agent/agent.sock is Redis' own (--redis); the agent needs one for itself"},
        Contradiction{"RedisSocketTooLong",
                      [](Settings& s) { s.redis.local = UnixEndpoint{"/" + std::string(107, 's')}; }, kRun,
                      "--redis /" + std::string(107, 's') +
                          " has 108 characters, and a Unix socket's path at most 107; use a shorter one"},
        Contradiction{"SocketTooLong",
                      [](Settings& s) { s.socket = "/" + std::string(107, 's'); },
                      {Command::run, Command::probe, Command::bootstrap},
                      "--socket /" + std::string(107, 's') +
                          " has 108 characters, and a Unix socket's path at most 107; use a shorter one"},
        Contradiction{"TickTooShort", [](Settings& s) { s.run.tick = 99ms; }, kRun,
                      "--tick 99ms is too short: it would ask every pod without a pause; use 100ms or more"},
        Contradiction{"LagWithinATick", [](Settings& s) { s.run.tick = s.run.max_lag; }, kRun,
                      "--max-lag 10s is not longer than --tick 10s: between two looks every replica would count as too "
                      "far behind; raise --max-lag or lower --tick"},
        Contradiction{"WatchTooShort",
                      [](Settings& s) { s.watch = 0s; },
                      {Command::status},
                      "--watch 0s is too short: it would ask every pod without a pause; use 100ms or more"}),
    kCaseName);

void guard(Settings& settings) {
  settings.guard.boot = Boot::guarded;
  settings.data_dir = "/data";
}

INSTANTIATE_TEST_SUITE_P(
    Guard, SettingsContradict,
    testing::Values(
        Contradiction{"GuardedWithoutDataDir",
                      [](Settings& s) { s.guard.boot = Boot::guarded; },
                      {Command::init, Command::run},
                      "--boot guarded needs --data-dir, where the agent remembers how far this pod's data goes; name "
                      "Redis' data directory, as in --data-dir /data"},
        Contradiction{"GuardedAllowsNoEmptyMaster",
                      [](Settings& s) {
                        guard(s);
                        s.init.allow_empty_master = true;
                      },
                      kInit,
                      "--allow-empty-master is for --boot direct; leave it out, and where a guarded pod holds, end it "
                      "with redis-agent bootstrap --accept-data-loss"},
        Contradiction{"PeerWaitTooShort",
                      [](Settings& s) {
                        guard(s);
                        s.guard.peer_wait = 9999ms;
                      },
                      kRun,
                      "--peer-wait 9s999ms is too short: a replica that lost its master gives it up after 5 s, and the "
                      "first pod must wait longer than that; use 10s or more"},
        Contradiction{"RepairOfADirectBoot", [](Settings& s) { s.guard.repair = Repair::off; }, kRun,
                      "--repair does nothing without --boot guarded; pass both, or leave it out"},
        Contradiction{"PeerWaitOfADirectBoot", [](Settings& s) { s.guard.peer_wait = 20s; }, kRun,
                      "--peer-wait does nothing without --boot guarded; pass both, or leave it out"},
        Contradiction{"NewerReplicaOfADirectBoot",
                      [](Settings& s) { s.guard.on_newer_replica = OnNewerReplica::keep_copy; }, kRun,
                      "--on-newer-replica does nothing without --boot guarded; pass both, or leave it out"}),
    kCaseName);

struct Agreeing {
  std::string name;
  std::function<void(Settings&)> change;
};

class SettingsAgree : public testing::TestWithParam<Agreeing> {};

TEST_P(SettingsAgree, ForEveryCommand) {
  auto settings = sound();
  GetParam().change(settings);
  for (const auto command : kAll) {
    EXPECT_EQ(contradictions(settings, command), std::vector<std::string>{});
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, SettingsAgree,
    testing::Values(Agreeing{"TheLastOfTheReplicas", [](Settings& s) { s.pod.replicas = 2; }},
                    Agreeing{"OneFileForBoth", [](Settings& s) { s.init.template_path = s.init.output_path; }},
                    Agreeing{"RelativePaths", [](Settings& s) { s.init.output_path = "redis.conf"; }},
                    Agreeing{"UserWithPassword",
                             [](Settings& s) {
                               s.redis.user = "agent";
                               s.redis.password.value = "a";
                               s.init.masteruser = "replica";
                               s.init.masterauth.file = "/b";
                             }},
                    Agreeing{"PasswordOfTheDefaultUser", [](Settings& s) { s.redis.password.file = "/b"; }},
                    Agreeing{"Guarded",
                             [](Settings& s) {
                               guard(s);
                               s.guard = {Boot::guarded, Repair::force, 10s, OnNewerReplica::keep_copy};
                               s.init.master_address = MasterAddress::ip;
                               s.init.timeout = 1min;
                               s.init.directive = Directive::replicaof;
                             }},
                    Agreeing{"DirectWithDataDir", [](Settings& s) { s.data_dir = "/data"; }},
                    Agreeing{"AnnouncePortAlone", [](Settings& s) { s.init.announce_port = 7000; }},
                    Agreeing{"AnnounceName", [](Settings& s) { s.init.announce_ip = "name"; }},
                    Agreeing{"AnnounceIpv6", [](Settings& s) { s.init.announce_ip = "fd00::1"; }},
                    Agreeing{"LongestSocket", [](Settings& s) { s.socket = "/" + std::string(106, 's'); }},
                    Agreeing{"HttpElsewhereOnRedisPort", [](Settings& s) { s.run.http = tcp("10.0.0.1", 6379); }},
                    Agreeing{"RedisBySocket",
                             [](Settings& s) {
                               s.redis.local = UnixEndpoint{"/run/redis.sock"};
                               s.run.http = tcp("0.0.0.0", 6379);
                             }},
                    Agreeing{"ShortTickWithLongCommandTimeout", [](Settings& s) { s.run.tick = 100ms; }},
                    Agreeing{"ShortDeadline", [](Settings& s) { s.deadline = 10ms; }},
                    Agreeing{"PodThatCouldNotBeRead",
                             [](Settings& s) {
                               s.pod.identity = {};
                               s.pod.first_ordinal = 5;
                               s.pod.domain = {};
                             }}),
    kCaseName);

TEST(Settings, BootstrapNeedsTheWordAndConfigDoesNot) {
  auto settings = sound();
  settings.accept_data_loss = false;
  EXPECT_EQ(contradictions(settings, Command::bootstrap),
            std::vector<std::string>{"--accept-data-loss is missing: bootstrap ends the hold of this pod's agent, and "
                                     "what it held for may be lost then; redis-agent status tells what that is"});
  EXPECT_TRUE(contradictions(settings, Command::config).empty());
}

TEST(Settings, AllContradictionsAtOnce) {
  Settings settings;
  settings.pod.identity = {"redis", 3};
  settings.pod.replicas = 3;
  settings.redis.user = "agent";
  settings.init.announce_ip = "a b";
  EXPECT_EQ(contradictions(settings, Command::init).size(), 5U);    // with --template and --output missing
  EXPECT_EQ(contradictions(settings, Command::config).size(), 3U);  // a sidecar's config needs neither
}

TEST(Settings, TheFirstPodIsTheMaster) {
  auto settings = sound();
  EXPECT_FALSE(is_first(settings.pod));
  EXPECT_EQ(master_name(settings.pod), "redis-0.redis.default.svc.cluster.local.");
  settings.pod.first_ordinal = 1;
  EXPECT_TRUE(is_first(settings.pod));
  EXPECT_EQ(master_name(settings.pod), "redis-1.redis.default.svc.cluster.local.");
}

}  // namespace
}  // namespace agent
