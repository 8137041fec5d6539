// Completion scripts made from the tables of commands and settings. They know words, not this pod: nothing is asked of
// the cluster while somebody types.
#pragma once

#include <string>
#include <string_view>

namespace agent {

// `shell` is bash, zsh or fish.
std::string completion_script(std::string_view shell);

}  // namespace agent
