#include "cli/command_table.h"

#include <algorithm>

#include "core/text.h"

namespace agent {

namespace {

constexpr CommandRow kTable[] = {
    {.name = "init",
     .settings = Command::init,
     .help = "Works out who this pod is, waits until the master's name resolves (replicas), writes redis.conf",
     .exit_codes = "0    redis.conf is written, or says the same already\n"
                   "1    it could not be written, or an empty first pod would wipe its peers\n"
                   "2    usage or settings\n"
                   "124  --timeout passed before the master's name resolved\n"
                   "143, 130  ended by TERM or INT"},
    {.name = "run",
     .settings = Command::run,
     .help = "The sidecar: watches this pod's Redis and its peers, serves HTTP",
     .exit_codes = "0    ended by TERM or INT\n"
                   "1    it could not serve\n"
                   "2    usage or settings"},
    {.name = "status",
     .settings = Command::status,
     .help = "Asks every pod of the set and prints what they say as a table",
     .exit_codes = "0    healthy\n"
                   "1    it could not ask\n"
                   "2    usage or settings\n"
                   "3    degraded\n"
                   "4    no master\n"
                   "5    several masters\n"
                   "143, 130  ended by TERM or INT"},
    {.name = "probe",
     .settings = Command::probe,
     .help = "Asks the agent of this pod over its Unix socket; made for exec probes",
     .exit_codes = "0    yes\n"
                   "1    no, or no agent answers\n"
                   "2    usage or settings",
     .operands = "live|ready|master|replica",
     .operand_name = "WHAT",
     .operand_needed = true},
    {.name = "bootstrap",
     .settings = Command::bootstrap,
     .help = "Ends the hold of this pod's agent: what it holds for may be lost, so that --accept-data-loss must say so",
     .exit_codes = "0    it goes on, and says how\n"
                   "1    there is no hold to end, or no agent answers\n"
                   "2    usage or settings; without --accept-data-loss, too"},
    {.name = "config",
     .settings = Command::config,
     .help = "Prints each setting, its value and where it came from; refuses contradictions, all at once",
     .exit_codes = "0    the settings are fine\n"
                   "2    usage, or settings that cannot be used",
     .operands = "init|run|status|probe|bootstrap",
     .operand_name = "COMMAND"},
    {.name = "version", .settings = {}, .help = "Prints the version", .exit_codes = "0    done"},
    {.name = "completion",
     .settings = {},
     .help = "Prints a completion script for a shell: source <(redis-agent completion bash)",
     .exit_codes = "0    done\n"
                   "2    usage",
     .operands = "bash|zsh|fish",
     .operand_name = "SHELL",
     .operand_needed = true},
};

}  // namespace

std::span<const CommandRow> command_table() { return kTable; }

const CommandRow* find_command(std::string_view name) {
  const auto* row = std::ranges::find(kTable, name, &CommandRow::name);
  return row == std::end(kTable) ? nullptr : row;
}

std::string_view to_text(Command command) {
  return std::ranges::find(kTable, std::optional(command), &CommandRow::settings)->name;
}

std::vector<std::string_view> operands_of(const CommandRow& row) {
  return row.operands.empty() ? std::vector<std::string_view>{} : split(row.operands, '|');
}

std::optional<ProbeKind> probe_kind_of(std::string_view operand) {
  const auto kinds = operands_of(*find_command("probe"));  // in the order of ProbeKind
  const auto found = std::ranges::find(kinds, operand);
  return found == kinds.end() ? std::nullopt : std::optional(static_cast<ProbeKind>(found - kinds.begin()));
}

}  // namespace agent
