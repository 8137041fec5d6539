// What the first bytes of an RDB file tell of the history.
#include "core/rdb_head.h"

#include <gtest/gtest.h>

#include "core/text.h"

namespace agent {
namespace {

using std::string_literals::operator""s;

const std::string kReplid = "c3880a0f60d7aa72c5639742d07a917aecd8418e";

std::string text(const std::string& bytes) { return cat(static_cast<char>(bytes.size()), bytes); }
std::string field(const std::string& name, const std::string& stored) { return cat('\xfa', text(name), stored); }

// As a 6.2.14 wrote it; `offset` is stored as given.
std::string head(const std::string& offset, const std::string& replid = kReplid) {
  return cat("REDIS0009", field("redis-ver", text("6.2.14")), field("redis-bits", "\xc0\x40"),
             field("ctime", "\xc2\xcd\x1d\x06\x6b"), field("repl-stream-db", "\xc0\0"s), field("repl-id", text(replid)),
             field("repl-offset", offset), field("aof-preamble", "\xc0\0"s), "\xfe\0"s);
}

TEST(RdbHead, TellsTheHistoryHoweverTheOffsetIsStored) {
  const std::vector<std::pair<std::string, std::int64_t>> cases = {
      {"\xc0\x32", 50},
      {"\xc1\x84\x03", 900},
      {"\xc1\xff\x7f", 32767},
      {"\xc2\x40\x0d\x03\0"s, 200'000},
      {text("98765432109"), 98'765'432'109},
      {"\x40\x0b"s + "98765432109", 98'765'432'109},
  };
  for (const auto& [stored, offset] : cases) {
    EXPECT_EQ(position_in_rdb(head(stored)), (Position{kReplid, offset}));
  }
}

TEST(RdbHead, TellsNothingWhereTheFileDoesNot) {
  const auto before = cat("REDIS0009", field("redis-ver", text("6.2.14")));
  const std::vector<std::string> silent = {
      "",
      "REDIS",
      "REDIS0009",
      before,
      before + "\xfe\0"s,                                              // saved before there was a history
      cat(before, field("repl-id", text(kReplid)), "\xfe\0"s),         // half of it
      cat(before, "\xfe\0"s, head("\xc0\x32").substr(before.size())),  // not before the keys
      head("\xc0\xff"),                                                // -1
      head(text("many")),
      head("\xc0\x32", std::string(40, '0')),
      head("\xc0\x32", "not forty digits"),
      head("\xc3\x01\x02x"),  // compressed
      "VALKEY" + head("\xc0\x32").substr(6),
  };
  for (const auto& each : silent) {
    EXPECT_EQ(position_in_rdb(each), std::nullopt) << each;
  }
}

TEST(RdbHead, ReadsNothingOutOfATornOne) {
  const auto whole = head("\xc2\x40\x0d\x03\0"s);
  const auto needed = whole.find("aof-preamble") - 2;
  for (std::size_t length = 0; length < needed; ++length) {
    EXPECT_EQ(position_in_rdb(whole.substr(0, length)), std::nullopt) << length;
  }
  EXPECT_TRUE(position_in_rdb(whole.substr(0, needed)));
}

}  // namespace
}  // namespace agent
