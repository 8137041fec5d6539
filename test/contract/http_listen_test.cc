// Where the server listens, and how it ends: addresses, the Unix socket's file, stop().
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <list>

#include "contract/child.h"
#include "contract/http_peer.h"
#include "contract/real_loop.h"
#include "core/text.h"
#include "io/http_server.h"

namespace agent {
namespace {

using namespace std::chrono_literals;

const std::string kGet = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";

Endpoint tcp(const std::string& ip, std::uint16_t port = 0) { return TcpEndpoint{IpAddress{ip}, port}; }

Answer hello(const Request&) { return {.body = std::make_shared<const std::string>("hello")}; }

// Containers often have the family without any address of it.
bool has_ipv6_loopback() {
  std::ifstream file("/proc/net/if_inet6");
  const std::string addresses(std::istreambuf_iterator<char>(file), {});
  return addresses.find("00000000000000000000000000000001") != std::string::npos;
}

class HttpListenTest : public testing::Test {
 protected:
  std::string error_of(const Endpoint& endpoint) {
    const auto listening = server_.listen(endpoint);
    return listening ? "it listens" : listening.error();
  }
  bool answers(const Endpoint& endpoint) {
    HttpPeer peer(loop_, endpoint);
    peer.send(kGet);
    return peer.answer().ends_with("hello");
  }
  Loop loop_;
  TempDir directory_;
  HttpServer server_{loop_, hello, {.stop = 1s}};
};

TEST_F(HttpListenTest, TcpAndUnixAtOnce) {
  const auto port = server_.listen(tcp("127.0.0.1")).value();
  const auto socket = server_.listen(UnixEndpoint{directory_.path("agent.sock")}).value();
  EXPECT_TRUE(answers(port));
  EXPECT_TRUE(answers(socket));
}

TEST_F(HttpListenTest, EveryAddressOfBothFamilies) {
  const auto both = server_.listen(tcp("::")).value();
  const auto port = std::get<TcpEndpoint>(both).port;
  EXPECT_TRUE(answers(tcp("127.0.0.1", port)));
  if (has_ipv6_loopback()) {
    EXPECT_TRUE(answers(tcp("::1", port)));
  }
}

TEST_F(HttpListenTest, AnAddressInUseIsNamedWithTheWayOut) {
  const auto taken = server_.listen(tcp("127.0.0.1")).value();
  EXPECT_EQ(error_of(taken), cat("cannot listen on ", to_text(taken),
                                 ": Address already in use; is another agent running in this pod? pass another "
                                 "--http"));
}

TEST_F(HttpListenTest, AnAddressOfAnotherMachineIsNamed) {
  EXPECT_EQ(error_of(tcp("192.0.2.1", 8379)),
            "cannot listen on 192.0.2.1:8379: Cannot assign requested address; this pod has no such address; pass "
            "another --http");
}

TEST_F(HttpListenTest, TheUnixSocketIsForItsOwnerOnly) {
  const auto path = directory_.path("agent.sock");
  const auto before = umask(0);
  ASSERT_TRUE(server_.listen(UnixEndpoint{path}));
  EXPECT_EQ(umask(before), 0U) << "left as it was";
  struct stat found{};
  ASSERT_EQ(stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST_F(HttpListenTest, TheUnixSocketIsRemovedAtTheEnd) {
  const auto path = directory_.path("agent.sock");
  {
    HttpServer other(loop_, hello);
    ASSERT_TRUE(other.listen(UnixEndpoint{path}));
    EXPECT_EQ(access(path.c_str(), F_OK), 0);
  }
  EXPECT_NE(access(path.c_str(), F_OK), 0);
}

TEST_F(HttpListenTest, SomebodyElsesSocketIsLeftAtTheEnd) {
  const auto path = directory_.path("agent.sock");
  {
    HttpServer other(loop_, hello);
    ASSERT_TRUE(other.listen(UnixEndpoint{path}));
    ASSERT_EQ(rename(path.c_str(), directory_.path("old").c_str()), 0);
    ASSERT_TRUE(server_.listen(UnixEndpoint{path}));
  }
  EXPECT_TRUE(answers(UnixEndpoint{path}));
}

TEST_F(HttpListenTest, ASocketThatWasLeftBehindIsReplaced) {
  const auto path = directory_.path("agent.sock");
  {
    HttpServer killed(loop_, hello);
    ASSERT_TRUE(killed.listen(UnixEndpoint{path}));
    ASSERT_EQ(rename(path.c_str(), directory_.path("kept").c_str()), 0);  // so that its end does not remove it
  }
  ASSERT_EQ(rename(directory_.path("kept").c_str(), path.c_str()), 0);
  EXPECT_EQ(error_of(UnixEndpoint{path}), "it listens");
  EXPECT_TRUE(answers(UnixEndpoint{path}));
}

TEST_F(HttpListenTest, ASocketOnWhichSomebodyAnswersIsLeftAlone) {
  const auto path = directory_.path("agent.sock");
  HttpServer first(loop_, hello);
  ASSERT_TRUE(first.listen(UnixEndpoint{path}));
  EXPECT_EQ(error_of(UnixEndpoint{path}),
            cat("cannot listen on unix:", path, ": another agent answers there; pass another --socket"));
  EXPECT_TRUE(answers(UnixEndpoint{path}));
}

TEST_F(HttpListenTest, AFileThatIsNoSocketIsLeftAlone) {
  const auto path = directory_.path("notes.txt");
  put_file(path, "mine");
  EXPECT_EQ(error_of(UnixEndpoint{path}), cat("cannot listen on unix:", path,
                                              ": there is a file that is no socket, and it is left alone; pass another "
                                              "--socket"));
  EXPECT_EQ(file_text(path), "mine");
}

TEST_F(HttpListenTest, AMissingDirectoryIsMadeIfItsParentIsThere) {
  EXPECT_EQ(error_of(UnixEndpoint{directory_.path("redis-agent/agent.sock")}), "it listens");
  const auto deep = directory_.path("no/such/agent.sock");
  EXPECT_EQ(error_of(UnixEndpoint{deep}), cat("cannot listen on unix:", deep,
                                              ": No such file or directory; mount an emptyDir at its directory, or "
                                              "pass --socket"));
}

TEST_F(HttpListenTest, APathThatIsTooLongIsNamed) {
  const auto path = directory_.path(std::string(108, 'x'));
  EXPECT_EQ(error_of(UnixEndpoint{path}),
            cat("cannot listen on unix:", path, ": a socket's path has 1 to 107 bytes; pass a shorter --socket"));
}

// Out of descriptors a new client is not lost: somebody who asks for nothing gives way.
TEST_F(HttpListenTest, WithoutDescriptorsAProbeIsStillAnswered) {
  const auto port = server_.listen(tcp("127.0.0.1")).value();
  std::list<HttpPeer> crowd;
  for (int i = 0; i < 3; ++i) {
    crowd.emplace_back(loop_, port).send("GET / HT");
  }
  ASSERT_TRUE(run_until(loop_, [this] { return server_.counters().connections == 3; }, 5s));
  HttpPeer probe(loop_, port);  // connected by the kernel, not accepted yet
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const int next = dup(0);
  close(next);
  const rlimit none{.rlim_cur = static_cast<rlim_t>(next), .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  probe.send(kGet);
  const auto answer = probe.answer();
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_TRUE(answer.ends_with("hello")) << answer;
  EXPECT_EQ(server_.counters().dropped_full, 1U);
}

class HttpStopTest : public HttpListenTest {
 protected:
  void SetUp() override { endpoint_ = server_.listen(tcp("127.0.0.1")).value(); }
  void stop() {
    began_ = loop_.now();
    server_.stop([this] { done_ = loop_.now(); });
    EXPECT_FALSE(done_) << "never from within";
  }
  // How long it took.
  Duration ended() {
    run_until(loop_, [this] { return done_.has_value(); }, 5s);
    return done_ ? *done_ - began_ : Duration(1h);
  }
  HttpPeer half() {
    HttpPeer peer(loop_, endpoint_);
    peer.send(kGet.substr(0, 9));
    return peer;
  }
  void settle(std::uint64_t connections) {
    ASSERT_TRUE(run_until(loop_, [&] { return server_.counters().connections == connections; }, 5s));
  }
  Endpoint endpoint_;
  Instant began_;
  std::optional<Instant> done_;
};

TEST_F(HttpStopTest, WithoutClientsAtOnce) {
  stop();
  EXPECT_LT(ended(), 900ms);
}

TEST_F(HttpStopTest, ClientsThatAskNothingAreClosedAtOnce) {
  HttpPeer silent(loop_, endpoint_);
  HttpPeer idle(loop_, endpoint_);
  idle.send(kGet);
  idle.answer();
  settle(2);
  stop();
  EXPECT_LT(ended(), 900ms);
  EXPECT_TRUE(silent.ends());
  EXPECT_TRUE(idle.ends());
}

TEST_F(HttpStopTest, ARequestInFlightIsAnsweredForTheLastTime) {
  auto peer = half();
  settle(1);
  stop();
  peer.send(kGet.substr(9));
  const auto answer = peer.answer();
  EXPECT_TRUE(answer.ends_with("hello")) << answer;
  EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_LT(ended(), 900ms);
}

TEST_F(HttpStopTest, ARequestThatWasNotReadYetIsAnswered) {
  HttpPeer idle(loop_, endpoint_);
  idle.send(kGet);
  idle.answer();
  HttpPeer waiting(loop_, endpoint_);  // in the backlog
  idle.send(kGet);
  waiting.send(kGet);
  stop();
  EXPECT_TRUE(idle.answer().ends_with("hello"));
  EXPECT_TRUE(waiting.answer().ends_with("hello"));
  EXPECT_LT(ended(), 900ms);
}

TEST_F(HttpStopTest, ARequestThatNeverCompletesIsNotWaitedFor) {
  auto peer = half();
  settle(1);
  stop();
  const auto took = ended();
  EXPECT_GE(took, 900ms);
  EXPECT_LT(took, 3s);
  EXPECT_TRUE(peer.ends());
}

TEST_F(HttpStopTest, NobodyIsLetInAnyMore) {
  ASSERT_TRUE(server_.listen(UnixEndpoint{directory_.path("agent.sock")}));
  stop();
  ended();
  EXPECT_THROW(HttpPeer(loop_, endpoint_), std::exception);
  EXPECT_NE(access(directory_.path("agent.sock").c_str(), F_OK), 0);
}

}  // namespace
}  // namespace agent
