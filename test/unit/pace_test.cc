#include "core/pace.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/case_name.h"

namespace agent {
namespace {

using namespace std::chrono_literals;

struct Case {
  std::string name;
  Duration waited;
  double jitter;
  Duration interval;
};

class Pace : public testing::TestWithParam<Case> {};

TEST_P(Pace, GrowsWithTheTimeWaited) {
  EXPECT_EQ(next_interval(GetParam().waited, GetParam().jitter), GetParam().interval);
}

INSTANTIATE_TEST_SUITE_P(
    All, Pace,
    testing::Values(Case{"AtOnce", 0s, 0, 25ms}, Case{"ClockThatWentBack", -5s, 0, 25ms},
                    Case{"LastOfTheShortest", 1250ms, 0, 25ms}, Case{"FirstToGrow", 1300ms, 0, 26ms},
                    Case{"AFiftieth", 2s, 0, 40ms}, Case{"FirstOfTheLongestUsual", 2500ms, 0, 50ms},
                    Case{"LastOfTheLongestUsual", 9'999ms, 0, 50ms}, Case{"AFiftiethAgain", 10s, 0, 200ms},
                    Case{"HalfTheJitterOfTheLongestUsual", 8s, 0.5, 47'500us}, Case{"FirstOfTheLongest", 50s, 0, 1s},
                    Case{"ADay", 24h, 0, 1s}, Case{"NeverEnds", Duration::max(), 0, 1s},
                    Case{"HalfTheJitterOfTheShortest", 0s, 0.5, 23750us},
                    Case{"HalfTheJitterOfTheLongest", 1h, 0.5, 950ms}, Case{"AllTheJitter", 50s, 1, 900ms},
                    Case{"MoreJitterThanThereIs", 50s, 7, 900ms}, Case{"LessJitterThanNone", 50s, -7, 1s}),
    kCaseName);

int look_ups_within(Duration limit) {
  int count = 0;
  for (Duration waited{0}; waited < limit; waited += next_interval(waited, 0)) {
    ++count;
  }
  return count;
}

// What the growing interval is for: a record is seen soon after it came, and a minute of waiting costs the DNS server
// a few hundred look-ups.
TEST(Pace, LookUpsOfAWait) {
  EXPECT_GT(look_ups_within(10s), 210);
  EXPECT_LT(look_ups_within(10s), 250);
  EXPECT_GT(look_ups_within(60s), 300);
  EXPECT_LT(look_ups_within(60s), 350);
}

}  // namespace
}  // namespace agent
