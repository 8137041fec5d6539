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
                    Case{"AFiftieth", 8s, 0, 160ms}, Case{"FirstOfTheLongest", 50s, 0, 1s}, Case{"ADay", 24h, 0, 1s},
                    Case{"NeverEnds", Duration::max(), 0, 1s}, Case{"HalfTheJitterOfTheShortest", 0s, 0.5, 23750us},
                    Case{"HalfTheJitterOfTheLongest", 1h, 0.5, 950ms}, Case{"AllTheJitter", 50s, 1, 900ms},
                    Case{"MoreJitterThanThereIs", 50s, 7, 900ms}, Case{"LessJitterThanNone", 50s, -7, 1s}),
    kCaseName);

// What the growing interval is for: a record is seen at most a fiftieth of the wait after it came, and a minute of
// waiting costs the DNS server a few hundred questions.
TEST(Pace, QuestionsOfAMinute) {
  int questions = 0;
  for (Duration waited{0}; waited < 60s; waited += next_interval(waited, 0)) {
    ++questions;
  }
  EXPECT_GT(questions, 200);
  EXPECT_LT(questions, 260);
}

}  // namespace
}  // namespace agent
