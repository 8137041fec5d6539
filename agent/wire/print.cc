#include <cerrno>
#include <cstdio>
#include <system_error>

#include "core/text.h"
#include "wire/wire.h"

namespace agent {

bool print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) {
    return true;
  }
  complain(cat("redis-agent: cannot write to stdout: ", std::generic_category().message(errno), '\n'));
  return false;
}

void complain(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }

}  // namespace agent
