// DNS as a test scripts it: an answer per name and family, late or never. Not a zone: names are looked up literally.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ports/resolver.h"
#include "sim/clock.h"

namespace agent {

// The answer of one family. `delay` absent: none ever comes.
struct SimAnswer {
  DnsOutcome outcome = DnsOutcome::nxdomain;
  std::vector<IpAddress> addresses;
  std::optional<Duration> delay = std::chrono::microseconds(500);
};

class SimResolver : public Resolver {
 public:
  explicit SimResolver(SimClock& clock) : clock_(clock) {}

  // A name that nothing was said about does not exist.
  void set(const std::string& name, const std::vector<IpAddress>& addresses);
  void set(const std::string& name, DnsOutcome outcome);
  void set(const std::string& name, SimAnswer a, SimAnswer aaaa);
  void forget(const std::string& name) { answers_.erase(name); }
  // What every name answers, whatever was set: a broken DNS. Empty: back to the names.
  void break_all(std::optional<DnsOutcome> outcome) { broken_ = outcome; }

  void look_up(const std::string& name, Duration timeout, std::function<void(DnsView)> done) override;

  std::uint64_t look_ups() const { return look_ups_; }

 private:
  struct Answers {
    SimAnswer a;
    SimAnswer aaaa;
  };
  Answers answers_for(const std::string& name) const;

  SimClock& clock_;
  std::map<std::string, Answers> answers_;
  std::optional<DnsOutcome> broken_;
  std::uint64_t look_ups_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace agent
