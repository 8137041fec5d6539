#include "core/settings.h"

namespace agent {

std::string master_name(const PodSettings& pod) {
  return pod_fqdn(pod.domain, pod_name(pod.identity.set, pod.first_ordinal));
}

bool is_first(const PodSettings& pod) { return pod.identity.ordinal == pod.first_ordinal; }

}  // namespace agent
