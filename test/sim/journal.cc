#include "sim/journal.h"

#include <string_view>

#include "core/text.h"
#include "core/utf8.h"

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

// "12.500": seconds with three digits.
std::string seconds(Duration span) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
  return cat(ms / 1000, '.', with_zeros(ms % 1000, 3));
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
