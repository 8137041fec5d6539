// The server against real sockets: what it answers, and each limit on what a client can hold on to.
#include "io/http_server.h"

#include <gtest/gtest.h>

#include <list>

#include "contract/http_peer.h"
#include "contract/real_loop.h"
#include "core/text.h"
#include "unit/case_name.h"

namespace agent {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

const auto kAnyPort = TcpEndpoint{IpAddress{"127.0.0.1"}, 0};

std::string get(std::string_view target) { return cat("GET ", target, " HTTP/1.1\r\nHost: a\r\n\r\n"); }

// Answers with the target; what is not GET or HEAD is refused, as routes.h does.
Answer echo(const Request& request) {
  if (request.method != Method::get && request.method != Method::head) {
    return {.status = 405, .body = std::make_shared<const std::string>("no"), .fields = "Allow: GET, HEAD\r\n"};
  }
  return {.body = std::make_shared<const std::string>(request.target)};
}

class HttpServerTest : public testing::Test {
 protected:
  HttpServer& serve(const HttpLimits& limits = {}, HttpServer::Handler handler = echo) {
    server_ = std::make_unique<HttpServer>(loop_, std::move(handler), limits);
    endpoint_ = server_->listen(kAnyPort).value();
    return *server_;
  }
  HttpPeer connect() { return {loop_, endpoint_}; }
  bool until(const std::function<bool()>& done) { return run_until(loop_, done, 5s); }
  // Lets the server take in what was sent so far.
  void turn() {
    loop_.context().restart();
    loop_.context().poll();
  }
  // Until the server has accepted so many and not one more.
  void settle(std::uint64_t connections) {
    ASSERT_TRUE(until([&] { return server_->counters().connections == connections; }));
  }
  static std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
  static std::string status_of(const std::string& answer) { return answer.substr(9, 3); }

