#include "core/text.h"
#include "io/http_client.h"
#include "show/routes.h"
#include "wire/wire.h"

namespace agent {

namespace {

constexpr int kOk = 200;

std::string line(const std::string& text) { return text.ends_with('\n') ? text : text + '\n'; }

}  // namespace

int run_bootstrap(const Settings& settings) {
  const auto reply = http_ask(UnixEndpoint{settings.socket}, "POST", kBootstrapPath, settings.deadline);
  if (!reply) {
    complain(cat("redis-agent bootstrap: ", reply.error(), '\n'));
    return kCouldNot;
  }
  if (reply->status != kOk) {
    complain(cat("redis-agent bootstrap: ", line(reply->body)));
    return kCouldNot;
  }
  return print(line(reply->body)) ? kDone : kCouldNot;
}

}  // namespace agent
