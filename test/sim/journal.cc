#include "sim/journal.h"

#include <string_view>

#include "core/text.h"

namespace agent {

namespace {
std::string_view word_of(Level level) {
  switch (level) {
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      break;
  }
  return "error";
}

std::string one_line(std::string_view sentence) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const char c : sentence) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += {'\\', 'x', kHex[byte >> 4U], kHex[byte & 0xfU]};
    } else {
      out += c;
    }
  }
  return out;
}

// "12.500": seconds with three digits.
std::string seconds(Duration span) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
  const auto fraction = std::to_string(1000 + ms % 1000);
  return cat(ms / 1000, '.', std::string_view(fraction).substr(1));
}
}  // namespace

void SimJournal::tell(Level level, Reason reason, const std::string& sentence) {
  entries_.push_back({clock_.now() - start_, level, reason, sentence});
}

std::vector<Reason> SimJournal::reasons() const {
  std::vector<Reason> all;
  for (const auto& entry : entries_) {
    all.push_back(entry.reason);
  }
  return all;
}

std::string SimJournal::text() const {
  std::string out;
  for (const auto& entry : entries_) {
    out += cat(seconds(entry.since_start), ' ', word_of(entry.level), ' ', to_text(entry.reason), ": ",
               one_line(entry.sentence), '\n');
  }
  return out;
}

}  // namespace agent