  Loop loop_;
  Endpoint endpoint_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, AnswersAndKeepsTheConnection) {
  serve();
  auto peer = connect();
  peer.send(get("/a"));
  const auto answer = peer.answer();
  const auto date = answer.find("Date: ");
  ASSERT_NE(date, std::string::npos) << answer;
  EXPECT_EQ(answer.substr(0, date) + answer.substr(answer.find("Content-Type")),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\n"
            "Cache-Control: no-store\r\n\r\n/a");
  EXPECT_TRUE(answer.substr(date, answer.find('\r', date) - date).ends_with(" GMT")) << answer;
  peer.send(get("/b"));
  EXPECT_EQ(body_of(peer.answer()), "/b");
  EXPECT_FALSE(peer.is_ended());
  EXPECT_EQ(server_->counters().answers.at(200), 2U);
}

TEST_F(HttpServerTest, HeadHasTheHeadOfGetAndNoBody) {
  serve();
  auto peer = connect();
  peer.send("HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_NE(peer.head().find("Content-Length: 4\r\n"), std::string::npos);
  peer.send(get("/next"));  // a body would come before this answer
  EXPECT_EQ(body_of(peer.answer()), "/next");
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
  serve();
  auto peer = connect();
  peer.send(get("/1") + get("/2") + get("/3").substr(0, 10));
  EXPECT_EQ(body_of(peer.answer()), "/1");
  EXPECT_EQ(body_of(peer.answer()), "/2");
  peer.send(get("/3").substr(10) + "\r\n" + get("/4"));  // an empty line between requests is to be ignored
  EXPECT_EQ(body_of(peer.answer()), "/3");
  EXPECT_EQ(body_of(peer.answer()), "/4");
}

TEST_F(HttpServerTest, ARequestMayComeByteByByte) {
  serve();
  auto peer = connect();
  for (const char byte : get("/slow")) {
    peer.send({&byte, 1});
    turn();
  }
  EXPECT_EQ(body_of(peer.answer()), "/slow");
}

TEST_F(HttpServerTest, ClosesWhenTheClientAsksForIt) {
  serve();
  for (const auto* request : {"GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET /a HTTP/1.0\r\n\r\n",
                              "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"}) {
    auto peer = connect();
    peer.send(request);
    const auto answer = peer.answer();
    EXPECT_EQ(status_of(answer), "200") << request;
    EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos) << request;
    EXPECT_TRUE(peer.ends()) << request;
  }
}

struct Refused {
  const char* name;
  std::string request;
  const char* status;
};

class HttpRefusal : public HttpServerTest, public testing::WithParamInterface<Refused> {};

TEST_P(HttpRefusal, SaysWhyAndCloses) {
  serve();
  auto peer = connect();
  peer.send(GetParam().request);
  const auto answer = peer.answer();
  ASSERT_FALSE(answer.empty());
  EXPECT_EQ(status_of(answer), GetParam().status) << answer;
  EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_TRUE(peer.ends());
  EXPECT_EQ(peer.received(), "") << "one answer, and nothing of what came after";
}

std::string with_field(const std::string& field) { return cat("GET / HTTP/1.1\r\nHost: a\r\n", field, "\r\n\r\n"); }

INSTANTIATE_TEST_SUITE_P(
    Cases, HttpRefusal,
    testing::Values(
        Refused{"words", "hello there\r\n\r\n", "400"}, Refused{"bare_line_feed", "GET / HTTP/1.1\nHost: a\n\n", "400"},
        Refused{"tls", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, "400"},
        Refused{"http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"}, Refused{"http9", "GET / HTTP/9.9\r\n\r\n", "400"},
        Refused{"no_version", "GET /\r\n\r\n", "400"}, Refused{"no_host", "GET / HTTP/1.1\r\n\r\n", "400"},
        Refused{"two_hosts", with_field("Host: b"), "400"}, Refused{"blank_in_target", get("/a b"), "400"},
        Refused{"nul_in_target", get("/\0"s), "400"}, Refused{"nul_in_field", with_field("A: \0"s), "400"},
        Refused{"blank_before_colon", with_field("A : b"), "400"}, Refused{"no_colon", with_field("abc"), "400"},
        Refused{"negative_length", with_field("Content-Length: -1"), "400"},
        Refused{"two_lengths", with_field("Content-Length: 1\r\nContent-Length: 2"), "400"},
        Refused{"length_and_chunks", with_field("Content-Length: 1\r\nTransfer-Encoding: chunked"), "400"},
        Refused{"body", with_field("Content-Length: 5") + "hello" + get("/smuggled"), "413"},
        Refused{"chunks", with_field("Transfer-Encoding: chunked") + "0\r\n\r\n" + get("/smuggled"), "413"},
        Refused{"other_coding", with_field("Transfer-Encoding: gzip") + get("/smuggled"), "413"},
        Refused{"post_with_body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab" + get("/smuggled"),
                "405"},
        Refused{"long_line", with_field("A: " + std::string(8192, 'x')), "431"},
        Refused{"long_target", get("/" + std::string(9000, 'x')), "431"},
        Refused{"endless_target", "GET /" + std::string(100'000, 'x'), "431"},
        Refused{"endless_fields",
                "GET / HTTP/1.1\r\n" +
                    [] {
                      std::string fields;
                      for (int i = 0; i < 9000; ++i) {
                        fields += "A: b\r\n";
                      }
                      return fields;
                    }(),
                "431"}),
    kCaseName);

TEST_F(HttpServerTest, AHeadOfExactlyTheLimitIsTaken) {
  serve({.head_bytes = 8192});
  const auto size = with_field("A: ").size();
  for (const std::size_t more : {0U, 1U}) {
    auto peer = connect();
    peer.send(with_field("A: " + std::string(8192 - size + more, 'x')));
    EXPECT_EQ(status_of(peer.answer()), more == 0 ? "200" : "431");
  }
}

TEST_F(HttpServerTest, FieldsThatComeOneByOneCountTogether) {
  serve({.head_bytes = 1000});
  auto peer = connect();
  peer.send("GET / HTTP/1.1\r\nHost: a\r\n");
  for (int i = 0; i < 300 && !peer.is_ended(); ++i) {
    peer.send("A: b\r\n");
    turn();
  }
  EXPECT_EQ(status_of(peer.answer()), "431");
}

TEST_F(HttpServerTest, AnEmptyBodyIsNone) {
  serve();
  auto peer = connect();
  peer.send(with_field("Content-Length: 0"));
  EXPECT_EQ(status_of(peer.answer()), "200");
  peer.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  EXPECT_NE(peer.answer().find("405 Method Not Allowed\r\n"), std::string::npos);
  peer.send("DELETE /x HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_NE(peer.answer().find("Allow: GET, HEAD\r\n"), std::string::npos);
  EXPECT_FALSE(peer.is_ended());
}

// --- time ---

HttpLimits quick() { return {.request = 200ms, .idle = 400ms, .parting = 200ms}; }

TEST_F(HttpServerTest, AHalfSentRequestIsToldThatItIsLate) {
  serve(quick());
  auto peer = connect();
  peer.send("GET / HT");
  const auto begin = loop_.now();
  EXPECT_EQ(status_of(peer.answer()), "408");
  EXPECT_GE(loop_.now() - begin, 150ms);
  EXPECT_LT(loop_.now() - begin, 1s);
  EXPECT_TRUE(peer.ends());
  EXPECT_EQ(server_->counters().dropped_slow, 1U);
}

TEST_F(HttpServerTest, DrippingDoesNotBuyTime) {
  serve(quick());
  auto peer = connect();
  const auto begin = loop_.now();
  peer.send("GET / HTTP/1.1\r\n");
  while (peer.received().empty() && loop_.now() - begin < 3s) {
    peer.send("A: b\r\n");
    run_until(loop_, [&] { return !peer.received().empty(); }, 10ms);
  }
  EXPECT_EQ(status_of(peer.answer()), "408");
  EXPECT_LT(loop_.now() - begin, 1s);
}

TEST_F(HttpServerTest, AConnectionThatSaysNothingIsClosed) {
  serve(quick());
  auto peer = connect();
  EXPECT_TRUE(peer.ends(1s));
  EXPECT_EQ(peer.received(), "");
  EXPECT_EQ(server_->counters().dropped_slow, 0U) << "nobody asked for anything";
}

TEST_F(HttpServerTest, AnIdleConnectionIsKeptForAWhile) {
  serve(quick());
  auto peer = connect();
  peer.send(get("/"));
  peer.answer();
  const auto begin = loop_.now();
  EXPECT_TRUE(peer.ends(2s));
  EXPECT_GE(loop_.now() - begin, 350ms);
}

TEST_F(HttpServerTest, AfterIdlingARequestHasItsTimeAnew) {
  serve({.request = 3s, .idle = 400ms});
  auto peer = connect();
  peer.send(get("/"));
  peer.answer();
  run_until(loop_, [] { return false; }, 200ms);
  peer.send("GET / H");
  run_until(loop_, [] { return false; }, 500ms);  // beyond `idle`
  peer.send("TTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(peer.answer()), "200");
}

constexpr std::size_t kLarge = 64U << 20U;  // more than the system buffers for a client

TEST_F(HttpServerTest, AClientThatDoesNotTakeItsAnswerIsDropped) {
  std::weak_ptr<const std::string> kept;
  serve(quick(), [&kept](const Request&) {
    auto large = std::make_shared<const std::string>(kLarge, 'x');
    kept = large;
    return Answer{.body = large};
  });
  Loop other;  // one that nobody runs, so that its peer never reads
  HttpPeer deaf(other, endpoint_);
  deaf.send(get("/"));
  EXPECT_TRUE(until([&] { return server_->counters().dropped_slow == 1; }));
  EXPECT_TRUE(until([&] { return kept.expired(); })) << "the answer is let go";
  EXPECT_EQ(server_->counters().connections, 0U);
}

TEST_F(HttpServerTest, AClientThatDoesNotCloseAfterItsLastAnswerIsClosed) {
  serve(quick());
  Loop other;
  HttpPeer open(other, endpoint_);
  open.send("what?\r\n\r\n");
  ASSERT_TRUE(until([&] { return server_->counters().answers.size() == 1; }));
  EXPECT_TRUE(until([&] { return server_->counters().connections == 0; }));
}

// --- crowds ---

TEST_F(HttpServerTest, HalfSentRequestsNeverKeepAProbeOut) {
  serve({.connections = 4});
  std::list<HttpPeer> crowd;
  for (std::uint64_t i = 0; i < 4; ++i) {
    crowd.push_back(connect());
    crowd.back().send("GET / HT");
    settle(i + 1);
  }
  auto probe = connect();
  probe.send(get("/livez"));
  EXPECT_EQ(status_of(probe.answer()), "200");
  EXPECT_TRUE(crowd.front().ends()) << "the oldest made room";
  EXPECT_EQ(server_->counters().connections, 4U);
  EXPECT_EQ(server_->counters().dropped_full, 1U);
  for (auto peer = std::next(crowd.begin()); peer != crowd.end(); ++peer) {
    EXPECT_FALSE(peer->is_ended());
  }
}

TEST_F(HttpServerTest, WhoIsBeingAnsweredStays) {
  serve({.connections = 2}, [](const Request& request) {
    return Answer{.body = std::make_shared<const std::string>(request.target == "/large" ? kLarge : 1, 'x')};
  });
  Loop other;
  HttpPeer slow(other, endpoint_);
  slow.send(get("/large"));
  ASSERT_TRUE(until([&] { return server_->counters().answers.size() == 1; }));
  auto half = connect();
  half.send("GET / HT");
  settle(2);
  auto probe = connect();
  probe.send(get("/livez"));
  EXPECT_EQ(status_of(probe.answer()), "200");
  EXPECT_TRUE(half.ends()) << "though it came later";
  EXPECT_EQ(server_->counters().connections, 2U);
  EXPECT_EQ(server_->counters().dropped_full, 1U);
}

TEST_F(HttpServerTest, ManyClientsAtOnceAreAllAnswered) {
  serve();
  std::list<HttpPeer> crowd;
  for (int i = 0; i < 400; ++i) {
    crowd.push_back(connect());
    crowd.back().send(get(cat("/", i)));
  }
  int number = 0;
  for (auto& peer : crowd) {
    EXPECT_EQ(body_of(peer.answer()), cat("/", number++));
  }
  EXPECT_EQ(server_->counters().dropped_full, 0U);
  crowd.clear();
  settle(0);
}

TEST_F(HttpServerTest, AServerThatGoesTakesItsConnectionsAlong) {
  serve();
  auto half = connect();
  half.send("GET / HT");
  auto idle = connect();
  idle.send(get("/"));
  idle.answer();
  server_.reset();
  EXPECT_TRUE(half.ends());
  EXPECT_TRUE(idle.ends());
}

}  // namespace
}  // namespace agent
