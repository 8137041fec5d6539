#include "core/text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace agent {
namespace {

using namespace std::string_view_literals;
using Pieces = std::vector<std::string_view>;

TEST(Text, CountsInWords) {
  EXPECT_EQ(counted(0, "key"), "0 keys");
  EXPECT_EQ(counted(1, "key"), "1 key");
  EXPECT_EQ(counted(12, "key"), "12 keys");
}

TEST(Text, CatJoinsTextAndWholeNumbers) {
  EXPECT_EQ(cat(), "");
  EXPECT_EQ(cat("port ", 6379, '.'), "port 6379.");
  EXPECT_EQ(cat(std::string("a"), "b"sv, std::int64_t{-1}, std::uint16_t{65535}), "ab-165535");
  EXPECT_EQ(cat("a\0b"sv).size(), 3U);
}

TEST(Text, TrimTakesBlanksOfBothSides) {
  for (const auto& [text, trimmed] : {std::pair("", ""), std::pair(" \t\r\n", ""), std::pair("a", "a"),
                                      std::pair("  a b\r\n", "a b"), std::pair("\va ", "\va")}) {
    EXPECT_EQ(trim(text), trimmed);
  }
}

TEST(Text, SplitKeepsEmptyPieces) {
  EXPECT_EQ(split("", ','), Pieces{""});
  EXPECT_EQ(split(",", ','), (Pieces{"", ""}));
  EXPECT_EQ(split("a,,b,", ','), (Pieces{"a", "", "b", ""}));
  EXPECT_EQ(split("a b", ','), Pieces{"a b"});
}

TEST(Text, WordsHaveNoEmptyPieces) {
  EXPECT_EQ(words(""), Pieces{});
  EXPECT_EQ(words(" \t\r\n"), Pieces{});
  EXPECT_EQ(words("a"), Pieces{"a"});
  EXPECT_EQ(words("\t a  b\tc \r\n"), (Pieces{"a", "b", "c"}));
}

TEST(Text, ListedReadsAsASentenceDoes) {
  EXPECT_EQ(listed({}), "");
  EXPECT_EQ(listed({"a"}), "a");
  EXPECT_EQ(listed({"a", "b"}), "a and b");
  EXPECT_EQ(listed({"a", "b", "c"}), "a, b and c");
}

TEST(Text, CaseIsIgnoredInAsciiOnly) {
  EXPECT_TRUE(equal_ignoring_case("", ""));
  EXPECT_TRUE(equal_ignoring_case("SlaveOf", "slaveof"));
  EXPECT_FALSE(equal_ignoring_case("slaveof", "slaveo"));
  EXPECT_FALSE(equal_ignoring_case("a", "b"));
  EXPECT_FALSE(equal_ignoring_case("@", "`"));  // one bit apart, as A and a are
  EXPECT_FALSE(equal_ignoring_case("\xc3\x89", "\xc3\xa9"));
}

TEST(Text, ANumberIsTheWholeTextOrNothing) {
  EXPECT_EQ(to_number<int>("0"), 0);
  EXPECT_EQ(to_number<int>("-12"), -12);
  EXPECT_EQ(to_number<std::uint16_t>("65535"), 65535);
  EXPECT_EQ(to_number<std::int64_t>("9223372036854775807"), INT64_MAX);
  for (const auto text : {""sv, " 1"sv, "1 "sv, "1a"sv, "+1"sv, "0x1"sv, "1.0"sv, "1\0"sv, "2147483648"sv}) {
    EXPECT_EQ(to_number<int>(text), std::nullopt) << text;
  }
  EXPECT_EQ(to_number<std::uint16_t>("65536"), std::nullopt);
  EXPECT_EQ(to_number<std::uint16_t>("-1"), std::nullopt);
}

}  // namespace
}  // namespace agent
