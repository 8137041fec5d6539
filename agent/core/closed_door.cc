#include "core/closed_door.h"

#include <algorithm>

#include "core/action.h"
#include "core/address.h"
#include "core/text.h"

namespace agent {

namespace {

bool is_loopback(std::string_view word) {
  if (word.starts_with('-')) {
    word.remove_prefix(1);  // "-::1": no error where the machine has no such address
  }
  const auto ip = parse_ip(word);
  return ip ? ip->text == "::1" || ip->text.starts_with("127.") : equal_ignoring_case(word, "localhost");
}

}  // namespace

MasterRef parked_master() { return {.host = kParked.ip.text, .port = kParked.port}; }

bool is_parked(const MasterLink& link) { return link.host == kParked.ip.text && link.port == kParked.port; }

// Without any address Redis listens to nobody by TCP.
bool is_loopback_only(std::string_view bind) { return std::ranges::all_of(words(bind), is_loopback); }

Remembered remembered(const std::optional<std::string>& state, const std::string& pod, const ConfEdit& edit) {
  Remembered now;
  if (state) {
    const auto before = parse_memory(*state);
    if (!before) {
      now.why_anew = "is no whole state file";
    } else if (before->pod != pod) {
      now.why_anew = cat("is of ", before->pod.empty() ? "no pod" : before->pod, ", not of ", pod);
    } else {
      now.memory = *before;
    }
  }
  now.memory.pod = pod;
  now.memory.bind = edit.bind.value_or(std::string(kDefaultBind));
  now.memory.min_replicas = edit.min_replicas;
  return now;
}

}  // namespace agent
