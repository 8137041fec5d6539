#include "core/pace.h"

#include <algorithm>

namespace agent {

namespace {
constexpr Duration kShortest = std::chrono::milliseconds(25);
constexpr Duration kUsualWait = std::chrono::seconds(10);
constexpr Duration kLongestUsual = std::chrono::milliseconds(50);
constexpr Duration kLongest = std::chrono::seconds(1);
constexpr int kFraction = 50;
constexpr double kJitterShare = 0.1;
}  // namespace

Duration next_interval(Duration waited, double jitter) {
  const auto interval = std::clamp(waited / kFraction, kShortest, waited < kUsualWait ? kLongestUsual : kLongest);
  const auto less = static_cast<double>(interval.count()) * kJitterShare * std::clamp(jitter, 0.0, 1.0);
  return interval - Duration(static_cast<Duration::rep>(less));
}

}  // namespace agent
