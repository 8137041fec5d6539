// The tables of README.md that follow from code, compared with the code.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "cli/markdown.h"

namespace agent {
namespace {

std::string readme() {
  std::ostringstream text;
  text << std::ifstream(TEST_DIR "/../README.md").rdbuf();
  return text.str();
}

// What stands between "<!-- NAME: begin -->" and "<!-- NAME: end -->".
std::string marked(const std::string& text, const std::string& name) {
  const auto begin = text.find("\n", text.find("<!-- " + name + ": begin -->"));
  const auto end = text.find("<!-- " + name + ": end -->");
  return begin >= end || end == std::string::npos ? "no such mark" : text.substr(begin + 1, end - begin - 1);
}

TEST(Readme, HasTheTableOfSettings) {
  EXPECT_EQ(marked(readme(), "settings"), settings_markdown())
      << "put the output of `redis-agent config --markdown` between the marks";
}

}  // namespace
}  // namespace agent
