#include "cli/nearest.h"

#include <algorithm>

#include "core/text.h"

namespace agent {

namespace {

constexpr std::size_t kTypedMax = 80;  // longer than any word of ours: not a slip of the finger

// Levenshtein's distance, one row at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) {
    row[j] = j;
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

// Two letters exchanged count as two.
std::size_t slips_max(std::string_view word) { return word.size() < 4 ? 1 : std::max<std::size_t>(2, word.size() / 3); }

}  // namespace

std::string_view nearest(std::string_view typed, const std::vector<std::string_view>& known) {
  std::string_view best;
  std::size_t best_distance = kTypedMax;
  for (const auto word : typed.size() > kTypedMax ? std::vector<std::string_view>{} : known) {
    const auto apart = distance(typed, word);
    if (apart < best_distance && apart <= slips_max(word)) {
      best = word;
      best_distance = apart;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view typed, const std::vector<std::string_view>& known) {
  const auto word = nearest(typed, known);
  return word.empty() ? std::string{} : cat("; did you mean ", word, '?');
}

}  // namespace agent
