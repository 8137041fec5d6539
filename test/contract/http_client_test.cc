// One GET against our own server and against servers that misbehave.
#include "io/http_client.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include "contract/child.h"
#include "core/text.h"
#include "io/http_server.h"
#include "io/loop.h"

namespace agent {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

// The client blocks, so its server runs beside it.
class OurServer {
 public:
  explicit OurServer(const Endpoint& endpoint, std::string body = "ok\n")
      : server_(loop_, [text = std::make_shared<const std::string>(std::move(body))](const Request& request) {
          return Answer{.status = request.target == "/bad" ? 503 : 200, .body = text};
        }) {
    at = server_.listen(endpoint).value();
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~OurServer() {
    loop_.post([this] { loop_.stop(); });
    thread_.join();
  }
  Endpoint at;

 private:
  Loop loop_;
  HttpServer server_;
  std::thread thread_;
};

// Accepts one client, says what it was told to and then does nothing until the end.
class OddServer {
 public:
  explicit OddServer(std::function<void(asio::ip::tcp::socket&)> talk)
      : acceptor_(context_, {asio::ip::address_v4::loopback(), 0}), talk_(std::move(talk)) {
    at = TcpEndpoint{IpAddress{"127.0.0.1"}, acceptor_.local_endpoint().port()};
    thread_ = std::thread([this] {
      acceptor_.accept(socket_);
      std::array<char, 1024> request{};
      socket_.read_some(asio::buffer(request));
      talk_(socket_);
    });
  }
  ~OddServer() { thread_.join(); }
  Endpoint at;

 private:
  asio::io_context context_;
  asio::ip::tcp::acceptor acceptor_;
  asio::ip::tcp::socket socket_{context_};
  std::function<void(asio::ip::tcp::socket&)> talk_;
  std::thread thread_;
};

std::string error_of(const Endpoint& at, Duration deadline = 5s) {
  const auto reply = http_get(at, "/", deadline);
  return reply ? cat("answered ", reply->status) : reply.error();
}

void say(asio::ip::tcp::socket& socket, std::string_view text) {
  boost::system::error_code ignored;
  asio::write(socket, asio::buffer(text), ignored);
}

TEST(HttpClient, AsksOverTcpAndUnix) {
  TempDir directory;
  const Endpoint endpoints[] = {TcpEndpoint{IpAddress{"127.0.0.1"}, 0}, UnixEndpoint{directory.path("agent.sock")}};
  for (const auto& endpoint : endpoints) {
    const OurServer server(endpoint);
    EXPECT_EQ(http_get(server.at, "/livez", 5s)->body, "ok\n");
    EXPECT_EQ(http_get(server.at, "/bad", 5s)->status, 503);
  }
}

TEST(HttpClient, TakesAnAnswerOfAnySizeUpToItsLimit) {
  const OurServer server(TcpEndpoint{IpAddress{"127.0.0.1"}, 0}, std::string(500'000, 'x'));
  EXPECT_EQ(http_get(server.at, "/", 5s)->body.size(), 500'000U);
  const OurServer large(TcpEndpoint{IpAddress{"127.0.0.1"}, 0}, std::string(2'000'000, 'x'));
  EXPECT_TRUE(error_of(large.at).starts_with("cannot read the answer of 127.0.0.1:")) << error_of(large.at);
}

TEST(HttpClient, WithoutAnAgentItSaysSo) {
  TempDir directory;
  const auto path = directory.path("agent.sock");
  EXPECT_EQ(error_of(UnixEndpoint{path}), cat("cannot ask unix:", path,
                                              ": No such file or directory; is `redis-agent run` running in this pod, "
                                              "with the same --socket?"));
  const auto port = static_cast<std::uint16_t>(free_port());
  EXPECT_EQ(error_of(TcpEndpoint{IpAddress{"127.0.0.1"}, port}),
            cat("cannot ask 127.0.0.1:", port,
                ": Connection refused; is `redis-agent run` running there, with this --http?"));
  EXPECT_NE(error_of(UnixEndpoint{std::string(200, 'x')}).find("a socket's path has 1 to 107 bytes"),
            std::string::npos);
}

TEST(HttpClient, ADrippingServerDoesNotStretchTheDeadline) {
  std::atomic<bool> over = false;
  const OddServer server([&over](auto& socket) {
    say(socket, "HTTP/1.1 200 OK\r\n");
    while (!over) {
      say(socket, "A: b\r\n");
      std::this_thread::yield();
    }
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto error = error_of(server.at, 300ms);
  const auto took = std::chrono::steady_clock::now() - begin;
  over = true;
  EXPECT_TRUE(error.starts_with("no answer from 127.0.0.1:") || error.starts_with("cannot read")) << error;
  EXPECT_LT(took, 2s);
}

TEST(HttpClient, ASilentServerIsGivenUp) {
  std::atomic<bool> over = false;
  const OddServer server([&over](auto&) { over.wait(false); });
  EXPECT_EQ(error_of(server.at, 200ms),
            cat("no answer from ", to_text(server.at), " within 200ms; see the agent's log"));
  over = true;
  over.notify_all();
}

TEST(HttpClient, AnAnswerThatIsCutOffIsNone) {
  for (const auto* text :
       {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", "SSH-2.0-x\r\n\r\n"}) {
    const OddServer server([text](auto& socket) {
      say(socket, text);
      socket.close();
    });
    const auto error = error_of(server.at);
    EXPECT_TRUE(error.starts_with("cannot read the answer of ")) << text << ": " << error;
  }
}

TEST(HttpClient, AnAnswerWithoutALengthEndsWithTheConnection) {
  const OddServer server([](auto& socket) {
    say(socket, "HTTP/1.0 200 OK\r\n\r\nabc");
    socket.close();
  });
  EXPECT_EQ(http_get(server.at, "/", 5s)->body, "abc");
}

}  // namespace
}  // namespace agent
