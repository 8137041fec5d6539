// Views: what was seen of the world, with when it was asked for, when it was seen and on which connection.
// Written on the Board by callbacks, read by a tick. A view is a value; it never changes after it was written.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/address.h"
#include "core/info.h"
#include "core/time.h"

namespace agent {

template <class Value>
struct Seen {
  Value value;
  Instant asked;
  Instant seen;
  std::uint64_t connection = 0;  // counts up with each new connection; 0 where there is none (DNS)
};

// How a Redis answered PING. Anything but `pong` has its own way out for the person who reads it.
enum class Contact {
  pong,
  loading,      // -LOADING: alive, reading its data set
  busy,         // -BUSY: alive, in a script
  misconf,      // -MISCONF: alive, cannot save, refuses writes
  noauth,       // -NOAUTH: it wants a password and we have none
  wrongpass,    // -WRONGPASS (or -ERR invalid password before 6.0)
  noperm,       // -NOPERM: our user may not do what we need
  error,        // any other error word
  silent,       // connected, no answer within the command budget
  refused,      // nobody listens
  unreachable,  // no route, no such socket file, connect timed out
  closed,       // the connection was closed before an answer (maxclients, shutdown)
};
std::string_view to_text(Contact contact);  // the enumerator's name
// Alive as a process: it answered something. PONG, LOADING, BUSY, MISCONF and NOAUTH all count.
bool is_alive(Contact contact);

// The first word of an error reply ("NOAUTH Authentication required." -> noauth).
Contact contact_of_error(std::string_view error);

struct RedisView {
  Contact contact = Contact::refused;
  std::string error;                       // the server's or the system's own words, empty for pong
  std::shared_ptr<const RedisInfo> info;   // where INFO was answered; shared by all who look at it
  std::optional<TcpEndpoint> true_master;  // from CLIENT LIST TYPE master; absent: no such connection, or not allowed
  std::string master_connection;           // MasterClient::connection; empty: as above
  // From CONFIG GET, asked for by a guarded sidecar only; absent: not asked, or not allowed.
  std::optional<bool> is_open = {};               // others may connect: it does not listen on loopback only
  std::optional<std::int64_t> min_replicas = {};  // min-replicas-to-write
};

// Why a name did not give an address, each its own word and its own way out.
enum class DnsOutcome {
  found,
  nxdomain,  // no such name
  nodata,    // the name exists without A or AAAA
  servfail,
  refused,
  timeout,
  truncated,
  malformed,
  unreachable,  // no nameserver could be reached (connection refused, no route, none configured)
};
std::string_view to_text(DnsOutcome outcome);

// Both families of one look-up taken together. `complete` is false when one family failed: absence is only proven
// when every family asked says so (A = SERVFAIL with AAAA = no data looks like an absence).
struct DnsView {
  DnsOutcome outcome = DnsOutcome::timeout;
  bool complete = false;
  std::vector<IpAddress> addresses;  // sorted, without duplicates; only with `found`
};

// Adds up one answer per family: any address is `found`; else the failure of a family beats nodata beats nxdomain.
DnsView merge(const DnsView& a, const DnsView& aaaa);

}  // namespace agent
