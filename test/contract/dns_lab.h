// A DNS that a test can script, simulated or real, behind one set of words.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "ports/clock.h"
#include "ports/resolver.h"
#include "sim/resolver.h"

namespace agent {

class DnsLab {
 public:
  DnsLab() = default;
  DnsLab(const DnsLab&) = delete;
  DnsLab& operator=(const DnsLab&) = delete;
  virtual ~DnsLab() = default;

  virtual Clock& clock() = 0;
  virtual Resolver& resolver() = 0;
  virtual void destroy_resolver() = 0;
  // What A and AAAA of a name answer from now on.
  virtual void set(const std::string& name, const SimAnswer& a, const SimAnswer& aaaa) = 0;
  // No nameserver is there any more.
  virtual void take_away() = 0;
  virtual bool run_until(const std::function<bool()>& done, Duration limit) = 0;
};

std::unique_ptr<DnsLab> sim_dns();
std::unique_ptr<DnsLab> real_dns();

}  // namespace agent
