// One request under one deadline, over TCP or a Unix socket: how `probe` and `bootstrap` ask the agent of their pod.
// Blocks; for a command that does nothing else. No TLS, no redirects, no second request.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "core/address.h"
#include "core/time.h"

namespace agent {

struct HttpReply {
  int status = 0;
  std::string body;
};

// Without a body. `deadline` is for everything from connecting to the last byte, however slowly it drips. The error
// says where it asked, what happened and the way out.
std::expected<HttpReply, std::string> http_ask(const Endpoint& endpoint, std::string_view method,
                                               std::string_view target, Duration deadline);
std::expected<HttpReply, std::string> http_get(const Endpoint& endpoint, std::string_view target, Duration deadline);

}  // namespace agent
