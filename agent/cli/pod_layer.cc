#include "cli/pod_layer.h"

#include "core/identity.h"
#include "core/names.h"
#include "core/text.h"

namespace agent {

namespace {

constexpr const char* kNamespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

// With --ordinal the hostname may be the bare name of the set. A hostname that ends in another number is a mistake.
std::expected<Identity, std::string> identity_of(const Draft& draft, const std::string& ordinal_origin) {
  const auto& hostname = *draft.hostname;
  const int first = draft.settings.pod.first_ordinal;
  if (!draft.ordinal) {
    return parse_identity(hostname, first);
  }
  const auto label = hostname.substr(0, hostname.find('.'));
  const auto dash = label.rfind('-');
  const auto number =
      dash == std::string::npos ? std::nullopt : to_number<int>(std::string_view(label).substr(dash + 1));
  if (!number) {
    return parse_identity(pod_name(label, *draft.ordinal), first);
  }
  if (*number != *draft.ordinal) {
    return std::unexpected(cat(ordinal_origin, ": ordinal ", *draft.ordinal, " contradicts hostname \"", label,
                               "\"; leave it out, or pass --hostname ", pod_name(label, *draft.ordinal),
                               " if that is this pod's name"));
  }
  return parse_identity(label, first);
}

void take(std::string& field, const std::optional<std::string>& told, Origins& origins, std::string_view setting,
          const std::string& origin) {
  if (field.empty() && told) {
    field = *told;
    origins[setting] = origin;
  }
}

void take(Domain& domain, const PartialDomain& told, Origins& origins, const std::string& origin) {
  take(domain.service, told.service, origins, "service", origin);
  take(domain.ns, told.ns, origins, "namespace", origin);
  take(domain.cluster, told.cluster, origins, "cluster-domain", origin);
}

std::optional<std::string> missing(const Domain& domain, const std::string& pod, const std::string& hosts_file) {
  std::vector<std::string> flags;
  for (const auto& [value, flag] : {std::pair(&domain.service, "--service"), std::pair(&domain.ns, "--namespace"),
                                    std::pair(&domain.cluster, "--cluster-domain")}) {
    if (value->empty()) {
      flags.emplace_back(flag);
    }
  }
  if (flags.empty()) {
    return std::nullopt;
  }
  return cat("cannot tell where the set lives in DNS: ", hosts_file, " has no line for ", pod,
             ".<service>.<namespace>.svc.<domain>, which the kubelet writes for a pod with a subdomain "
             "(a StatefulSet's serviceName) that is not on the host's network; pass ",
             listed(flags));
}

}  // namespace

std::vector<std::string> ask_pod(Draft& draft, Origins& origins, const std::string& hostname, const ReadText& read) {
  std::vector<std::string> errors;
  const auto text_of = [&](std::string_view setting, const std::string& path) {
    auto text = read(path);
    if (!text && origins.contains(setting)) {
      errors.push_back(cat(origins[setting], ": ", text.error()));
    }
    return text.value_or("");
  };
  auto& pod = draft.settings.pod;
  const auto& resolv_conf = draft.settings.dns.resolv_conf;
  const auto hosts = text_of("hosts-file", draft.hosts_file);
  const auto search = text_of("resolv-conf", resolv_conf);

  if (!draft.hostname) {
    draft.hostname = hostname;
    origins["hostname"] = "pod: hostname";
  }
  const auto identity = identity_of(draft, draft.ordinal ? origins["ordinal"] : "");
  if (identity) {
    pod.identity = *identity;
    if (!draft.ordinal) {
      draft.ordinal = identity->ordinal;
      origins["ordinal"] = origins["hostname"];
    }
    const auto entry = read_hosts(hosts, pod_name(*identity));
    pod.own_addresses = entry.addresses;
    take(pod.domain, entry.domain, origins, cat("pod: ", draft.hosts_file));
  } else {
    errors.push_back(identity.error());
  }
  const auto name = read(kNamespaceFile);
  if (name && is_dns_label(trim(*name))) {
    take(pod.domain.ns, std::string(trim(*name)), origins, "namespace", cat("pod: ", kNamespaceFile));
  }
  take(pod.domain, read_search_list(search), origins, cat("pod: search list of ", resolv_conf));
  if (identity) {
    if (const auto complaint = missing(pod.domain, pod_name(*identity), draft.hosts_file)) {
      errors.push_back(*complaint);
    }
  }
  return errors;
}

}  // namespace agent
