// The tables of README.md are the code's own. With WRITE_README set they are written instead of compared.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "cli/markdown.h"
#include "core/guard_table.h"
#include "core/reason.h"
#include "core/text.h"
#include "show/metrics.h"
#include "show/routes.h"

namespace agent {
namespace {

constexpr auto kReadme = TEST_DIR "/../README.md";
constexpr auto kRules = TEST_DIR "/../agent/core/README.md";

std::string read(const char* path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string reasons_table() {
  std::string table = "| reason | what it means | the way out |\n| --- | --- | --- |\n";
  for (const auto& row : reasons()) {
    table += cat("| `", row.word, "` | ", row.meaning, " | ", markdown_cell(row.way_out), " |\n");
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

std::string what_is_done(const GuardRow& row) {
  return row.deed ? std::string(to_text(*row.deed)) : row.is_hold ? "**hold**" : "wait";
}

// The rows of one part of the set, and the same as a picture: from what a pod boots as, over the reasons, to what is
// done.
std::string guard_part(Part part, std::string_view title, std::string_view boots_as) {
  std::string table = cat("### ", title, "\n\n| seen | reason | done |\n| --- | --- | --- |\n");
  std::string picture = cat("```mermaid\nflowchart LR\n  boot([", boots_as, "])\n");
  for (const auto& row : guard_table()) {
    if (row.part == part) {
      table += cat("| ", row.when, " | `", to_text(row.reason), "` | ", what_is_done(row), " |\n");
      picture += cat("  boot --> ", to_text(row.reason), " --> ",
                     row.deed ? cat(to_text(*row.deed), '[', to_text(*row.deed), ']')
                              : std::string(row.is_hold ? "hold{{a person}}" : "wait(wait)"),
                     '\n');
    }
  }
  return cat(table, '\n', picture, "```\n");
}

std::string guard_rules() {
  return cat(guard_part(Part::first, "The first pod", "closed door"), '\n',
             guard_part(Part::replica, "Every other pod", "parked"));
}

struct Table {
  const char* name;
  std::string text;
  const char* file = kReadme;
};

class Readme : public testing::TestWithParam<Table> {};

TEST_P(Readme, hasTheTableOfTheCode) {
  const auto& table = GetParam();
  const auto begin = cat("<!-- ", table.name, ": begin -->\n");
  const auto end = cat("<!-- ", table.name, ": end -->");
  auto readme = read(table.file);
  const auto from = readme.find(begin);
  const auto to = readme.find(end);
  ASSERT_NE(from, std::string::npos) << begin;
  ASSERT_NE(to, std::string::npos) << end;
  const auto start = from + begin.size();
  if (std::getenv("WRITE_README") != nullptr) {
    std::ofstream(table.file) << readme.replace(start, to - start, table.text);
    GTEST_SKIP() << "written";
  }
  EXPECT_EQ(readme.substr(start, to - start), table.text) << "WRITE_README=1 build/debug/test/unit_test writes it";
}

INSTANTIATE_TEST_SUITE_P(Of, Readme,
                         testing::Values(Table{"settings", settings_markdown()}, Table{"reasons", reasons_table()},
                                         Table{"metrics", metrics_table()}, Table{"guard", guard_rules(), kRules}),
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
