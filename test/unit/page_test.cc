#include "show/page.h"

#include <gtest/gtest.h>

#include "unit/run_tool.h"
#include "unit/sample.h"

namespace agent {
namespace {

bool has(const std::string& page, std::string_view text) { return page.find(text) != std::string::npos; }

TEST(Page, AHealthySetIsGreenAndHasNothingToRepair) {
  const auto page = page_html(test::full_snapshot(1), "0.1.0");
  EXPECT_TRUE(has(page, "<title>redis-1: healthy</title>"));
  EXPECT_TRUE(has(page, "<h1>redis-0 is master, all 3 pods are well</h1>"));
  EXPECT_TRUE(has(page, "<div class=\"card banner good\">"));
  EXPECT_TRUE(has(page, ">12:00:00</span> UTC"));
  EXPECT_TRUE(has(page, "running for 1d2h"));
  EXPECT_TRUE(has(page, "<th scope=\"row\">redis-1 <span class=\"tag\">this pod</span>"));
  EXPECT_FALSE(has(page, "the way out"));
}

TEST(Page, ABrokenSetSaysWhatIsWrongAndTheWayOut) {
  const auto page = page_html(test::snapshot_of(test::broken_set(1), 1), "0.1.0");
  EXPECT_TRUE(has(page, "<title>redis-1: no master</title>"));
  EXPECT_TRUE(has(page, "<div class=\"card banner bad\">"));
  EXPECT_TRUE(has(page, "nobody listens where the Redis of redis-0 should: Connection refused"));
  EXPECT_TRUE(has(page, "Is the Redis container running?"));
  EXPECT_TRUE(has(page, "<span class=\"tag bad\">link_down</span> <span class=\"dim\">for 1m15s</span>"));
  EXPECT_TRUE(has(page, "REPLICAOF &lt;address of the first pod&gt; 6379."));
}

TEST(Page, WhatRedisSaysIsTextAndNothingElse) {
  auto seen = test::healthy_set(1);
  seen.pods[0].redis = test::failed(Contact::error, "<script>alert(1)</script>");
  test::info_of(seen, 1).version = "7\"><img src=x>";
  const auto page = page_html(test::snapshot_of(seen, 1), "0.1.0");
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_FALSE(has(page, "<img"));
  EXPECT_TRUE(has(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
}

TEST(Page, LoadsNothingFromElsewhereAndNeedsNoScript) {
  const auto page = page_html(test::full_snapshot(0), "0.1.0");
  for (const auto* outside : {"src=", "url(", "@import", "https://", "<script", "<iframe", "<form"}) {
    EXPECT_FALSE(has(page, outside)) << outside;
  }
  EXPECT_TRUE(has(page, "<meta http-equiv=\"refresh\" content=\"5\">"));
  EXPECT_TRUE(kPageFields.find("default-src 'none'") != std::string_view::npos);
  EXPECT_TRUE(kPageFields.ends_with("\r\n"));
}

TEST(Page, EveryTagIsClosed) {
  const auto script =
      "import html.parser, sys\n"
      "open_tags = []\n"
      "class Reader(html.parser.HTMLParser):\n"
      "  def handle_starttag(self, tag, attributes):\n"
      "    if tag not in ('meta', 'link'): open_tags.append(tag)\n"
      "  def handle_startendtag(self, tag, attributes): pass\n"
      "  def handle_endtag(self, tag):\n"
      "    if open_tags.pop() != tag: sys.exit(f'unexpected </{tag}>')\n"
      "Reader().feed(sys.stdin.read())\n"
      "sys.exit(str(open_tags) if open_tags else 0)\n";
  for (const auto& snapshot : {test::full_snapshot(0), test::snapshot_of(test::broken_set(2), 2)}) {
    const auto result = test::run_tool({"python3", "-c", script}, page_html(snapshot, "0.1.0"));
    if (result.code == 127) {
      GTEST_SKIP() << "needs python3";
    }
    EXPECT_EQ(result.code, 0) << result.output;
  }
}

}  // namespace
}  // namespace agent
