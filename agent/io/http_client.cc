#include "io/http_client.h"

#include <cerrno>

#include "core/duration.h"
#include "core/text.h"
#include "io/http_exchange.h"

namespace agent {

namespace asio = boost::asio;
using Error = boost::system::error_code;

namespace {

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

}  // namespace

std::expected<HttpReply, std::string> http_ask(const Endpoint& endpoint, std::string_view method,
                                               std::string_view target, Duration deadline) {
  const auto who = to_text(endpoint);
  const auto address = address_of(endpoint);
  if (!address) {
    return std::unexpected(address.error());
  }
  asio::io_context context(1);
  std::optional<Error> end;
  std::string received;
  const auto exchange = std::make_shared<HttpExchange>(context, request_text(method, target),
                                                       [&](const Error& error, const std::string& text) {
                                                         end = error;
                                                         received = text;
                                                       });
  exchange->start(*address);
  context.run_for(deadline);
  exchange->cancel();
  if (!end) {
    return std::unexpected(cat("no answer from ", who, " within ", to_text(deadline), "; see the agent's log"));
  }
  if (*end) {
    const bool is_unix = std::holds_alternative<UnixEndpoint>(endpoint);
    return std::unexpected(cat("cannot ask ", who, ": ", end->message(), "; ", way_out(*end, is_unix)));
  }
  auto reply = parsed_reply(received);
  return reply ? std::move(reply)
               : std::unexpected(cat("cannot read the answer of ", who, ": ", reply.error(),
                                     "; is it a redis-agent that listens there?"));
}

std::expected<HttpReply, std::string> http_get(const Endpoint& endpoint, std::string_view target, Duration deadline) {
  return http_ask(endpoint, "GET", target, deadline);
}

}  // namespace agent
