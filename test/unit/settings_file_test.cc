#include "cli/settings_file.h"

#include <gtest/gtest.h>

#include "core/text.h"
#include "unit/case_name.h"

namespace agent {
namespace {

std::string as_text(const SettingsFile& file) {
  std::string text;
  for (const auto& line : file.lines) {
    text += cat(line.line, ' ', line.name, '=', line.value, '|');
  }
  for (const auto& error : file.errors) {
    text += cat("! ", error, '|');
  }
  return text;
}

struct File {
  std::string name;
  std::string text;
  std::string read;
};

class SettingsFileRead : public testing::TestWithParam<File> {};

TEST_P(SettingsFileRead, GivesLinesAndErrors) {
  EXPECT_EQ(as_text(read_settings_file(GetParam().text)), GetParam().read);
}

INSTANTIATE_TEST_SUITE_P(
    All, SettingsFileRead,
    testing::Values(
        File{"Empty", "", ""}, File{"OnlyComments", "# a = b\n\n   # c\n", ""}, File{"Bare", "tick = 2s", "1 tick=2s|"},
        File{"NoBlanks", "tick=2s\n", "1 tick=2s|"}, File{"Short", "a=", "1 a=|"},
        File{"LinesAreCounted", "\n# x\n\ta = 1 \nb = 2\n", "3 a=1|4 b=2|"},
        File{"WindowsLineEnds", "a = 1\r\nb = 2\r\n", "1 a=1|2 b=2|"},
        File{"CommentBehind", "a = 1 # one\nb = 2# two", "1 a=1|2 b=2# two|"},
        File{"OnlyACommentBehind", "a = # none", "1 a=|"}, File{"Quoted", "a = \"b # c\"  # d", "1 a=b # c|"},
        File{"SingleQuoted", "a = 'say \"hi\"'", "1 a=say \"hi\"|"}, File{"EmptyQuotes", "a = \"\"", "1 a=|"},
        File{"BlanksCommasAndEquals", "a = b, c=d", "1 a=b, c=d|"},
        File{"NoLineEndAtTheEnd", "a = 1\nb = 2", "1 a=1|2 b=2|"},
        File{"OpenQuote", "a = \"b", "! line 1: a quote is not closed|"},
        File{"BehindTheQuote", "a = \"b\" c", "! line 1: something stands behind the closing quote|"},
        File{"NoEquals", "a b", "! line 1: expected 'name = value'|"},
        File{"NoName", " = b", "! line 1: expected 'name = value'|"},
        File{"Section", "[init]\na = 1", "2 a=1|! line 1: sections are not used; write 'name = value' lines only|"},
        File{"Twice", "a = 1\nb = 2\na = 3", "1 a=1|2 b=2|! line 3: a is given on line 1 already|"}),
    kCaseName);

}  // namespace
}  // namespace agent
