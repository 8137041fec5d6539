// Whether an empty first pod may become master: only where no other pod of the set can hold keys. What is not known
// counts as held. Not the look at the set itself: that is app/survey.h.
#pragma once

#include <optional>
#include <string>

#include "core/observation.h"

namespace agent {

// Who holds keys, or may hold some, as the end of "/data is empty, but ..."; nothing where nobody does. A pod where
// nobody listens holds none that this one could wipe now.
std::optional<std::string> data_elsewhere(const Observation& observation);

}  // namespace agent
