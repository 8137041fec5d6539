#include "core/identity.h"

#include "core/text.h"
#include "fuzz/must.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace agent;
  using fuzz::must;

  const int first = size > 0 ? data[0] % 8 : 0;
  const auto hostname = fuzz::text_of(data, size).substr(size > 0 ? 1 : 0);
  const auto identity = parse_identity(hostname, first);
  if (!identity) {
    must(!identity.error().empty(), "an error says why");
    return 0;
  }
  must(identity->ordinal >= first, "no ordinal is below the first");
  must(is_dns_label(identity->set), "the set is a label");
  must(pod_name(*identity) == hostname.substr(0, hostname.find('.')), "the pod is called as it was read");
  const auto full = pod_fqdn({"redis", "default", "cluster.local"}, pod_name(*identity));
  must(is_dns_name(std::string_view(full).substr(0, full.size() - 1)), "the full name is a name");
  return 0;
}
