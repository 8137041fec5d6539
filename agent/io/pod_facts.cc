#include "io/pod_facts.h"

#include <unistd.h>

#include <array>
#include <climits>
#include <string_view>

namespace agent {

std::string own_hostname() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  // One byte is left for the end, which a name of full length would not have.
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::map<std::string, std::string, std::less<>> own_environment() {
  std::map<std::string, std::string, std::less<>> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (const auto equals = text.find('='); equals != std::string_view::npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return variables;
}

}  // namespace agent
