// What must hold for any input: says which did not, and stops the fuzzer. Not for tests of single cases.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <string_view>

namespace agent::fuzz {

inline void must(bool holds, const char* what, std::source_location at = std::source_location::current()) {
  if (!holds) {
    std::fprintf(stderr, "%s:%u: not so: %s\n", at.file_name(), at.line(), what);
    std::abort();
  }
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace agent::fuzz
