#include "cli/print_config.h"

#include <algorithm>
#include <array>

#include "core/identity.h"
#include "core/text.h"

namespace agent {

namespace {

using Line = std::array<std::string, 3>;

std::string padded(const std::string& text, std::size_t width) {
  return cat(text, std::string(width - std::min(width, text.size()) + 2, ' '));
}

// The identity is there as soon as the hostname could be read, the rest when the set's domain is known.
std::string place(const PodSettings& pod) {
  if (pod.identity.set.empty()) {
    return {};
  }
  std::string text = cat("pod     ", pod_name(pod.identity), is_first(pod) ? ", the first of its set\n" : "\n");
  const auto& domain = pod.domain;
  if (!domain.service.empty() && !domain.ns.empty() && !domain.cluster.empty()) {
    text += cat("master  ", master_name(pod), '\n');
  }
  return text + '\n';
}

}  // namespace

std::string print_config(const Resolved& resolved) {
  std::vector<Line> lines{{"SETTING", "VALUE", "ORIGIN"}};
  for (const auto& value : resolved.values) {
    const bool none = value.value.empty() && value.origin == "default";
    lines.push_back({std::string(value.row->name), value.value.empty() ? "-" : value.value,
                     none && !value.row->otherwise.empty() ? cat("default: ", value.row->otherwise) : value.origin});
  }
  std::size_t names = 0;
  std::size_t values = 0;
  for (const auto& line : lines) {
    names = std::max(names, line[0].size());
    values = std::max(values, line[1].size());
  }
  std::string text = place(resolved.settings.pod);
  for (const auto& line : lines) {
    text += cat(padded(line[0], names), padded(line[1], values), line[2], '\n');
  }
  return text;
}

std::string print_complaints(const Resolved& resolved, std::string_view command) {
  std::string text;
  for (const auto& warning : resolved.warnings) {
    text += cat("redis-agent ", command, ": warning: ", warning, '\n');
  }
  for (const auto& error : resolved.errors) {
    text += cat("redis-agent ", command, ": ", error, '\n');
  }
  return text;
}

}  // namespace agent
