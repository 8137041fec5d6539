// Text from the world, made safe for where it is shown: what Redis, DNS or an operator wrote may hold any byte.
// Everything that goes out is valid UTF-8; a control character never reaches a terminal, a page or a document raw.
#pragma once

#include <string>
#include <string_view>

namespace agent {

// Bytes that are no UTF-8 become U+FFFD.
std::string valid_utf8(std::string_view text);

// With its quotes; also a valid double-quoted scalar of YAML.
std::string json_quoted(std::string_view text);

// For text and for attributes in double quotes.
std::string html_escaped(std::string_view text);

// What stands between the quotes of a Prometheus label.
std::string label_escaped(std::string_view text);

}  // namespace agent
