// The real Agents against what is no agent, and what a status document may hold instead of what it should.
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include "contract/real_loop.h"
#include "core/ancestry.h"
#include "core/text.h"
#include "io/agents.h"
#include "io/published.h"

namespace agent {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;

// Sends `head` to whoever connects, then a byte of `more` every 5 ms for ever.
class OddAgent {
 public:
  OddAgent(Loop& loop, std::string head, std::string more)
      : loop_(loop),
        acceptor_(loop.context(), {asio::ip::address_v4::loopback(), 0}),
        socket_(loop.context()),
        head_(std::move(head)),
        more_(std::move(more)) {
    acceptor_.async_accept(socket_, [this](const boost::system::error_code& error) {
      if (!error) {
        asio::write(socket_, asio::buffer(head_));
        drip();
      }
    });
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  int dripped = 0;

 private:
  void drip() {
    if (more_.empty()) {
      boost::system::error_code ignored;
      socket_.close(ignored);
      return;
    }
    boost::system::error_code gone;
    asio::write(socket_, asio::buffer(more_), gone);
    if (!gone) {
      ++dripped;
      next_ = loop_.after(5ms, [this] { drip(); });
    }
  }

  Loop& loop_;
  tcp::acceptor acceptor_;
  tcp::socket socket_;
  std::string head_;
  std::string more_;
  std::unique_ptr<Timer> next_;
};

class OddAgents : public testing::Test {
 protected:
  // Nothing is told, and never later than the deadline. Returns how long it took.
  Duration ask(OddAgent& odd, Duration timeout) {
    HttpAgents agents(loop, odd.port());
    bool called = false;
    const auto from = loop.now();
    agents.ask({"127.0.0.1"}, timeout, [&](const std::optional<Published>& published) {
      called = true;
      EXPECT_EQ(published, std::nullopt);
    });
    EXPECT_TRUE(run_until(loop, [&] { return called; }, timeout + 500ms));
    return loop.now() - from;
  }
  Loop loop;
};

TEST_F(OddAgents, OneThatDripsIsLeftWhenTheTimeIsOver) {
  OddAgent odd(loop, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{", " ");
  EXPECT_GE(ask(odd, 300ms), 299ms);
  EXPECT_GT(odd.dripped, 3);
}

TEST_F(OddAgents, GarbageTellsNothing) {
  for (const auto* said : {"", "+PONG\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnot json!",
                           "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"data\":",
                           "HTTP/1.1 503 No\r\nContent-Length: 26\r\n\r\n{\"data\":{\"run_id\":\"run-1\"}}"}) {
    OddAgent odd(loop, said, "");
    EXPECT_LT(ask(odd, 5s), 5s) << said;
  }
}

TEST_F(OddAgents, AnAnswerWithoutEndIsLeftAtOneMebibyte) {
  OddAgent odd(loop, "HTTP/1.1 200 OK\r\n\r\n", std::string(100'000, ' '));
  EXPECT_LT(ask(odd, 10s), 10s);
}

TEST_F(OddAgents, WhatIsNoAddressIsAnsweredToo) {
  HttpAgents agents(loop, 1);
  bool called = false;
  agents.ask({"nowhere"}, 5s, [&](const std::optional<Published>&) { called = true; });
  EXPECT_FALSE(called);
  EXPECT_TRUE(run_until(loop, [&] { return called; }, 1s));
}

TEST(PublishedIn, TakesNothingForCertainThatItCannotRead) {
  const std::string whole =
      R"({"data": {"run_id": "r", "continues": {"replid": "a", "offset": 7, "certainty": "exact"}}})";
  const auto read = published_in(whole);
  ASSERT_TRUE(read && read->continues);
  EXPECT_EQ(read->continues->at.offset, 7);
  EXPECT_FALSE(read->began_with) << "an older agent does not tell";
  EXPECT_EQ(published_in(R"({"data": {"run_id": "r", "began_with": 12}})")->began_with, 12);
  EXPECT_FALSE(published_in(R"({"data": {"run_id": "r", "began_with": "12"}})")->began_with);
  const auto before = published_in(
      R"({"data": {"run_id": "r", "continues": {"replid": "a", "offset": -1, "certainty": "exact"}, "once": {}}})");
  ASSERT_TRUE(before && before->continues);
  EXPECT_EQ(before->continues->at.offset, kBefore);
  EXPECT_FALSE(before->once);
  const Published unknown{.run_id = "r", .continues = {}};
  for (const auto* continues :
       {"{}", "null", "7", R"({"replid": "a", "offset": 7})", R"({"replid": "a", "offset": "7", "certainty": "exact"})",
        R"({"replid": "a", "offset": -7, "certainty": "exact"})",
        R"({"replid": "a", "offset": 7.5, "certainty": "exact"})",
        R"({"replid": "a", "offset": 99999999999999999999, "certainty": "exact"})",
        R"({"replid": "", "offset": 7, "certainty": "exact"})",
        R"({"replid": "a", "offset": 7, "certainty": "sure"})"}) {
    EXPECT_EQ(published_in(cat(R"({"data": {"run_id": "r", "continues": )", continues, "}}")), unknown) << continues;
  }
  for (const auto* nothing : {"", "{", "[]", "7", R"({"data": 7})", R"({"data": {}})", R"({"data": {"run_id": 7}})",
                              R"({"data": {"run_id": ""}})", R"({"dat": {"run_id": "r"}})"}) {
    EXPECT_EQ(published_in(nothing), std::nullopt) << nothing;
  }
  EXPECT_EQ(published_in(std::string(100'000, '[')), std::nullopt) << "no stack is deep enough for every document";
}

}  // namespace
}  // namespace agent
