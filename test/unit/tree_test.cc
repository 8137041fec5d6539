#include "show/tree.h"

#include <gtest/gtest.h>

#include "unit/case_name.h"
#include "unit/run_tool.h"

namespace agent {
namespace {

using namespace std::chrono_literals;

TEST(Tree, IsJsonAsPeopleIndentIt) {
  const auto root = Object()
                        .put("name", "redis-0")
                        .put("ready", true)
                        .put("keys", 7)
                        .put("lag", Duration(250ms))
                        .put("pods", List{Object().put("a", -1).done(), "b"})
                        .put("none", List{})
                        .put("empty", Members{})
                        .done();
  EXPECT_EQ(to_json(root), R"({
  "name": "redis-0",
  "ready": true,
  "keys": 7,
  "lag": 0.25,
  "pods": [
    {
      "a": -1
    },
    "b"
  ],
  "none": [],
  "empty": {}
}
)");
  EXPECT_EQ(to_yaml(root), R"(name: redis-0
ready: true
keys: 7
lag: 0.25
pods:
  - a: -1
  - b
none: []
empty: {}
)");
}

TEST(Tree, LeavesOutWhatIsNotKnown) {
  const auto root = Object().put("a", std::optional<int>()).put("b", std::optional(0)).put_known("c", "").done();
  EXPECT_EQ(to_json(root), "{\n  \"b\": 0\n}\n");
}

TEST(Tree, YamlListsOfObjectsInsideObjects) {
  const auto pod = Object().put("link", Object().put("up", true).done()).put("list", List{List{1, 2}, 3}).done();
  EXPECT_EQ(to_yaml(Object().put("pods", List{pod}).done()), R"(pods:
  - link:
      up: true
    list:
      - - 1
        - 2
      - 3
)");
}

struct Quoting {
  const char* name;
  std::string text;
  const char* yaml;
};

class YamlText : public testing::TestWithParam<Quoting> {};

TEST_P(YamlText, IsQuotedWhereItCouldBeTakenForSomethingElse) {
  EXPECT_EQ(to_yaml(Object().put("k", GetParam().text).done()), std::string("k: ") + GetParam().yaml + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    Cases, YamlText,
    testing::Values(Quoting{"name", "redis-0.redis.default", "redis-0.redis.default"}, Quoting{"empty", "", "\"\""},
                    Quoting{"yes", "Yes", "\"Yes\""}, Quoting{"no", "NO", "\"NO\""}, Quoting{"n", "n", "\"n\""},
                    Quoting{"null", "null", "\"null\""}, Quoting{"number", "7", "\"7\""},
                    Quoting{"address", "10.1.0.2", "\"10.1.0.2\""}, Quoting{"hex", "0x1f", "\"0x1f\""},
                    Quoting{"float", "1e3", "\"1e3\""}, Quoting{"sexagesimal", "12:30", "\"12:30\""},
                    Quoting{"colon", "a: b", "\"a: b\""}, Quoting{"hash", "a #b", "\"a #b\""},
                    Quoting{"dash", "- a", "\"- a\""}, Quoting{"tag", "!a", "\"!a\""},
                    Quoting{"anchor", "&a", "\"&a\""}, Quoting{"star", "*a", "\"*a\""},
                    Quoting{"quote", "say \"x\"", "\"say \\\"x\\\"\""}, Quoting{"line", "a\nb", "\"a\\nb\""},
                    Quoting{"escape", "\x1b[31m", "\"\\u001b[31m\""}, Quoting{"not_utf8", "\xff", "\"\xEF\xBF\xBD\""},
                    Quoting{"nul", std::string(1, '\0'), "\"\\u0000\""}),
    kCaseName);

// Every byte, and what readers of YAML trip over: JSON and YAML must read back as the same.
TEST(Tree, ReadersReadTheSameFromBoth) {
  Object all;
  for (int byte = 0; byte < 256; ++byte) {
    all.put("byte " + std::to_string(byte), std::string(1, static_cast<char>(byte)) + "x");
  }
  const char* const words[] = {"true", "~",  "null", ".inf", "1_000", "0o7",  "2026-07-04",   "<<", "=",
                               "{",    "? ", "@",    "`",    "%",     "a\tb", "\xE2\x80\xA8", " a", "a "};
  for (const auto* word : words) {
    all.put(word, word);
  }
  const auto root = all.put("deep", List{List{}, Members{}, List{Object().put("a", List{1}).done()}}).done();
  const auto script =
      "import json, sys\n"
      "try: import yaml\n"
      "except ImportError: sys.exit(77)\n"
      "a, b = sys.stdin.buffer.read().decode().split('---\\n')\n"
      "a, b = json.loads(a), yaml.safe_load(b)\n"
      "sys.exit(0 if a == b else str([(k, a[k], b.get(k)) for k in a if a[k] != b.get(k)]))";
  const auto result = test::run_tool({"python3", "-c", script}, to_json(root) + "---\n" + to_yaml(root));
  if (result.code == 77 || result.code == 127) {
    GTEST_SKIP() << "needs python3 with yaml (Debian: python3-yaml)";
  }
  EXPECT_EQ(result.code, 0) << result.output;
}

}  // namespace
}  // namespace agent
