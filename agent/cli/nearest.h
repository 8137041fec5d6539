// "Did you mean": the known word nearest to a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace agent {

// Nothing (empty) where no word is near enough to be what was meant: two letters may differ, or a third of them.
std::string_view nearest(std::string_view typed, const std::vector<std::string_view>& known);

// "; did you mean WORD?", or nothing.
std::string did_you_mean(std::string_view typed, const std::vector<std::string_view>& known);

}  // namespace agent
