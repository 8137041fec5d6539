// The tables of README.md are the code's own. With WRITE_README set they are written instead of compared.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "cli/markdown.h"
#include "core/reason.h"
#include "core/text.h"
#include "show/metrics.h"
#include "show/routes.h"

namespace agent {
namespace {

constexpr auto kReadme = TEST_DIR "/../README.md";

std::string read(const char* path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string reasons_table() {
  std::string table = "| reason | what it means | the way out |\n| --- | --- | --- |\n";
  for (const auto& row : reasons()) {
    table += cat("| `", row.word, "` | ", row.meaning, " | ", row.way_out, " |\n");
  }
  return table;
}

std::string metrics_table() {
  std::string table = "| metric | type | labels | what it is |\n| --- | --- | --- | --- |\n";
  for (const auto& metric : metrics()) {
    table += cat("| `redis_agent_", metric.name, "` | ", metric.type, " | ", metric.labels, " | ", metric.help, " |\n");
  }
  return table;
}

struct Table {
  const char* name;
  std::string text;
};

class Readme : public testing::TestWithParam<Table> {};

TEST_P(Readme, hasTheTableOfTheCode) {
  const auto& table = GetParam();
  const auto begin = cat("<!-- ", table.name, ": begin -->\n");
  const auto end = cat("<!-- ", table.name, ": end -->");
  auto readme = read(kReadme);
  const auto from = readme.find(begin);
  const auto to = readme.find(end);
  ASSERT_NE(from, std::string::npos) << begin;
  ASSERT_NE(to, std::string::npos) << end;
  const auto start = from + begin.size();
  if (std::getenv("WRITE_README") != nullptr) {
    std::ofstream(kReadme) << readme.replace(start, to - start, table.text);
    GTEST_SKIP() << "written";
  }
  EXPECT_EQ(readme.substr(start, to - start), table.text) << "WRITE_README=1 build/debug/test/unit_test writes it";
}

INSTANTIATE_TEST_SUITE_P(Of, Readme,
                         testing::Values(Table{"settings", settings_markdown()}, Table{"reasons", reasons_table()},
                                         Table{"metrics", metrics_table()}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(Readme, namesEachEndpoint) {
  const auto readme = read(kReadme);
  for (const auto& route : routes()) {
    EXPECT_NE(readme.find(cat('`', route.example.substr(0, route.example.find("?verbose")), '`')), std::string::npos)
        << route.example;
  }
}

}  // namespace
}  // namespace agent
