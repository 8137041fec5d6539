#include "io/http_client.h"

#include <sys/un.h>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>

#include "core/duration.h"
#include "core/text.h"

namespace agent {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Error = boost::system::error_code;

namespace {

constexpr std::size_t kReplyMax = 1 << 20;

// One exchange: each step begins the next, whatever is thrown away when the deadline passes.
class Exchange {
 public:
  Exchange(asio::io_context& context, std::string request) : socket_(context), request_(std::move(request)) {}

  void start(const asio::generic::stream_protocol::endpoint& at) {
    socket_.async_connect(at, [this](const Error& error) {
      if (!failed(error)) {
        send();
      }
    });
  }
  bool is_done = false;
  Error error;
  std::string received;

 private:
  void send() {
    asio::async_write(socket_, asio::buffer(request_), [this](const Error& error, std::size_t) {
      if (!failed(error)) {
        receive();
      }
    });
  }
  void receive() {
    asio::async_read(socket_, asio::dynamic_buffer(received, kReplyMax), [this](const Error& error, std::size_t) {
      failed(error == asio::error::eof ? Error() : error);
      is_done = true;
    });
  }
  bool failed(const Error& what) {
    error = what;
    is_done = is_done || what;
    return static_cast<bool>(what);
  }

  asio::generic::stream_protocol::socket socket_;
  std::string request_;
};

std::string_view way_out(const Error& error, bool is_unix) {
  if (error.value() == ENOENT || error == asio::error::connection_refused) {
    return is_unix ? "is `redis-agent run` running in this pod, with the same --socket?"
                   : "is `redis-agent run` running there, with this --http?";
  }
  if (error == asio::error::access_denied) {
    return "the socket is for the user that the agent runs as";
  }
  return "see the agent's log";
}

std::expected<asio::generic::stream_protocol::endpoint, std::string> address_of(const Endpoint& endpoint) {
  if (const auto* at = std::get_if<UnixEndpoint>(&endpoint)) {
    if (at->path.empty() || at->path.size() >= sizeof(sockaddr_un::sun_path)) {
      return std::unexpected(cat("cannot ask ", to_text(endpoint), ": a socket's path has 1 to ",
                                 sizeof(sockaddr_un::sun_path) - 1, " bytes"));
    }
    return asio::local::stream_protocol::endpoint(at->path);
  }
  const auto& tcp = std::get<TcpEndpoint>(endpoint);
  Error error;
  const auto ip = asio::ip::make_address(tcp.ip.text, error);
  if (error) {
    return std::unexpected(cat("cannot ask ", to_text(endpoint), ": that is no address"));
  }
  return asio::ip::tcp::endpoint(ip, tcp.port);
}

std::expected<HttpReply, std::string> parsed(const std::string& received, const std::string& who) {
  http::response_parser<http::string_body> parser;
  parser.eager(true);
  parser.body_limit(kReplyMax);
  Error error;
  parser.put(asio::buffer(received), error);
  if (!error && !parser.is_done()) {
    parser.put_eof(error);
  }
  if (error) {
    return std::unexpected(
        cat("cannot read the answer of ", who, ": ", error.message(), "; is it a redis-agent that listens there?"));
  }
  return HttpReply{.status = static_cast<int>(parser.get().result_int()), .body = std::move(parser.get().body())};
}

}  // namespace

std::expected<HttpReply, std::string> http_get(const Endpoint& endpoint, std::string_view target, Duration deadline) {
  const auto who = to_text(endpoint);
  const auto address = address_of(endpoint);
  if (!address) {
    return std::unexpected(address.error());
  }
  asio::io_context context(1);
  Exchange exchange(context, cat("GET ", target, " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
  exchange.start(*address);
  context.run_for(deadline);
  if (!exchange.is_done) {
    return std::unexpected(cat("no answer from ", who, " within ", to_text(deadline), "; see the agent's log"));
  }
  if (exchange.error) {
    const bool is_unix = std::holds_alternative<UnixEndpoint>(endpoint);
    return std::unexpected(
        cat("cannot ask ", who, ": ", exchange.error.message(), "; ", way_out(exchange.error, is_unix)));
  }
  return parsed(exchange.received, who);
}

}  // namespace agent
