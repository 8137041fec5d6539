#include <array>

#include "core/text.h"
#include "io/http_client.h"
#include "wire/wire.h"

namespace agent {

namespace {

constexpr int kOk = 200;

// In the order of ProbeKind.
constexpr std::array<std::string_view, 4> kTargets{"/livez", "/readyz", "/master", "/replica"};

}  // namespace

int run_probe(const Settings& settings) {
  const auto target = kTargets.at(static_cast<std::size_t>(settings.probe));
  const auto reply = http_get(UnixEndpoint{settings.socket}, target, settings.deadline);
  if (!reply) {
    complain(cat("redis-agent probe: ", reply.error(), '\n'));
    return kCouldNot;
  }
  // The kubelet shows what a failing probe printed, so the reason is in the pod's events.
  const bool printed = print(reply->body.ends_with('\n') ? reply->body : reply->body + '\n');
  return printed && reply->status == kOk ? kDone : kCouldNot;
}

}  // namespace agent
