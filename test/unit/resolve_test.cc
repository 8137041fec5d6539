#include "cli/resolve.h"

#include <gtest/gtest.h>

#include "core/text.h"
#include "unit/case_name.h"
#include "unit/given.h"

namespace agent {
namespace {

// "3s, from flag --tick"
std::string told(const Resolved& resolved, std::string_view setting) {
  const auto& value = value_of(resolved, setting);
  return cat(value.value, ", from ", value.origin);
}

std::string all(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) {
    text += line + '\n';
  }
  return text;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(Resolve, APodOfAStatefulSetNeedsNothing) {
  const auto resolved = resolve(a_pod(Command::run));
  EXPECT_EQ(all(resolved.errors), "");
  EXPECT_EQ(all(resolved.warnings), "");
  const auto& pod = resolved.settings.pod;
  EXPECT_EQ(pod.identity, (Identity{"redis", 1}));
  EXPECT_EQ(pod.domain, (Domain{"redis", "shop", "cluster.local"}));
  EXPECT_EQ(pod.own_addresses, std::vector{IpAddress{"10.1.0.7"}});
  EXPECT_EQ(told(resolved, "hostname"), "redis-1, from pod: hostname");
  EXPECT_EQ(told(resolved, "ordinal"), "1, from pod: hostname");
  EXPECT_EQ(told(resolved, "service"), "redis, from pod: /etc/hosts");
  EXPECT_EQ(told(resolved, "namespace"), "shop, from pod: /etc/hosts");
  EXPECT_EQ(told(resolved, "cluster-domain"), "cluster.local, from pod: /etc/hosts");
  EXPECT_EQ(told(resolved, "tick"), "1s, from default");
  EXPECT_EQ(told(resolved, "replicas"), ", from default");
}

TEST(Resolve, TakesTheFirstLayerThatGivesAValue) {
  auto given = a_pod(Command::run);
  given.files["/etc/agent.conf"] = "tick = 4s\nservice = from-file\nmax-lag = 7s\n";
  given.environment["REDIS_AGENT_CONFIG"] = "/etc/agent.conf";
  EXPECT_EQ(told(resolve(given), "tick"), "4s, from file /etc/agent.conf line 1");
  EXPECT_EQ(told(resolve(given), "service"), "from-file, from file /etc/agent.conf line 2");
  given.environment["REDIS_AGENT_TICK"] = "3s";
  EXPECT_EQ(told(resolve(given), "tick"), "3s, from environment REDIS_AGENT_TICK");
  given.flags = {"tick=2s"};
  EXPECT_EQ(told(resolve(given), "tick"), "2s, from flag --tick");
  EXPECT_EQ(resolve(given).settings.run.tick, std::chrono::seconds(2));
  EXPECT_EQ(told(resolve(given), "config"), "/etc/agent.conf, from environment REDIS_AGENT_CONFIG");
  EXPECT_EQ(all(resolve(given).errors), "");
}

TEST(Resolve, ALowerLayerIsNotEvenReadWhereAHigherOneGives) {
  auto given = a_pod(Command::run);
  given.environment["REDIS_AGENT_TICK"] = "often";
  given.flags = {"tick=2s"};
  EXPECT_EQ(all(resolve(given).errors), "");
}

TEST(Resolve, AnEmptyVariableIsNone) {
  auto given = a_pod(Command::run);
  given.environment["REDIS_AGENT_TICK"] = "";
  given.environment["REDIS_AGENT_REDIS_PASSWORD"] = "";
  EXPECT_EQ(all(resolve(given).errors), "");
  EXPECT_EQ(told(resolve(given), "tick"), "1s, from default");
  EXPECT_FALSE(resolve(given).settings.redis.password.is_set());
}

TEST(Resolve, AnEmptyFlagIsAMistake) {
  auto given = a_pod(Command::run);
  given.flags = {"service="};
  EXPECT_EQ(all(resolve(given).errors), "flag --service: is empty; give it a value or leave it out\n");
}

TEST(Resolve, SaysEveryErrorAtOnceWithItsPlace) {
  auto given = a_pod(Command::run);
  given.files["/c"] = "replicas = none\n\nmax-lagg = 1s\nredis-password = hunter2\n[run]\nconfig = /d\n";
  given.flags = {"config=/c", "tick=1"};
  given.environment["REDIS_AGENT_REDIS_PORT"] = "0";
  const auto errors = all(resolve(given).errors);
  EXPECT_TRUE(has(errors, "file /c line 1: \"none\" is not a whole number\n")) << errors;
  EXPECT_TRUE(has(errors, "file /c line 3: there is no setting \"max-lagg\"; did you mean max-lag?\n")) << errors;
  EXPECT_TRUE(has(errors,
                  "file /c line 4: redis-password is a password, which does not belong in a "
                  "settings file; use redis-password-file\n"))
      << errors;
  EXPECT_TRUE(has(errors, "file /c line 5: sections are not used")) << errors;
  EXPECT_TRUE(has(errors, "file /c line 6: a settings file cannot name another\n")) << errors;
  EXPECT_TRUE(has(errors, "flag --tick: ")) << errors;
  EXPECT_TRUE(has(errors, "environment REDIS_AGENT_REDIS_PORT: \"0\" is not a port")) << errors;
  EXPECT_FALSE(has(errors, "hunter2")) << errors;
}

TEST(Resolve, AFileThatCannotBeReadIsNamedWithWhoAskedForIt) {
  auto given = a_pod(Command::run);
  given.flags = {"config=/nowhere"};
  EXPECT_EQ(all(resolve(given).errors), "flag --config: cannot read /nowhere: No such file or directory\n");
  given.flags = {"hosts-file=/nowhere", "service=a", "namespace=b", "cluster-domain=c"};
  EXPECT_EQ(all(resolve(given).errors), "flag --hosts-file: cannot read /nowhere: No such file or directory\n");
}

TEST(Resolve, SettingsOfOtherCommandsAreLeftAlone) {
  auto given = a_pod(Command::run);
  given.files["/c"] = "template = /a\n";
  given.flags = {"config=/c"};
  given.environment["REDIS_AGENT_DIRECTIVE"] = "nonsense";
  const auto resolved = resolve(given);
  EXPECT_EQ(all(resolved.errors), "");
  EXPECT_EQ(all(resolved.warnings), "");
  EXPECT_EQ(value_of(resolved, "template").row, nullptr);
}

TEST(Resolve, AProbeAsksNothingOfThePod) {
  GivenInputs given{.command = Command::probe, .flags = {}, .environment = {}, .files = {}, .hostname = "laptop"};
  EXPECT_EQ(all(resolve(given).errors), "");
}

TEST(Resolve, SecretsAreMaskedAndKept) {
  auto given = a_pod(Command::run);
  given.environment["REDIS_AGENT_REDIS_PASSWORD"] = "tcp://hunter2";
  const auto resolved = resolve(given);
  EXPECT_EQ(told(resolved, "redis-password"), "(set), from environment REDIS_AGENT_REDIS_PASSWORD");
  EXPECT_EQ(resolved.settings.redis.password.value, "tcp://hunter2");
  EXPECT_EQ(all(resolved.errors), "");
}

TEST(Resolve, WatchAloneHasAnInterval) {
  auto given = a_pod(Command::status);
  EXPECT_EQ(resolve(given).settings.watch, std::nullopt);
  given.flags = {"watch"};
  EXPECT_EQ(resolve(given).settings.watch, std::chrono::seconds(2));
  given.flags = {"watch=500ms"};
  EXPECT_EQ(told(resolve(given), "watch"), "500ms, from flag --watch");
}

TEST(Resolve, NoColorCountsUnlessColorIsGiven) {
  auto given = a_pod(Command::status);
  EXPECT_EQ(resolve(given).settings.color, Color::automatic);
  given.environment["NO_COLOR"] = "";
  EXPECT_EQ(resolve(given).settings.color, Color::automatic);
  given.environment["NO_COLOR"] = "1";
  EXPECT_EQ(told(resolve(given), "color"), "never, from environment NO_COLOR");
  given.flags = {"color=always"};
  EXPECT_EQ(told(resolve(given), "color"), "always, from flag --color");
}

// What Kubernetes puts into every pod of a namespace with Services of these names.
TEST(Resolve, ServiceLinksOfKubernetesChangeNothing) {
  auto given = a_pod(Command::config);
  const auto before = resolve(given);
  given.environment = {{"REDIS_AGENT_SERVICE_HOST", "10.96.0.7"},
                       {"REDIS_AGENT_SERVICE_PORT", "8379"},
                       {"REDIS_AGENT_SERVICE_PORT_HTTP", "8379"},
                       {"REDIS_AGENT_PORT", "tcp://10.96.0.7:8379"},
                       {"REDIS_AGENT_PORT_8379_TCP", "tcp://10.96.0.7:8379"},
                       {"REDIS_AGENT_PORT_8379_TCP_PROTO", "tcp"},
                       {"REDIS_AGENT_PORT_8379_TCP_PORT", "8379"},
                       {"REDIS_AGENT_PORT_8379_TCP_ADDR", "10.96.0.7"},
                       {"REDIS_AGENT_REDIS_PORT", "tcp://10.96.0.8:6379"},  // of a Service redis-agent-redis
                       {"REDIS_AGENT_REDIS_PORT_6379_TCP_ADDR", "10.96.0.8"},
                       {"REDIS_AGENT_REDIS_SERVICE_HOST", "10.96.0.8"},
                       {"REDIS_AGENT_DNS_PORT", "udp://10.96.0.9:53"},
                       {"REDIS_PORT", "tcp://10.96.0.10:6379"},
                       {"REDIS_SERVICE_HOST", "10.96.0.10"}};
  const auto after = resolve(given);
  EXPECT_EQ(all(after.warnings), "");
  EXPECT_EQ(all(after.errors), all(before.errors));
  for (std::size_t i = 0; i < before.values.size(); ++i) {
    EXPECT_EQ(after.values[i].value, before.values[i].value) << before.values[i].row->name;
    EXPECT_EQ(after.values[i].origin, before.values[i].origin) << before.values[i].row->name;
  }
}

TEST(Resolve, AnUnknownVariableIsAWarning) {
  auto given = a_pod(Command::run);
  given.environment = {{"REDIS_AGENT_SERVCE", "a"}, {"REDIS_AGENT_FROBNICATE", "b"}, {"REDIS_AGENTS", "c"}};
  const auto resolved = resolve(given);
  EXPECT_EQ(all(resolved.errors), "");
  EXPECT_EQ(all(resolved.warnings),
            "environment REDIS_AGENT_FROBNICATE: there is no such setting\n"
            "environment REDIS_AGENT_SERVCE: there is no such setting; did you mean REDIS_AGENT_SERVICE?\n");
}

// --- what the pod tells ---

constexpr const char* kNamespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

TEST(PodLayer, FillsWhatHostsDoesNotSay) {
  auto given = a_pod(Command::run);
  given.files = {{kNamespaceFile, "shop\n"}, {"/etc/resolv.conf", "search other.svc.k8s.lan svc.k8s.lan k8s.lan\n"}};
  given.flags = {"service=redis"};
  const auto resolved = resolve(given);
  EXPECT_EQ(all(resolved.errors), "");
  EXPECT_EQ(told(resolved, "namespace"), cat("shop, from pod: ", kNamespaceFile));
  EXPECT_EQ(told(resolved, "cluster-domain"), "k8s.lan, from pod: search list of /etc/resolv.conf");
  given.files.erase(kNamespaceFile);
  EXPECT_EQ(told(resolve(given), "namespace"), "other, from pod: search list of /etc/resolv.conf");
}

TEST(PodLayer, FlagsStandAboveIt) {
  auto given = a_pod(Command::run);
  given.flags = {"namespace=mine", "cluster-domain=k8s.lan"};
  const auto resolved = resolve(given);
  EXPECT_EQ(resolved.settings.pod.domain, (Domain{"redis", "mine", "k8s.lan"}));
  EXPECT_EQ(resolved.settings.pod.own_addresses, std::vector{IpAddress{"10.1.0.7"}});
}

TEST(PodLayer, SaysWhatItCouldNotTellAndWhichFlagsDo) {
  auto given = a_pod(Command::run);
  given.files = {{"/etc/resolv.conf", "search shop.svc.cluster.local\n"}};
  EXPECT_EQ(all(resolve(given).errors),
            "cannot tell where the set lives in DNS: /etc/hosts has no line for "
            "redis-1.<service>.<namespace>.svc.<domain>, which the kubelet writes for a pod with a subdomain (a "
            "StatefulSet's serviceName) that is not on the host's network; pass --service\n");
  given.files = {};
  EXPECT_TRUE(has(all(resolve(given).errors), "; pass --service, --namespace and --cluster-domain\n"));
}

struct Named {
  std::string name;
  std::string hostname;
  std::vector<std::string> flags;
  std::string pod;  // or the error
};

class PodName : public testing::TestWithParam<Named> {};

TEST_P(PodName, IsSetAndOrdinal) {
  auto given = a_pod(Command::run);
  given.hostname = GetParam().hostname;
  given.flags = {"service=redis", "namespace=shop", "cluster-domain=cluster.local"};
  given.flags.insert(given.flags.end(), GetParam().flags.begin(), GetParam().flags.end());
  const auto resolved = resolve(given);
  const auto& identity = resolved.settings.pod.identity;
  EXPECT_EQ(resolved.errors.empty() ? cat(identity.set, ' ', identity.ordinal) : resolved.errors.front(),
            GetParam().pod);
}

INSTANTIATE_TEST_SUITE_P(
    All, PodName,
    testing::Values(
        Named{"Hostname", "redis-2", {}, "redis 2"},
        Named{"FullName", "redis-2.redis.shop.svc.cluster.local", {}, "redis 2"},
        Named{"Flag", "worker", {"hostname=redis-3"}, "redis 3"},
        Named{"OrdinalForABareName", "redis", {"ordinal=3"}, "redis 3"},
        Named{"OrdinalForANameWithDashes", "my-redis", {"ordinal=0"}, "my-redis 0"},
        Named{"OrdinalForAFullName", "redis.lan", {"ordinal=3"}, "redis 3"},
        Named{"OrdinalThatAgrees", "redis-3", {"ordinal=3"}, "redis 3"},
        Named{
            "OrdinalThatDoesNot",
            "redis-3",
            {"ordinal=4"},
            "flag --ordinal: ordinal 4 contradicts hostname \"redis-3\"; leave it out, or pass --hostname redis-3-4 if "
            "that is this pod's name"},
        Named{"NoOrdinal",
              "redis",
              {},
              "cannot read an ordinal from hostname \"redis\": expected <set>-<number>; pass --ordinal"},
        Named{"BelowTheFirst",
              "redis-2",
              {"first-ordinal=5"},
              "hostname \"redis-2\" has ordinal 2, below the first ordinal 5; --first-ordinal is the set's "
              ".spec.ordinals.start"},
        Named{"NoHostname",
              "",
              {},
              "cannot read an ordinal from hostname \"\": it is empty, expected <set>-<number>; pass --ordinal"}),
    kCaseName);

}  // namespace
}  // namespace agent
