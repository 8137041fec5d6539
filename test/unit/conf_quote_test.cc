#include <gtest/gtest.h>

#include <random>
#include <string>

#include "core/conf.h"
#include "unit/case_name.h"

namespace agent {
namespace {

using namespace std::string_literals;

struct Quoted {
  std::string name;
  std::string value;
  std::string text;
};

class ConfQuote : public testing::TestWithParam<Quoted> {};

TEST_P(ConfQuote, IsReadBackByteForByte) {
  EXPECT_EQ(quote_conf_value(GetParam().value), GetParam().text);
  EXPECT_EQ(split_conf_line("masterauth " + GetParam().text),
            (std::vector<std::string>{"masterauth", GetParam().value}));
}

INSTANTIATE_TEST_SUITE_P(
    All, ConfQuote,
    testing::Values(
        Quoted{"Plain", "s3cret", "s3cret"},
        Quoted{"FullName", "redis-0.redis.default.svc.cluster.local.", "redis-0.redis.default.svc.cluster.local."},
        Quoted{"Ipv6", "fd00::1", "fd00::1"}, Quoted{"Base64", "aZ09+/==", "aZ09+/=="}, Quoted{"Empty", "", R"("")"},
        Quoted{"Blank", "a b", R"("a b")"}, Quoted{"OnlyBlanks", "  ", R"("  ")"},
        Quoted{"DoubleQuote", R"(a"b)", R"("a\"b")"}, Quoted{"SingleQuote", "it's", R"("it's")"},
        Quoted{"Backslash", R"(a\b)", R"("a\\b")"}, Quoted{"BackslashAtTheEnd", R"(a\)", R"("a\\")"},
        Quoted{"LooksEscaped", R"(\x41\n)", R"("\\x41\\n")"}, Quoted{"Hash", "#1", R"("#1")"},
        Quoted{"LineEnds", "a\r\nslaveof no one\n", R"("a\x0d\x0aslaveof no one\x0a")"},
        Quoted{"Tab", "\t", R"("\x09")"}, Quoted{"Nul", "a\0b"s, R"("a\x00b")"},
        Quoted{"HexDigitsBehindAByte", "\n41", R"("\x0a41")"}, Quoted{"Utf8", "\xc3\xa9", R"("\xc3\xa9")"},
        Quoted{"HighBytes", "\x7f\x80\xff", R"("\x7f\x80\xff")"}, Quoted{"ShellSigns", "$(a);`b`", R"("$(a);`b`")"}),
    kCaseName);

TEST(ConfQuote, AnyBytesSurvive) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int> byte(0, 255);
  std::uniform_int_distribution<int> size(0, 40);
  for (int round = 0; round < 5000; ++round) {
    std::string value(static_cast<std::size_t>(size(random)), '\0');
    for (auto& c : value) {
      c = static_cast<char>(byte(random));
    }
    const auto text = quote_conf_value(value);
    SCOPED_TRACE(text);
    ASSERT_EQ(split_conf_line(text), std::vector<std::string>{value});
    ASSERT_EQ(text.find_first_of("\n\r\0"s), std::string::npos);
  }
}

struct Read {
  std::string name;
  std::string line;
  std::optional<std::vector<std::string>> words;
};

class ConfLine : public testing::TestWithParam<Read> {};

TEST_P(ConfLine, IsReadAsRedisDoes) { EXPECT_EQ(split_conf_line(GetParam().line), GetParam().words); }

using Words = std::vector<std::string>;

INSTANTIATE_TEST_SUITE_P(
    All, ConfLine,
    testing::Values(Read{"Words", "slaveof 10.0.0.1 6379\r\n", Words{"slaveof", "10.0.0.1", "6379"}},
                    Read{"BlanksAndTabs", " \t a\t \tb ", Words{"a", "b"}}, Read{"Empty", "", Words{}},
                    Read{"Blank", " \t\r\n", Words{}}, Read{"Comment", "# slaveof a b", Words{}},
                    Read{"IndentedComment", "  \t#a", Words{}},
                    Read{"HashBehind", "save \"\" # off", Words{"save", "", "#", "off"}},
                    Read{"VerticalTabIsNoBlankBeforeAComment", "\v#a", Words{"#a"}},
                    Read{"FormFeedStandsBetweenWords", "\fa \vb", Words{"a", "b"}},
                    Read{"FormFeedEndsNoWord", "a\fb", Words{"a\fb"}},
                    Read{"Quoted", R"("slaveof" 'a' "1")", Words{"slaveof", "a", "1"}},
                    Read{"QuoteWithinAWord", R"(sla"veof" x)", Words{"slaveof", "x"}},
                    Read{"Escapes", R"("\n\r\t\b\a\q\"\\")", Words{"\n\r\t\b\aq\"\\"}},
                    Read{"Hex", R"("\x73\x4C\xfF")", Words{"sL\xff"}},
                    Read{"HalfHex", R"("\x7 \xg0")", Words{"x7 xg0"}},
                    Read{"NoEscapesWithoutQuotes", R"(a\nb)", Words{R"(a\nb)"}},
                    Read{"SingleQuotesEscapeOnlyThemselves", R"('it\'s' '\n"')", Words{"it's", R"(\n")"}},
                    Read{"EmptyWords", R"("" '')", Words{"", ""}}, Read{"TabBehindAQuote", "\"a\"\tb", Words{"a", "b"}},
                    Read{"NotClosed", R"(a "b)", std::nullopt}, Read{"SingleNotClosed", "a 'b", std::nullopt},
                    Read{"EscapedEnd", R"("a\")", std::nullopt}, Read{"BackslashLast", R"("a\)", std::nullopt},
                    Read{"MoreBehindTheQuote", R"("slave"of x)", std::nullopt},
                    Read{"TwoQuotes", R"("a""b")", std::nullopt}, Read{"LoneQuote", "\"", std::nullopt},
                    Read{"TextBehindNul", "a b\0\"c"s, Words{"a", "b"}}),
    kCaseName);

}  // namespace
}  // namespace agent
