// What a pod's own files say about its place: /etc/hosts as the kubelet writes it, the service account's namespace,
// search list and nameservers of /etc/resolv.conf. Text in, names out; io/ reads the files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/address.h"
#include "core/identity.h"

namespace agent {

struct PartialDomain {
  std::optional<std::string> service;
  std::optional<std::string> ns;
  std::optional<std::string> cluster;
};

// The pod's own line, "10.1.2.3 redis-0.redis.default.svc.cluster.local redis-0": found by
// `pod`.<service>.<ns>.svc.<domain>.
struct HostsEntry {
  PartialDomain domain;
  std::vector<IpAddress> addresses;  // every address of a line that names the pod, loopback left out
};
HostsEntry read_hosts(std::string_view hosts_file, std::string_view pod);

// "search default.svc.cluster.local svc.cluster.local cluster.local" gives namespace and cluster domain.
PartialDomain read_search_list(std::string_view resolv_conf);

// The nameservers in order, at most three as in libc; "10.0.0.1" (port 53) or, beyond libc, "10.0.0.1:5353" and
// "[fd00::1]:5353". A line that is no address is left out.
std::vector<TcpEndpoint> read_nameservers(std::string_view resolv_conf);

// The first value that is there, piece by piece.
PartialDomain first_known(const std::vector<PartialDomain>& sources);

}  // namespace agent
