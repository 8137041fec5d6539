#include <algorithm>

#include "cli/completion.h"
#include "cli/options.h"
#include "cli/print_config.h"
#include "cli/version.h"
#include "core/text.h"
#include "io/files.h"
#include "io/pod_facts.h"
#include "wire/wire.h"

namespace agent {

namespace {

int printed(const std::string& text, int exit_code = kDone) { return print(text) ? exit_code : kCouldNot; }

Resolved settings_of(const Invocation& invocation, Command command) {
  RealFiles files;
  return resolve({.command = command,
                  .flags = invocation.flags,
                  .environment = own_environment(),
                  .hostname = own_hostname(),
                  .read_file = [&files](const std::string& path) -> std::expected<std::string, std::string> {
                    auto text = files.read(path);
                    return text ? std::expected<std::string, std::string>(std::move(*text))
                                : std::unexpected(text.error().what);
                  }});
}

int print_settings(const Invocation& invocation) {
  const auto& command = invocation.operand.empty() ? *invocation.command : *find_command(invocation.operand);
  const auto resolved = settings_of(invocation, *command.settings);
  const int exit_code = printed(print_config(resolved), resolved.errors.empty() ? kDone : kUsage);
  complain(print_complaints(resolved, command.name));
  return exit_code;
}

int run(Command command, const Invocation& invocation) {
  auto resolved = settings_of(invocation, command);
  complain(print_complaints(resolved, invocation.command->name));
  if (!resolved.errors.empty()) {
    return kUsage;
  }
  auto& settings = resolved.settings;
  switch (command) {
    case Command::init:
      return run_init(settings);
    case Command::run:
      return run_sidecar(settings);
    case Command::status:
      return run_status(settings);
    case Command::probe:
      settings.probe = *probe_kind_of(invocation.operand);
      return run_probe(settings);
    case Command::bootstrap:
      return run_bootstrap(settings);
    case Command::config:
      break;
  }
  return kUsage;
}

int run(const Invocation& invocation) {
  const auto& command = *invocation.command;
  if (command.name == "version") {
    return printed(cat("redis-agent ", version(), '\n'));
  }
  if (command.name == "completion") {
    return printed(completion_script(invocation.operand));
  }
  if (command.settings == Command::config) {
    return print_settings(invocation);
  }
  return run(*command.settings, invocation);
}

}  // namespace

}  // namespace agent

int main(int argc, char** argv) {
  const auto invocation = agent::parse_options({argv + std::min(argc, 1), argv + argc});
  if (invocation) {
    return agent::run(*invocation);
  }
  const auto& ending = invocation.error();
  if (ending.exit_code == agent::kDone) {
    return agent::printed(ending.text);
  }
  agent::complain(ending.text);
  return ending.exit_code;
}
