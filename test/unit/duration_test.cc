#include "core/duration.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/case_name.h"

namespace agent {
namespace {

using namespace std::chrono_literals;

struct Readable {
  std::string name;
  std::string text;
  Duration value;
  std::string back;  // how to_text writes it
};

class DurationRead : public testing::TestWithParam<Readable> {};

TEST_P(DurationRead, IsReadAndWritten) {
  const auto& wanted = GetParam();
  const auto value = parse_duration(wanted.text);
  ASSERT_TRUE(value) << value.error();
  EXPECT_EQ(*value, wanted.value);
  EXPECT_EQ(to_text(*value), wanted.back);
  EXPECT_EQ(parse_duration(to_text(*value)), wanted.value);
}

INSTANTIATE_TEST_SUITE_P(
    All, DurationRead,
    testing::Values(Readable{"BareZero", "0", 0s, "0s"}, Readable{"ZeroSeconds", "0s", 0s, "0s"},
                    Readable{"Microseconds", "7us", 7us, "7us"}, Readable{"Milliseconds", "500ms", 500ms, "500ms"},
                    Readable{"Seconds", "2s", 2s, "2s"}, Readable{"SecondsOverAMinute", "90s", 90s, "1m30s"},
                    Readable{"MinutesAndSeconds", "1m30s", 90s, "1m30s"},
                    Readable{"MilliIsNotMinutes", "1m1ms", 60s + 1ms, "1m1ms"}, Readable{"Hours", "2h", 2h, "2h"},
                    Readable{"HoursOverADay", "25h", 25h, "1d1h"},
                    Readable{"AllUnits", "1d2h3m4s5ms6us", 26h + 3min + 4s + 5ms + 6us, "1d2h3m4s5ms6us"},
                    Readable{"LeadingZeros", "007s", 7s, "7s"}, Readable{"ZeroParts", "0d1s0us", 1s, "1s"},
                    Readable{"TheMost", "365d", 365 * 24h, "365d"},
                    Readable{"TheMostInMicroseconds", "31536000000000us", 365 * 24h, "365d"}),
    kCaseName);

struct Unreadable {
  std::string name;
  std::string text;
  std::string error;
};

class DurationRefused : public testing::TestWithParam<Unreadable> {};

TEST_P(DurationRefused, SaysWhatWasExpected) {
  const auto value = parse_duration(GetParam().text);
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error(), "cannot read \"" + GetParam().text + "\" as a duration: " + GetParam().error);
}

const std::string kExpected = "expected a whole number with a unit, as in 500ms, 2s or 1m30s";
const std::string kOrder = "each unit once and the largest first, as in 1m30s";

INSTANTIATE_TEST_SUITE_P(
    All, DurationRefused,
    testing::Values(Unreadable{"Empty", "", kExpected}, Unreadable{"Blank", " ", kExpected},
                    Unreadable{"LeadingBlank", " 1s", kExpected}, Unreadable{"Negative", "-1s", kExpected},
                    Unreadable{"Plus", "+1s", kExpected}, Unreadable{"UnitOnly", "s", kExpected},
                    Unreadable{"NoUnit", "5", "5 has no unit (us, ms, s, m, h or d), as in 5s"},
                    Unreadable{"NoUnitAtTheEnd", "1m30", "30 has no unit (us, ms, s, m, h or d), as in 30s"},
                    Unreadable{"Fraction", "1.5s", "\".\" is no unit (us, ms, s, m, h or d) behind a whole number"},
                    Unreadable{"UpperCase", "1S", "\"S\" is no unit (us, ms, s, m, h or d) behind a whole number"},
                    Unreadable{"TrailingBlank", "1s ",
                               "\"s \" is no unit (us, ms, s, m, h or d) behind a whole number"},
                    Unreadable{"Words", "1min", "\"min\" is no unit (us, ms, s, m, h or d) behind a whole number"},
                    Unreadable{"Twice", "1s1s", kOrder}, Unreadable{"SmallestFirst", "30s1m", kOrder},
                    Unreadable{"OverAYear", "365d1us", "at most 365d"},
                    Unreadable{"WouldOverflow", "300000000d", "at most 365d"},
                    Unreadable{"IsNoNumberOf64Bits", "99999999999999999999s", "at most 365d"}),
    kCaseName);

struct Roughly {
  std::string name;
  Duration value;
  std::string text;
};

class DurationRough : public testing::TestWithParam<Roughly> {};

TEST_P(DurationRough, HasAtMostTwoUnits) { EXPECT_EQ(rough(GetParam().value), GetParam().text); }

INSTANTIATE_TEST_SUITE_P(
    All, DurationRough,
    testing::Values(Roughly{"Nothing", 0s, "0s"}, Roughly{"Microseconds", 999us, "999us"},
                    Roughly{"MillisecondsRoundedDown", 40ms + 999us, "40ms"},
                    Roughly{"AlmostASecond", 999ms + 999us, "999ms"}, Roughly{"WholeSeconds", 2s, "2s"},
                    Roughly{"Tenths", 2s + 599ms, "2.5s"}, Roughly{"LessThanATenth", 2s + 99ms, "2s"},
                    Roughly{"AlmostAMinute", 59s + 999ms, "59.9s"}, Roughly{"Minute", 60s, "1m"},
                    Roughly{"MinutesAndSeconds", 90s + 900ms, "1m30s"}, Roughly{"HoursAndMinutes", 1h + 59s, "1h"},
                    Roughly{"HoursMinutes", 2h + 3min + 4s, "2h3m"}, Roughly{"DaysAndHours", 49h + 59min, "2d1h"},
                    Roughly{"DaysWithoutHours", 48h + 59min, "2d"}, Roughly{"Negative", -2500ms, "-2.5s"}),
    kCaseName);

TEST(Duration, TheExtremesCanBeWritten) {
  EXPECT_EQ(to_text(Duration::max()), "106751991d4h54s775ms807us");
  EXPECT_EQ(to_text(Duration::min()), "-106751991d4h54s775ms808us");
  EXPECT_EQ(rough(Duration::min()), "-106751991d4h");
}

}  // namespace
}  // namespace agent
