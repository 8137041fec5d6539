// UTF-8 taken apart, code point by code point, whatever bytes come. Not a library of characters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace agent {

// What is no UTF-8 is one byte long and shown as U+FFFD.
struct CodePoint {
  char32_t value = 0xFFFD;
  std::string_view bytes = "\xEF\xBF\xBD";
  std::size_t length = 1;  // of the input
  bool is_valid = false;
};

// The first of `text`, which is not empty.
CodePoint first_code_point(std::string_view text);

// C0, DEL and C1.
bool is_control(char32_t value);

// For logs and terminals: one line of valid UTF-8, in which a byte that is none or a control character stands as
// "\x1b".
std::string one_line(std::string_view text);

}  // namespace agent
