#include "show/escape.h"

#include "core/utf8.h"

namespace agent {

namespace {

template <class Write>
std::string rewritten(std::string_view text, const Write& write) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto point = first_code_point(text);
    write(out, point);
    text.remove_prefix(point.length);
  }
  return out;
}

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
      out += is_control(point.value) ? std::string_view(" ") : point.bytes;
    }
  });
}

}  // namespace agent
