#include "core/names.h"

#include <algorithm>
#include <ranges>

#include "core/text.h"

namespace agent {

namespace {

constexpr std::string_view kSvc = "svc";
constexpr std::size_t kNameserversMax = 3;
constexpr std::uint16_t kDnsPort = 53;

std::vector<std::string_view> words_before(std::string_view line, std::string_view comment_marks) {
  return words(line.substr(0, line.find_first_of(comment_marks)));
}

bool is_loopback(const IpAddress& address) { return address.text == "::1" || address.text.starts_with("127."); }

std::string_view without_last_dot(std::string_view name) {
  return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

std::string_view take_label(std::string_view& name) {
  const auto label = name.substr(0, name.find('.'));
  name.remove_prefix(std::min(label.size() + 1, name.size()));
  return label;
}

// "<ns>.svc.<cluster>", where a kubelet without a cluster domain ends after "svc".
std::optional<PartialDomain> read_namespace(std::string_view name) {
  name = without_last_dot(name);
  const auto ns = take_label(name);
  if (!is_dns_label(ns) || take_label(name) != kSvc) {
    return std::nullopt;
  }
  PartialDomain domain{.service = {}, .ns = std::string(ns), .cluster = {}};
  if (is_dns_name(name)) {
    domain.cluster = name;
  }
  return domain;
}

// "<service>.<ns>.svc.<cluster>"
std::optional<PartialDomain> read_service(std::string_view name) {
  const auto service = take_label(name);
  auto domain = read_namespace(name);
  if (!domain || !is_dns_label(service)) {
    return std::nullopt;
  }
  domain->service = service;
  return domain;
}

}  // namespace

HostsEntry read_hosts(std::string_view hosts_file, std::string_view pod) {
  HostsEntry entry;
  bool named = false;
  for (const auto line : split(hosts_file, '\n')) {
    const auto fields = words_before(line, "#");
    const auto address = fields.empty() ? std::nullopt : parse_ip(fields.front());
    if (!address || is_loopback(*address)) {
      continue;
    }
    for (auto name : std::views::drop(fields, 1)) {
      if (take_label(name) != pod) {
        continue;
      }
      if (!contains(entry.addresses, *address)) {
        entry.addresses.push_back(*address);
      }
      if (const auto domain = read_service(name); domain && !named) {
        entry.domain = *domain;
        named = true;
      }
    }
  }
  return entry;
}

PartialDomain read_search_list(std::string_view resolv_conf) {
  PartialDomain found;
  for (const auto line : split(resolv_conf, '\n')) {
    const auto fields = words_before(line, "#;");
    if (fields.empty() || (fields.front() != "search" && fields.front() != "domain")) {
      continue;
    }
    found = {};  // as for the resolver, the last list replaces the ones before it
    for (const auto name : std::views::drop(fields, 1)) {
      if (const auto domain = read_namespace(name); domain && domain->cluster) {
        found = *domain;
        break;
      }
    }
  }
  return found;
}

std::vector<TcpEndpoint> read_nameservers(std::string_view resolv_conf) {
  std::vector<TcpEndpoint> found;
  for (const auto line : split(resolv_conf, '\n')) {
    const auto fields = words_before(line, "#;");
    if (fields.size() < 2 || fields.front() != "nameserver" || found.size() == kNameserversMax) {
      continue;
    }
    const auto endpoint = parse_endpoint(fields[1], kDnsPort);
    if (const auto* server = endpoint ? std::get_if<TcpEndpoint>(&*endpoint) : nullptr) {
      found.push_back(*server);
    }
  }
  return found;
}

PartialDomain first_known(const std::vector<PartialDomain>& sources) {
  PartialDomain known;
  for (const auto& source : sources) {
    known.service = known.service ? known.service : source.service;
    known.ns = known.ns ? known.ns : source.ns;
    known.cluster = known.cluster ? known.cluster : source.cluster;
  }
  return known;
}

}  // namespace agent
