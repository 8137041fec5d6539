// DNS by c-ares, behind the port: which nameserver is asked, both families, one deadline. It keeps nothing between two
// look-ups, no cache and no channel, so a changed resolv.conf counts at once and an idle resolver costs nothing.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/settings.h"
#include "io/loop.h"
#include "ports/resolver.h"

namespace agent {

class DnsResolver : public Resolver {
 public:
  DnsResolver(Loop& loop, DnsSettings settings);
  ~DnsResolver() override;
  DnsResolver(const DnsResolver&) = delete;
  DnsResolver& operator=(const DnsResolver&) = delete;

  void look_up(const std::string& name, Duration timeout, std::function<void(DnsView)> done) override;

 private:
  class LookUp;
  Loop& loop_;
  DnsSettings settings_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, std::unique_ptr<LookUp>> running_;
};

}  // namespace agent
