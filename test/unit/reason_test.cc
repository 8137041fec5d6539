#include "core/reason.h"

#include <gtest/gtest.h>

#include <set>

namespace agent {
namespace {

TEST(Reason, wordsAreSingleAndReadBack) {
  std::set<std::string_view> seen;
  for (const auto& row : reasons()) {
    EXPECT_TRUE(seen.insert(row.word).second) << row.word;
    EXPECT_EQ(parse_reason(row.word), row.reason);
    EXPECT_EQ(row.word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos) << row.word;
    EXPECT_TRUE(row.meaning.ends_with('.')) << row.word;
  }
  EXPECT_FALSE(parse_reason("no_such_word"));
}

}  // namespace
}  // namespace agent
