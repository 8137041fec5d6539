// /etc/hosts and resolv.conf hold the same bytes here; the pod's name is what stands before the first '|'.
#include "core/names.h"

#include <algorithm>

#include "fuzz/must.h"

namespace {

using namespace agent;
using fuzz::must;

void must_be_sound(const PartialDomain& domain) {
  must(!domain.service || is_dns_label(*domain.service), "a service is a label");
  must(!domain.ns || is_dns_label(*domain.ns), "a namespace is a label");
  must(!domain.cluster || is_dns_name(*domain.cluster), "a cluster domain is a name");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const auto bar = std::min(text.find('|'), text.size());
  const auto file = text.substr(std::min(bar + 1, text.size()));

  auto entry = read_hosts(file, text.substr(0, bar));
  must_be_sound(entry.domain);
  must(entry.domain.service.has_value() == entry.domain.ns.has_value(), "a full name has a service and a namespace");
  for (const auto& address : entry.addresses) {
    must(parse_ip(address.text) == address, "an address is canonical");
    must(!address.text.starts_with("127.") && address.text != "::1", "loopback is left out");
  }
  std::ranges::sort(entry.addresses);
  must(std::ranges::adjacent_find(entry.addresses) == entry.addresses.end(), "no address stands there twice");

  const auto search = read_search_list(file);
  must_be_sound(search);
  must(!search.service && search.ns.has_value() == search.cluster.has_value(),
       "a search list tells namespace and cluster domain, or nothing");
  for (const auto& server : read_nameservers(file)) {
    must(parse_endpoint(to_text(Endpoint(server))) == Endpoint(server), "a nameserver is an address with a port");
  }
  return 0;
}
