// Asks a snapshot's HTTP endpoints and looks at every byte of the answers.
#pragma once

#include <algorithm>
#include <string>

#include "fuzz/must.h"
#include "show/escape.h"
#include "show/routes.h"
#include "unit/sample.h"

namespace agent::fuzz {

inline void must_be_safe(const Answer& answer) {
  const auto& text = *answer.body;
  must(valid_utf8(text) == text, "an answer is UTF-8");
  const auto is_control = [](char c) { return (c >= '\0' && c < ' ' && c != '\n') || c == '\x7f'; };
  must(std::ranges::none_of(text, is_control), "an answer has no control characters");
}

inline RouteContext context_of(const Snapshot& snapshot) {
  return {.snapshot = &snapshot,
          .now = snapshot.at,
          .started = snapshot.at,
          .tick = std::chrono::seconds(1),
          .max_lag = std::chrono::seconds(10),
          .version = "1",
          .http = nullptr,
          .process = {}};
}

inline void must_show_safely(const Snapshot& snapshot, const std::string& target) {
  const auto answer = respond({.method = Method::get, .target = target}, context_of(snapshot));
  must(answer.status == 200 || answer.status == 503, "what is known is told");
  must_be_safe(answer);
}

}  // namespace agent::fuzz
