// What only a real resolver meets: resolv.conf, several nameservers, packets that are lost or lie, the hosts file.
#include <dirent.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

#include "contract/real_loop.h"
#include "contract/scripted_dns.h"
#include "io/resolver.h"

namespace agent {
namespace {

using namespace std::chrono_literals;

const std::string kName = "redis-0.redis.default.svc.cluster.local.";
const IpAddress kAddress{"10.1.2.3"};

class RealResolver : public testing::Test {
 protected:
  DnsView look_up(const std::string& name = kName, Duration timeout = 1s) {
    std::optional<DnsView> view;
    resolver.look_up(name, timeout, [&](DnsView answer) { view = std::move(answer); });
    EXPECT_FALSE(view) << "called back from within the call";
    EXPECT_TRUE(run_until(loop, [&] { return view.has_value(); }, timeout + 500ms)) << "never called back";
    return view.value_or(DnsView{});
  }
  std::string outcome(Duration timeout = 1s) { return std::string(to_text(look_up(kName, timeout).outcome)); }
  void use(const std::string& resolv_conf) { put_file(path, resolv_conf); }

  Loop loop;
  TempDir directory;
  const std::string path = directory.path("resolv.conf");
  ScriptedDns server;
  DnsResolver resolver{loop, DnsSettings{.resolv_conf = path}};
};

TEST_F(RealResolver, AsksTheNameserversOfTheFileAsItIsNow) {
  EXPECT_EQ(outcome(), "unreachable") << "there is no resolv.conf";
  use("");
  EXPECT_EQ(outcome(), "unreachable") << "an empty one must not mean 127.0.0.1";
  use("nameserver kube-dns\n");
  EXPECT_EQ(outcome(), "unreachable");
  server.tell("set " + kName + " ANY 10.1.2.3");
  use("nameserver " + server.address() + "\n");
  EXPECT_EQ(look_up().addresses, std::vector{kAddress});
  ScriptedDns other;
  use("nameserver " + other.address() + "\n");
  EXPECT_EQ(outcome(), "nxdomain");
  EXPECT_GT(other.count(kName), 0);
}

TEST_F(RealResolver, AsksExactlyTheNameOncePerFamily) {
  use("nameserver " + server.address() + "\nsearch a.example b.example\noptions ndots:5 timeout:9 attempts:9\n");
  EXPECT_EQ(outcome(), "nxdomain");
  EXPECT_EQ(server.tell("count " + kName + " A"), "1");
  EXPECT_EQ(server.tell("count " + kName + " AAAA"), "1");
  EXPECT_EQ(server.count(kName + "a.example"), 0);
  server.tell("set localhost. ANY 10.1.2.3");
  EXPECT_EQ(look_up("localhost.localdomain.").outcome, DnsOutcome::nxdomain) << "/etc/hosts must not be read";
}

TEST_F(RealResolver, TheNextNameserverAnswersForOneThatFails) {
  ScriptedDns second;
  second.tell("set " + kName + " ANY 10.1.2.3");
  use("nameserver " + server.address() + "\nnameserver " + second.address() + "\n");
  for (const auto* failure : {"servfail", "refused", "malformed", "drop", "truncated 10.9.9.9 tcp=drop"}) {
    server.tell("set " + kName + " ANY " + failure);
    EXPECT_EQ(look_up(kName, 400ms).addresses, std::vector{kAddress}) << failure;
  }
  server.end();
  EXPECT_EQ(look_up().addresses, std::vector{kAddress});
}

TEST_F(RealResolver, AbsenceOnTheNextNameserverProvesNothing) {
  ScriptedDns second;  // knows no name
  use("nameserver " + server.address() + "\nnameserver " + second.address() + "\n");
  server.tell("set " + kName + " ANY servfail");
  EXPECT_EQ(outcome(), "servfail");
  server.tell("set " + kName + " ANY nodata");
  EXPECT_EQ(outcome(), "nodata") << "an answer is an answer: the second is not asked";
  EXPECT_EQ(second.count(kName), 2);
}

TEST_F(RealResolver, SilentNameserversShareTheTime) {
  ScriptedDns second;
  use("nameserver " + server.address() + "\nnameserver " + second.address() + "\n");
  server.tell("silence");
  second.tell("silence");
  const auto start = loop.now();
  EXPECT_EQ(outcome(400ms), "timeout");
  EXPECT_LT(loop.now() - start, 600ms);
  EXPECT_GT(second.count(kName), 0);
}

TEST_F(RealResolver, ALostPacketIsSentAgain) {
  use("nameserver " + server.address() + "\n");
  server.tell("set " + kName + " ANY drop");
  std::optional<DnsView> view;
  resolver.look_up(kName, 1s, [&](DnsView answer) { view = std::move(answer); });
  EXPECT_FALSE(run_until(loop, [&] { return view.has_value(); }, 100ms));
  server.tell("set " + kName + " ANY 10.1.2.3");
  EXPECT_TRUE(run_until(loop, [&] { return view.has_value(); }, 1s));
  EXPECT_EQ(view.value_or(DnsView{}).addresses, std::vector{kAddress});
}

TEST_F(RealResolver, AFullAnswerComesByTcp) {
  use("nameserver " + server.address() + "\n");
  server.tell("set " + kName + " ANY truncated 10.1.2.3");
  EXPECT_EQ(look_up().addresses, std::vector{kAddress});
  std::string many;
  for (int i = 1; i <= 200; ++i) {
    many += " 10.1.3." + std::to_string(i);
  }
  server.tell("set " + kName + " ANY truncated" + many);
  EXPECT_EQ(look_up().addresses.size(), 200U);
}

TEST_F(RealResolver, AnAnswerToAnotherQuestionIsNone) {
  use("nameserver " + server.address() + "\n");
  for (const auto* lie : {"wrongid 10.1.2.3", "garbage"}) {
    server.tell("set " + kName + " ANY " + lie);
    const auto view = look_up(kName, 200ms);
    EXPECT_TRUE(view.outcome == DnsOutcome::timeout || view.outcome == DnsOutcome::malformed) << to_text(view.outcome);
    EXPECT_TRUE(view.addresses.empty());
  }
}

int open_descriptors() {
  return static_cast<int>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

TEST_F(RealResolver, LeavesNothingOpen) {
  use("nameserver " + server.address() + "\n");
  EXPECT_EQ(outcome(), "nxdomain");
  const auto before = open_descriptors();
  for (const auto* rule : {"nxdomain", "10.1.2.3", "drop", "truncated 10.1.2.3", "malformed"}) {
    server.tell("set " + kName + " ANY " + rule);
    look_up(kName, 50ms);
    EXPECT_EQ(open_descriptors(), before) << rule;
  }
}

// A second opinion: a real nameserver instead of ours.
TEST_F(RealResolver, UnderstandsDnsmasq) {
  const auto port = std::to_string(free_port());
  put_file(directory.path("hosts"), "10.1.2.3 redis-0.redis.default.svc.cluster.local\nfd00::3 v6.redis.default.svc\n");
  const Child dnsmasq({"/usr/sbin/dnsmasq", "--keep-in-foreground", "--port=" + port, "--listen-address=127.0.0.1",
                       "--bind-interfaces", "--no-resolv", "--no-hosts", "--addn-hosts=" + directory.path("hosts"),
                       "--local=/svc.cluster.local/", "--local=/svc/", "--user=", "--pid-file="});
  use("nameserver 127.0.0.1:" + port + "\n");
  ASSERT_TRUE(run_until(loop, [&] { return look_up().outcome == DnsOutcome::found; }, 5s));
  const auto view = look_up();
  EXPECT_TRUE(view.complete);
  EXPECT_EQ(view.addresses, std::vector{kAddress});
  EXPECT_EQ(look_up("v6.redis.default.svc.").addresses, std::vector{IpAddress{"fd00::3"}});
  EXPECT_EQ(look_up("redis-1.redis.default.svc.cluster.local.").outcome, DnsOutcome::nxdomain);
  EXPECT_EQ(look_up("elsewhere.example.").outcome, DnsOutcome::refused);
}

}  // namespace
}  // namespace agent
