// The version this binary was built as.
#pragma once

#include <string_view>

namespace agent {

std::string_view version();  // "0.1.0"

}  // namespace agent
