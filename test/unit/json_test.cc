#include "show/json.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "unit/sample.h"

namespace agent {
namespace {

using Fields = std::set<std::string>;
// kind of object ("verdict", "redis", ...) -> its fields
using Schema = std::map<std::string, Fields>;

// The type of an object behind a field: both places of a verdict have one schema.
std::string type_of(std::string_view key) {
  const std::map<std::string_view, std::string> kTypes{{"verdict", "verdict"},
                                                       {"redis", "redis"},
                                                       {"link", "link"},
                                                       {"replicas", "One of `replicas`"},
                                                       {"pods", "One of `set.pods`"}};
  const auto found = kTypes.find(key);
  return found == kTypes.end() ? std::string() : found->second;
}

void collect(const Node& node, const std::string& type, const std::string& path, Schema& schema) {
  if (const auto* list = std::get_if<List>(&node.value)) {
    for (const auto& item : *list) {
      collect(item, type, path, schema);
    }
  }
  const auto* members = std::get_if<Members>(&node.value);
  for (const auto& [key, value] : members != nullptr ? *members : Members{}) {
    const auto full = path.empty() ? key : path + "." + key;
    const auto inner = path == "dns" ? "dns" : type_of(key);
    const bool has_fields = std::holds_alternative<Members>(value.value) && inner.empty();
    if (!has_fields) {
      schema[type].insert(full);
    }
    if (key == "since") {
      schema["verdict"].erase(full);
      schema["The document"].insert("verdict.since");
    }
    collect(value, inner.empty() ? type : inner, inner.empty() ? full : "", schema);
  }
}

// The tables of the document: heading -> the fields in their first column.
Schema documented() {
  std::ifstream file(std::string(TEST_DIR) + "/../docs/status-v1.md");
  Schema schema;
  std::string heading;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) {
      heading = line.substr(3);
    } else if (line.starts_with("| `")) {
      schema[heading].insert(line.substr(3, line.find('`', 3) - 3));
    }
  }
  return schema;
}

Schema emitted(const Node& root) {
  Schema schema;
  collect(root, "The document", "", schema);
  return schema;
}

// A replica that saves badly has a way out, and a set seen by it has a master with replicas.
Snapshot all_known() {
  auto seen = test::full_set(1);
  test::info_of(seen, 2).last_rdb_save_ok = false;
  auto snapshot = test::snapshot_of(seen, 1);
  snapshot.data = Published{
      .run_id = "run-1",
      .continues = Standing{.at = {.replid = std::string(40, 'a'), .offset = 7}, .certainty = Certainty::at_least},
      .ancestors = {{.replid = std::string(40, 'b'), .offset = 5}},
      .began_with = 12,
      .once = Position{.replid = std::string(40, 'c'), .offset = 9},
      .once_ancestors = {{.replid = std::string(40, 'a'), .offset = 8}},
      .lost = {{.replid = std::string(40, 'd'), .offset = 6}},
      .is_snapshot = true,
      .may_lack_end = true};
  snapshot.kept = "/data/.redis-agent/kept";
  return snapshot;
}

TEST(Json, EveryFieldIsDocumentedAndEveryDocumentedFieldIsThere) {
  const auto documents = documented();
  EXPECT_EQ(documents.size(), 7U);
  EXPECT_EQ(emitted(agent_document(all_known(), "0.1.0")), documents);
}

TEST(Json, StatusGivesTheSameSetWithoutAnAgent) {
  const auto snapshot = all_known();
  const auto agent = to_json(agent_document(snapshot, "0.1.0"));
  const auto set = to_json(set_document(snapshot.set, snapshot.at, snapshot.wall, "0.1.0"));
  EXPECT_EQ(set.substr(set.find("\n  \"set\"")), agent.substr(agent.find("\n  \"set\"")));
  EXPECT_TRUE(set.starts_with(R"({
  "schema": "redis-agent/v1",
  "kind": "set",
  "version": "0.1.0",
  "time": "2026-07-04T12:00:00.250Z",
  "set": {
    "health": "degraded",
)")) << set;
}

TEST(Json, WhatIsNotKnownIsNotThere) {
  auto seen = test::healthy_set(1);
  seen.pods[1].redis.reset();
  seen.master_dns.reset();
  const auto text = to_json(agent_document(test::snapshot_of(seen, 1), "0.1.0"));
  EXPECT_EQ(text.find("null"), std::string::npos);
  EXPECT_NE(text.find("\"dns\": {},"), std::string::npos) << text;
  EXPECT_EQ(text.find("\n  \"redis\""), std::string::npos);
}

// What io/published.cc of another agent reads.
TEST(Json, SaysWhereTheDataStood) {
  auto snapshot = test::healthy_snapshot(0);
  snapshot.data = Published{.run_id = "run-0", .continues = {}};
  EXPECT_NE(to_json(agent_document(snapshot, "0.1.0")).find("\"data\": {\n    \"run_id\": \"run-0\"\n  },"),
            std::string::npos);
  snapshot.data->continues = Standing{.at = {.replid = "abc", .offset = 9}, .certainty = Certainty::exact};
  EXPECT_NE(to_json(agent_document(snapshot, "0.1.0")).find(R"("continues": {
      "replid": "abc",
      "offset": 9,
      "certainty": "exact"
    })"),
            std::string::npos);
}

TEST(Json, AgesAreMeasuredAtTheSnapshot) {
  auto snapshot = test::healthy_snapshot(0);
  snapshot.redis->seen -= std::chrono::milliseconds(1250);
  const auto text = to_json(agent_document(snapshot, "0.1.0"));
  EXPECT_NE(text.find("\"age_seconds\": 1.25,"), std::string::npos) << text;
}

}  // namespace
}  // namespace agent
