#include "core/observation.h"

#include <algorithm>

namespace agent {

namespace {
const PodSight* first_that(const Observation& observation, const auto& holds) {
  const auto found = std::ranges::find_if(observation.pods, holds);
  return found == observation.pods.end() ? nullptr : &*found;
}
}  // namespace

const PodSight* self_of(const Observation& observation) {
  return first_that(observation, [](const PodSight& pod) { return pod.is_self; });
}

const PodSight* pod_with(const Observation& observation, int ordinal) {
  return first_that(observation, [ordinal](const PodSight& pod) { return pod.ordinal == ordinal; });
}

std::string shown_name(const PodSight& pod) {
  if (!pod.pod.empty()) {
    return pod.pod;
  }
  return pod.addresses.empty() ? "a pod" : pod.addresses.front().text;
}

}  // namespace agent
