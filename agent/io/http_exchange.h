// One HTTP request sent and everything read that comes back, at most 1 MiB, on somebody else's loop. Has no deadline:
// whoever began it ends it. Understands nothing of what it read but parsed_reply().
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/address.h"
#include "io/http_client.h"

namespace agent {

class HttpExchange : public std::enable_shared_from_this<HttpExchange> {
 public:
  using Error = boost::system::error_code;
  // Called once, never from within start(), and not after cancel(). `received` is whole only without an error.
  using Done = std::function<void(const Error& error, const std::string& received)>;

  HttpExchange(boost::asio::io_context& context, std::string request, Done done);

  void start(const boost::asio::generic::stream_protocol::endpoint& at);
  void cancel();

 private:
  void send();
  void receive();
  void end(const Error& error);

  boost::asio::generic::stream_protocol::socket socket_;
  std::string request_;
  std::string received_;
  Done done_;
};

// "GET /readyz", without a body.
std::string request_text(std::string_view method, std::string_view target);

// What Asio connects to; the error says why it cannot be asked.
std::expected<boost::asio::generic::stream_protocol::endpoint, std::string> address_of(const Endpoint& endpoint);

// The error is Beast's own words.
std::expected<HttpReply, std::string> parsed_reply(const std::string& received);

}  // namespace agent
