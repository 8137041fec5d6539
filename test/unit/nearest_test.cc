#include "cli/nearest.h"

#include <gtest/gtest.h>

#include "unit/case_name.h"

namespace agent {
namespace {

struct Typed {
  std::string name;
  std::string typed;
  std::string meant;  // empty: nothing is near enough
};

class Nearest : public testing::TestWithParam<Typed> {};

TEST_P(Nearest, IsWhatWasMeant) {
  EXPECT_EQ(nearest(GetParam().typed, {"init", "run", "status", "cluster-domain", "command-timeout", "dns-timeout"}),
            GetParam().meant);
}

INSTANTIATE_TEST_SUITE_P(
    All, Nearest,
    testing::Values(Typed{"LetterLeftOut", "staus", "status"}, Typed{"LetterTooMuch", "statuss", "status"},
                    Typed{"AnotherLetter", "stetus", "status"}, Typed{"TwoExchanged", "inti", "init"},
                    Typed{"TheSame", "run", "run"}, Typed{"TheNearerOfTwo", "dns-timeot", "dns-timeout"},
                    Typed{"APart", "domain", ""}, Typed{"UnderscoreForDash", "cluster_domain", "cluster-domain"},
                    Typed{"TwoOfThreeLetters", "rex", ""}, Typed{"Nothing", "", ""}, Typed{"Far", "frobnicate", ""},
                    Typed{"VeryLong", std::string(100'000, 'x'), ""}),
    kCaseName);

TEST(DidYouMean, AsksOnlyWhereAWordIsNear) {
  EXPECT_EQ(did_you_mean("statsu", {"status"}), "; did you mean status?");
  EXPECT_EQ(did_you_mean("frobnicate", {"status"}), "");
}

}  // namespace
}  // namespace agent
