#include "core/utf8.h"

#include <array>

namespace agent {

namespace {

// The lowest value that needs so many bytes: what is spelled longer than that is no UTF-8.
constexpr std::array<char32_t, 5> kLowest{0, 0, 0x80, 0x800, 0x10000};

std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) {
    return 1;
  }
  return lead >= 0xF0 && lead < 0xF8 ? 4 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xC0 && lead < 0xE0 ? 2 : 0;
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const auto length = length_of(lead);
  if (length == 0 || length > text.size()) {
    return {};
  }
  char32_t value = length == 1 ? lead : lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) {
      return {};
    }
    value = (value << 6U) | (next & 0x3FU);
  }
  if (value < kLowest[length] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) {
    return {};
  }
  return {.value = value, .bytes = text.substr(0, length), .length = length, .is_valid = true};
}

bool is_control(char32_t value) { return value < 0x20 || (value >= 0x7F && value < 0xA0); }

std::string one_line(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  while (!text.empty()) {
    const auto point = first_code_point(text);
    if (!point.is_valid || is_control(point.value)) {
      const auto value = point.is_valid ? point.value : static_cast<unsigned char>(text.front());
      out += {'\\', 'x', kHex[value >> 4U & 0xFU], kHex[value & 0xFU]};
    } else {
      out += point.bytes;
    }
    text.remove_prefix(point.length);
  }
  return out;
}

}  // namespace agent
