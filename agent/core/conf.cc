#include "core/conf.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace agent {

namespace {

constexpr std::string_view kBegin = "# BEGIN redis-agent";
constexpr std::string_view kEnd = "# END redis-agent";

struct Line {
  std::size_t number;
  std::string_view text;  // with its line end
};

std::vector<Line> lines_of(std::string_view conf) {
  std::vector<Line> lines;
  while (!conf.empty()) {
    const auto size = std::min(conf.find('\n'), conf.size() - 1) + 1;
    lines.push_back({lines.size() + 1, conf.substr(0, size)});
    conf.remove_prefix(size);
  }
  return lines;
}

std::string shown(const Line& line) { return cat("line ", line.number, ": ", trim(line.text)); }

// "# BEGIN redis-agent", whatever stands behind it as a word of its own.
bool is_marker(std::string_view line, std::string_view marker) {
  line = trim(line);
  return line.starts_with(marker) && (line.size() == marker.size() || line[marker.size()] == ' ' ||
                                      line[marker.size()] == ':' || line[marker.size()] == '\t');
}

std::unexpected<std::string> damaged(const Line& line, std::string_view why) {
  return std::unexpected(cat(
      "line ", line.number, ": ", why,
      "; take out everything between the two markers, and the markers: ", "redis-agent init writes the block anew"));
}

// The lines that are not ours.
std::expected<std::vector<Line>, std::string> outside_block(const std::vector<Line>& lines) {
  std::vector<Line> outside;
  const Line* open = nullptr;
  bool closed = false;
  for (const auto& line : lines) {
    if (line.text.find('\0') != std::string_view::npos) {
      return std::unexpected(cat("line ", line.number,
                                 ": a NUL byte, which hides the text behind it from Redis; is this "
                                 "file plain text (not UTF-16)?"));
    }
    if (is_marker(line.text, kBegin)) {
      if (open != nullptr || closed) {
        return damaged(line, cat("a second \"", kBegin, "\""));
      }
      open = &line;
    } else if (is_marker(line.text, kEnd)) {
      if (open == nullptr) {
        return damaged(line, cat("\"", kEnd, "\" without \"", kBegin, "\" before it"));
      }
      open = nullptr;
      closed = true;
    } else if (open == nullptr) {
      outside.push_back(line);
    }
  }
  if (open != nullptr) {
    return damaged(*open, cat("\"", kBegin, "\" without \"", kEnd, "\" behind it"));
  }
  return outside;
}

struct Tuning {
  std::string_view why;
  std::string_view line;
};

// Read by every version from Redis 5.0 to 8 and Valkey 8. Redis takes '#' for a comment only at the start of a line.
constexpr std::array<Tuning, 9> kTunings{{
    {"A replica takes no writes of its own.", "replica-read-only yes"},
    {"A replica that lost its master still answers reads; redis-agent says how old they are.",
     "replica-serve-stale-data yes"},
    {"The master is heard of every second, so that a dead link shows at once (default: 10 s).",
     "repl-ping-replica-period 1"},
    {"A link on which nothing comes is given up after 10 s (default: 60 s of a false \"up\").", "repl-timeout 10"},
    {"A replica that was away for a while resumes instead of copying everything (default: 1mb).",
     "repl-backlog-size 64mb"},
    {"... also when all replicas were away for longer than an hour (default: 3600 s).", "repl-backlog-ttl 0"},
    {"A full copy starts after 1 s of waiting for further replicas (default: 5 s).", "repl-diskless-sync-delay 1"},
    {"A replica is not cut off by the writes of its own full copy (default: 256mb 64mb 60).",
     "client-output-buffer-limit replica 512mb 256mb 120"},
    {"Connections of machines that died are closed within a minute (default: ten minutes).", "tcp-keepalive 30"},
}};

std::vector<std::string> block_lines(const ConfBlock& block) {
  std::vector<std::string> lines;
  lines.push_back(cat(kBegin, ": pod ", quote_conf_value(block.pod),
                      ". Written by redis-agent init; what is changed in this block is lost."));
  if (block.master && block.master->port == 0) {
    lines.emplace_back("# Parked: read-only, and keeps its data, until redis-agent run attaches it.");
  }
  if (block.master) {
    lines.push_back(cat(block.directive == Directive::slaveof ? "slaveof " : "replicaof ",
                        quote_conf_value(block.master->host), ' ', block.master->port));
  } else {
    lines.emplace_back("# The first pod: it follows nobody.");
  }
  if (block.closed) {
    lines.emplace_back("# Closed: only this pod reaches it, until redis-agent run knows whose data is the best.");
    lines.emplace_back("bind 127.0.0.1 -::1");
  }
  if (block.pid_file) {
    lines.emplace_back("# Redis removes it when it ends in order: then its append-only file has all.");
    lines.push_back(cat("pidfile ", quote_conf_value(*block.pid_file)));
  }
  const auto add = [&lines](std::string_view name, const std::optional<std::string>& value) {
    if (value) {
      lines.push_back(cat(name, ' ', quote_conf_value(*value)));
    }
  };
  add("masteruser", block.masteruser);
  add("masterauth", block.masterauth);
  add("requirepass", block.requirepass);
  add("replica-announce-ip", block.announce_ip);
  if (block.announce_port) {
    lines.push_back(cat("replica-announce-port ", *block.announce_port));
  }
  if (block.tune) {
    for (const auto& tuning : kTunings) {
      lines.push_back(cat("# ", tuning.why));
      lines.emplace_back(tuning.line);
    }
  }
  lines.emplace_back(kEnd);
  return lines;
}

// The block ends its lines as the first line above it does.
void append_block(std::string& text, const ConfBlock& block) {
  const std::string_view eol = std::string_view(text).substr(0, text.find('\n')).ends_with('\r') ? "\r\n" : "\n";
  if (!text.empty() && text.back() != '\n') {
    text += text.back() == '\r' ? "\n" : eol;
  }
  for (const auto& line : block_lines(block)) {
    text += line;
    text += eol;
  }
}

}  // namespace

