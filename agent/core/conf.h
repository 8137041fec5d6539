// Editing a redis.conf: one marked block of ours at the end, everything else byte for byte as it was, but for
// slaveof/replicaof lines outside the block. Not a parser of the whole format; include files are not opened.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent {

enum class Directive { slaveof, replicaof };

struct MasterRef {
  std::string host;  // a full name with trailing dot, or a numeric address
  std::uint16_t port = 6379;
};

// What the block says. Absent means: no such line.
struct ConfBlock {
  std::string pod;  // named in the block's comment
  Directive directive = Directive::slaveof;
  std::optional<MasterRef> master;  // none on the first ordinal
  std::optional<std::string> masteruser;
  std::optional<std::string> masterauth;
  std::optional<std::string> requirepass;
  std::optional<std::string> announce_ip;
  std::optional<std::uint16_t> announce_port;
  bool tune = false;                    // replication settings for a StatefulSet that every version from 5.0 knows
  std::optional<std::string> pid_file;  // below Redis' own directory
  bool closed = false;  // bind on loopback only: nobody attaches, reads or writes until `bind` is set again
};

struct ConfEdit {
  std::string text;
  std::vector<std::string> removed;   // slaveof/replicaof lines outside the block that were taken out, "line 12: ..."
  bool has_secret = false;            // a password stands in it: in the template or in the block
  std::vector<std::string> includes;  // include lines, whose files were not checked
  // What the last such line outside the block says, where there is one.
  std::optional<std::string> bind;           // "10.0.0.1 -::1"
  std::optional<std::int64_t> min_replicas;  // min-replicas-to-write, also by its older name
};

// Running it on its own output changes nothing. Refuses a template whose markers are damaged (a begin without an end,
// two blocks) and one with NUL bytes, which hide text from Redis: the error names the line, because guessing would lose
// somebody's settings.
std::expected<ConfEdit, std::string> edit_conf(std::string_view conf, const ConfBlock& block);

// A value as redis.conf reads it back byte for byte: plain where that is safe, else "..." with \xHH escapes
// (unquoted blanks or quotes stop the server).
std::string quote_conf_value(std::string_view value);

// The words of one line as Redis reads them, quotes and escapes undone; none for a comment or a blank line. Nothing for
// a line with unbalanced quotes, at which Redis does not start.
std::optional<std::vector<std::string>> split_conf_line(std::string_view line);

}  // namespace agent
