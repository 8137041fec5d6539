// The tables of README.md that follow from code in this folder.
#pragma once

#include <string>

namespace agent {

// Every setting: flag, environment, default, who takes it, what it is.
std::string settings_markdown();

}  // namespace agent