namespace {
bool is_secret(std::string_view directive) {
  constexpr std::array<std::string_view, 5> kSecrets{"requirepass", "masterauth", "user", "tls-key-file-pass",
                                                     "tls-client-key-file-pass"};
  return std::ranges::any_of(kSecrets, [directive](auto secret) { return equal_ignoring_case(directive, secret); });
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    text += cat(text.empty() ? "" : " ", word);
  }
  return text;
}

// Of several such lines Redis takes the last.
void note_setting(ConfEdit& edit, const std::vector<std::string>& words) {
  const auto& name = words.front();
  if (equal_ignoring_case(name, "bind")) {
    edit.bind = joined({words.begin() + 1, words.end()});
  } else if (equal_ignoring_case(name, "min-replicas-to-write") || equal_ignoring_case(name, "min-slaves-to-write")) {
    edit.min_replicas = to_number<std::int64_t>(words[1]);
  }
}
}  // namespace

std::expected<ConfEdit, std::string> edit_conf(std::string_view conf, const ConfBlock& block) {
  const auto lines = outside_block(lines_of(conf));
  if (!lines) {
    return std::unexpected(lines.error());
  }
  ConfEdit edit;
  edit.has_secret = block.masterauth || block.requirepass;
  for (const auto& line : *lines) {
    const auto words = split_conf_line(line.text);
    const std::string_view name = words && !words->empty() ? std::string_view(words->front()) : "";
    if (equal_ignoring_case(name, "slaveof") || equal_ignoring_case(name, "replicaof")) {
      edit.removed.push_back(shown(line));
      continue;
    }
    edit.has_secret = edit.has_secret || is_secret(name);
    if (words && words->size() > 1) {
      note_setting(edit, *words);
    }
    if (equal_ignoring_case(name, "include")) {
      edit.includes.push_back(shown(line));
    }
    edit.text += line.text;
  }
  append_block(edit.text, block);
  return edit;
}

}  // namespace agent
