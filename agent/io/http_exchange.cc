#include "io/http_exchange.h"

#include <sys/un.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <utility>

#include "core/text.h"

namespace agent {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::size_t kReplyMax = 1 << 20;

}  // namespace

HttpExchange::HttpExchange(asio::io_context& context, std::string request, Done done)
    : socket_(context), request_(std::move(request)), done_(std::move(done)) {}

void HttpExchange::start(const asio::generic::stream_protocol::endpoint& at) {
  socket_.async_connect(at, [self = shared_from_this()](const Error& error) {
    if (error) {
      self->end(error);
    } else {
      self->send();
    }
  });
}

void HttpExchange::send() {
  asio::async_write(socket_, asio::buffer(request_), [self = shared_from_this()](const Error& error, std::size_t) {
    if (error) {
      self->end(error);
    } else {
      self->receive();
    }
  });
}

void HttpExchange::receive() {
  asio::async_read(socket_, asio::dynamic_buffer(received_, kReplyMax),
                   [self = shared_from_this()](const Error& error, std::size_t) {
                     self->end(error == asio::error::eof ? Error() : error);
                   });
}

void HttpExchange::end(const Error& error) {
  if (const auto done = std::exchange(done_, nullptr)) {
    done(error, received_);
  }
}

void HttpExchange::cancel() {
  done_ = nullptr;
  Error ignored;
  socket_.close(ignored);
}

std::string request_text(std::string_view method, std::string_view target) {
  return cat(method, ' ', target, " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
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
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(tcp.ip.text, error);
  if (error) {
    return std::unexpected(cat("cannot ask ", to_text(endpoint), ": that is no address"));
  }
  return asio::ip::tcp::endpoint(ip, tcp.port);
}

std::expected<HttpReply, std::string> parsed_reply(const std::string& received) {
  http::response_parser<http::string_body> parser;
  parser.eager(true);
  parser.body_limit(kReplyMax);
  boost::system::error_code error;
  parser.put(asio::buffer(received), error);
  if (!error && !parser.is_done()) {
    parser.put_eof(error);
  }
  if (error) {
    return std::unexpected(error.message());
  }
  return HttpReply{.status = static_cast<int>(parser.get().result_int()), .body = std::move(parser.get().body())};
}

}  // namespace agent
