// Every test/scenario/*.txt is an incident: lines of what happens, a line "---", and the journal that must come of it.
// With WRITE_JOURNALS set, what comes is written behind the "---" instead of compared, to be read before it is
// committed.
#include "scenario/scenario.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace agent::test {
namespace {

std::vector<std::filesystem::path> incidents() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(TEST_DIR "/scenario")) {
    if (entry.path().extension() == ".txt") {
      found.push_back(entry.path());
    }
  }
  std::ranges::sort(found);
  return found;
}

class Incident : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Incident, readsAsExpected) {
  std::ifstream file(GetParam());
  std::string story;
  Scenario scenario;
  for (std::string line; std::getline(file, line) && line != "---";) {
    story += line + '\n';
    const auto error = scenario.run(line);
    ASSERT_FALSE(error) << *error;
  }
  std::stringstream expected;
  expected << file.rdbuf();
  if (std::getenv("WRITE_JOURNALS") != nullptr) {
    std::ofstream(GetParam()) << story << "---\n" << scenario.journal();
    GTEST_SKIP() << "written";
  }
  EXPECT_EQ(scenario.journal(), expected.str());
  EXPECT_FALSE(expected.str().empty()) << "no journal after ---";
}

INSTANTIATE_TEST_SUITE_P(Of, Incident, testing::ValuesIn(incidents()),
                         [](const auto& tested) { return tested.param.stem().string(); });

}  // namespace
}  // namespace agent::test
