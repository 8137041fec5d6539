// One question to one nameserver: a full name, one address family, one outcome. It is asked again when a packet is lost
// and by TCP when the answer was truncated; which nameserver is next, and when to stop waiting, is its owner's
// business.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/address.h"
#include "core/time.h"
#include "core/views.h"
#include "io/loop.h"

namespace agent {

enum class DnsFamily { a, aaaa };

struct DnsQuestion {
  std::string name;  // with its trailing dot
  DnsFamily family;
  std::string server;  // "10.96.0.10" or "[fd00::a]:5353"
  Duration patience;   // how long the owner will wait: three packets are sent within it
};

class DnsQuery {
 public:
  // `done` is called once, never from within the constructor; it may destroy the query. Destroying it is forgetting it.
  DnsQuery(Loop& loop, const DnsQuestion& question, std::function<void(DnsView)> done);
  ~DnsQuery();
  DnsQuery(const DnsQuery&) = delete;
  DnsQuery& operator=(const DnsQuery&) = delete;

  // What to say when the owner stops waiting: silence, or silence after a truncated answer.
  DnsOutcome outcome_so_far() const;

 private:
  class Channel;
  std::unique_ptr<Channel> channel_;
};

}  // namespace agent
