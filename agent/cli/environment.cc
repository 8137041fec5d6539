#include "cli/environment.h"

#include <algorithm>
#include <array>

#include "cli/nearest.h"
#include "core/text.h"

namespace agent {

namespace {

constexpr std::string_view kPrefix = "REDIS_AGENT_";
constexpr std::array<std::string_view, 3> kProtocols{"TCP", "UDP", "SCTP"};

// "tcp://10.96.0.7:6379": what Kubernetes writes as NAME_PORT. A Service called redis-agent-redis gives
// REDIS_AGENT_REDIS_PORT that way, which is also the name of a setting.
bool is_service_link_value(std::string_view value) {
  return std::ranges::any_of(kProtocols, [&](std::string_view protocol) {
    const auto end = value.find("://");
    return end != std::string_view::npos && equal_ignoring_case(value.substr(0, end), protocol);
  });
}

bool is_service_link_name(std::string_view name) {
  if (name.ends_with("_SERVICE_HOST") || name.ends_with("_SERVICE_PORT") ||
      name.find("_SERVICE_PORT_") != std::string_view::npos) {
    return true;
  }
  // ..._PORT_6379_TCP, and with _PROTO, _PORT or _ADDR behind it
  const auto port = name.find("_PORT_");
  if (port == std::string_view::npos) {
    return false;
  }
  const auto pieces = split(name.substr(port + std::string_view("_PORT_").size()), '_');
  return pieces.size() >= 2 && to_number<int>(pieces[0]) &&
         std::ranges::find(kProtocols, pieces[1]) != kProtocols.end();
}

}  // namespace

std::optional<std::string> from_environment(const SettingRow& row, const Environment& environment) {
  const auto found = environment.find(environment_of(row));
  if (found == environment.end() || found->second.empty()) {
    return std::nullopt;
  }
  if (!row.secret && is_service_link_value(found->second)) {
    return std::nullopt;
  }
  return found->second;
}

std::vector<std::string> unknown_variables(const Environment& environment) {
  std::vector<std::string> names;
  for (const auto& row : setting_table()) {
    names.push_back(environment_of(row).substr(kPrefix.size()));
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  std::vector<std::string> sentences;
  for (const auto& [variable, value] : environment) {
    if (!variable.starts_with(kPrefix) || is_service_link_name(variable) || is_service_link_value(value)) {
      continue;
    }
    const auto name = std::string_view(variable).substr(kPrefix.size());
    if (std::ranges::find(known, name) == known.end()) {
      const auto meant = nearest(name, known);
      sentences.push_back(cat("environment ", variable, ": there is no such setting",
                              meant.empty() ? std::string{} : cat("; did you mean ", kPrefix, meant, '?')));
    }
  }
  return sentences;
}

}  // namespace agent
