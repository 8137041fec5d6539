// What app needs of DNS: one name, both families, one answer within a deadline.
#pragma once

#include <functional>
#include <string>

#include "core/time.h"
#include "core/views.h"

namespace agent {

class Resolver {
 public:
  virtual ~Resolver() = default;
  // Asks A and AAAA of exactly `name` (full, with its trailing dot): no search list, no hosts file, no cache. Calls
  // `done` exactly once, not from within this call, at the latest after `timeout`, unless the Resolver is destroyed
  // first. The nameservers are those of resolv.conf as it is now, not as it was at the start.
  virtual void look_up(const std::string& name, Duration timeout, std::function<void(DnsView)> done) = 0;
};

}  // namespace agent
