// Who this pod is: the set's name and the ordinal from the hostname, and the DNS names of its peers.
// Not where that text comes from: io/ reads the hostname and the files, names.h reads their text.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace agent {

struct Identity {
  std::string set;
  int ordinal = 0;
  auto operator<=>(const Identity&) const = default;
};

// "redis-7-12" is set "redis-7", ordinal 12; a FQDN is cut at its first dot. Refuses what is no DNS label
// (RFC 1123: 1 to 63 of a-z, 0-9 and '-', not at the ends), leading zeros, and an ordinal below `first_ordinal`.
std::expected<Identity, std::string> parse_identity(std::string_view hostname, int first_ordinal);

// "redis-0"
std::string pod_name(const Identity& identity);
std::string pod_name(std::string_view set, int ordinal);

// Where the set lives in DNS.
struct Domain {
  std::string service;  // the headless Service, "redis"
  std::string ns;       // the namespace, "default"
  std::string cluster;  // the cluster domain, "cluster.local"
  auto operator<=>(const Domain&) const = default;
};

// Full names with the trailing dot, so that no search list is tried (three useless queries with ndots 5).
std::string service_fqdn(const Domain& domain);                    // "redis.default.svc.cluster.local."
std::string pod_fqdn(const Domain& domain, std::string_view pod);  // "redis-0.redis.default.svc.cluster.local."

bool is_dns_label(std::string_view text);
// One or more labels joined by dots, at most 253 characters, without a trailing dot.
bool is_dns_name(std::string_view text);

}  // namespace agent
