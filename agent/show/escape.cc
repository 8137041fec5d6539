#include "show/escape.h"

#include <array>
#include <cstdint>

namespace agent {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct CodePoint {
  char32_t value = 0xFFFD;
  std::string_view bytes = kReplacement;
  std::size_t length = 1;  // of the input
};

// The lowest value that needs so many bytes: what is spelled longer than that is no UTF-8.
constexpr std::array<char32_t, 5> kLowest{0, 0, 0x80, 0x800, 0x10000};

std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) {
    return 1;
  }
  return lead >= 0xF0 && lead < 0xF8 ? 4 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xC0 && lead < 0xE0 ? 2 : 0;
}

CodePoint first_of(std::string_view text) {
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
  return {.value = value, .bytes = text.substr(0, length), .length = length};
}

template <class Write>
std::string rewritten(std::string_view text, const Write& write) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto point = first_of(text);
    write(out, point);
    text.remove_prefix(point.length);
  }
  return out;
}

bool is_control(char32_t value) { return value < 0x20 || (value >= 0x7F && value < 0xA0); }

// What YAML does not allow raw in a double-quoted scalar, or would fold.
bool must_be_hex(char32_t value) {
  return is_control(value) || value == 0x2028 || value == 0x2029 || value == 0xFEFF || value == 0xFFFE ||
         value == 0xFFFF;
}

void append_hex(std::string& out, char32_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) {
    out += kDigits[(value >> static_cast<unsigned>(shift)) & 0xFU];
  }
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  return rewritten(text, [](std::string& out, const CodePoint& point) { out += point.bytes; });
}

std::string one_line(std::string_view text) {
  return rewritten(text, [](std::string& out, const CodePoint& point) {
    out += is_control(point.value) ? std::string_view(" ") : point.bytes;
  });
}

std::string json_quoted(std::string_view text) {
  return '"' +
         rewritten(text,
                   [](std::string& out, const CodePoint& point) {
                     if (point.value == '"' || point.value == '\\') {
                       out += '\\';
                       out += point.bytes;
                     } else if (point.value == '\n') {
                       out += "\\n";
                     } else if (must_be_hex(point.value)) {
                       append_hex(out, point.value);
                     } else {
                       out += point.bytes;
                     }
                   }) +
         '"';
}

std::string html_escaped(std::string_view text) {
  return rewritten(text, [](std::string& out, const CodePoint& point) {
    switch (point.value) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += is_control(point.value) ? std::string_view(" ") : point.bytes;
    }
  });
}

std::string label_escaped(std::string_view text) {
  return rewritten(text, [](std::string& out, const CodePoint& point) {
    if (point.value == '"' || point.value == '\\') {
      out += '\\';
      out += point.bytes;
    } else if (point.value == '\n') {
      out += "\\n";
    } else {
      out += point.bytes;
    }
  });
}

}  // namespace agent
