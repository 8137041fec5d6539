// What the pod tells of itself by system call: its hostname and the environment. Its files are read by RealFiles; what
// all of it means is decided in cli/ and core/.
#pragma once

#include <functional>
#include <map>
#include <string>

namespace agent {

// As gethostname(2) says it; empty if it says nothing.
std::string own_hostname();

std::map<std::string, std::string, std::less<>> own_environment();

}  // namespace agent
