#include "contract/dns_lab.h"

#include "contract/child.h"
#include "contract/real_loop.h"
#include "contract/scripted_dns.h"
#include "core/text.h"
#include "io/resolver.h"
#include "sim/clock.h"

namespace agent {

namespace {

class SimDnsLab : public DnsLab {
 public:
  Clock& clock() override { return clock_; }
  Resolver& resolver() override { return *resolver_; }
  void destroy_resolver() override { resolver_.reset(); }
  void set(const std::string& name, const SimAnswer& a, const SimAnswer& aaaa) override {
    resolver_->set(name, a, aaaa);
  }
  void take_away() override { resolver_->break_all(DnsOutcome::unreachable); }
  bool run_until(const std::function<bool()>& done, Duration limit) override { return clock_.run_until(done, limit); }

 private:
  SimClock clock_;
  std::unique_ptr<SimResolver> resolver_ = std::make_unique<SimResolver>(clock_);
};

std::string rule_of(const SimAnswer& answer) {
  std::string rule;
  switch (answer.outcome) {
    case DnsOutcome::found:
      for (const auto& address : answer.addresses) {
        rule += address.text + " ";
      }
      break;
    case DnsOutcome::truncated:
      rule = "truncated 10.9.9.9 tcp=drop";
      break;
    case DnsOutcome::timeout:
      rule = "drop";
      break;
    default:
      rule = to_text(answer.outcome);
  }
  return answer.delay ? cat(rule, " delay=", *answer.delay / std::chrono::milliseconds(1)) : "drop";
}

class RealDnsLab : public DnsLab {
 public:
  Clock& clock() override { return loop_; }
  Resolver& resolver() override { return *resolver_; }
  void destroy_resolver() override { resolver_.reset(); }
  void set(const std::string& name, const SimAnswer& a, const SimAnswer& aaaa) override {
    server_.tell(cat("set ", name, " A ", rule_of(a)));
    server_.tell(cat("set ", name, " AAAA ", rule_of(aaaa)));
  }
  void take_away() override { server_.end(); }
  bool run_until(const std::function<bool()>& done, Duration limit) override {
    return agent::run_until(loop_, done, limit);
  }

 private:
  Loop loop_;
  ScriptedDns server_;
  std::unique_ptr<DnsResolver> resolver_ =
      std::make_unique<DnsResolver>(loop_, DnsSettings{.resolv_conf = server_.resolv_conf()});
};

}  // namespace

std::unique_ptr<DnsLab> sim_dns() { return std::make_unique<SimDnsLab>(); }
std::unique_ptr<DnsLab> real_dns() { return std::make_unique<RealDnsLab>(); }

}  // namespace agent
