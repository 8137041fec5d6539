// Names the cases of a table by their own `name`, so that a failure says which one. Not for tables without one.
#pragma once

namespace agent {

inline constexpr auto kCaseName = [](const auto& test) { return test.param.name; };

}  // namespace agent
