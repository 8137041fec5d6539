// utf8.h, timestamp.h, escape.h and times.h: what every other form of output is written with.
#include <gtest/gtest.h>

#include "core/timestamp.h"
#include "core/utf8.h"
#include "show/escape.h"
#include "show/times.h"

namespace agent {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

TEST(Escape, WhatIsNoUtf8IsReplaced) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(valid_utf8("caf\xC3\xA9 \xF0\x9F\x98\x80"), "caf\xC3\xA9 \xF0\x9F\x98\x80");
  EXPECT_EQ(valid_utf8("\xff"), bad);
  EXPECT_EQ(valid_utf8("\xC3"), bad);                                // cut off
  EXPECT_EQ(valid_utf8("\xC3("), bad + "(");                         // no continuation
  EXPECT_EQ(valid_utf8("\xC0\xAF"), bad + bad);                      // '/' in two bytes
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), bad + bad + bad);            // a surrogate
  EXPECT_EQ(valid_utf8("\xF4\x90\x80\x80"), bad + bad + bad + bad);  // beyond U+10FFFF
}

TEST(Escape, NoControlCharacterReachesATerminal) {
  EXPECT_EQ(one_line("a\x1b[2Jb\r\nc\t\x7f\xC2\x9B"
                     "d\xff caf\xC3\xA9"),
            R"(a\x1b[2Jb\x0d\x0ac\x09\x7f\x9bd\xff caf)"
            "\xC3\xA9");
}

TEST(Escape, Json) { EXPECT_EQ(json_quoted("a\"\\\n\x01\x7f"s), R"("a\"\\\n\u0001\u007f")"); }

TEST(Escape, Html) {
  EXPECT_EQ(html_escaped("<a href=\"x\" b='y'>&\x01"), "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp; ");
}

TEST(Escape, Label) { EXPECT_EQ(label_escaped("a\\b\"c\nd\xff\x1b[2J"), "a\\\\b\\\"c\\nd\xEF\xBF\xBD [2J"); }

TEST(Times, Timestamp) {
  EXPECT_EQ(timestamp(WallTime(0ms)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(timestamp(WallTime(1'709'164'799'007ms)), "2024-02-28T23:59:59.007Z");
  EXPECT_EQ(timestamp(WallTime(1'709'164'800'000ms)), "2024-02-29T00:00:00.000Z");
  EXPECT_EQ(clock_time(WallTime(1'709'164'799'007ms)), "23:59:59");
}

TEST(Times, SecondsAreExactDecimals) {
  EXPECT_EQ(seconds_text(0s), "0");
  EXPECT_EQ(seconds_text(1250ms), "1.25");
  EXPECT_EQ(seconds_text(1us), "0.000001");
  EXPECT_EQ(seconds_text(-500ms), "-0.5");
  EXPECT_EQ(seconds_text(100s), "100");
  EXPECT_EQ(unix_seconds(WallTime(1'709'164'799'007ms)), "1709164799.007");
}

TEST(Times, Numbers) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(-1234567), "-1,234,567");
  EXPECT_EQ(grouped(-123), "-123");
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(1023), "1023 B");
  EXPECT_EQ(bytes_text(1024), "1.0 KiB");
  EXPECT_EQ(bytes_text(150 * 1024), "150 KiB");
  EXPECT_EQ(bytes_text(1'500'000'000), "1.3 GiB");
  EXPECT_EQ(bytes_text(std::numeric_limits<std::int64_t>::max()), "8388607 TiB");
}

TEST(Times, ShortAges) {
  EXPECT_EQ(short_age(-1s), "0.0s");
  EXPECT_EQ(short_age(340ms), "0.3s");
  EXPECT_EQ(short_age(9'960ms), "10s");
  EXPECT_EQ(short_age(12s), "12s");
  EXPECT_EQ(short_age(3600s + 120s), "1h2m");
}

}  // namespace
}  // namespace agent
