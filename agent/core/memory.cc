#include "core/memory.h"

#include "core/text.h"

namespace agent {

namespace {

constexpr std::string_view kFirstLine = "redis-agent state 1";
constexpr std::string_view kLastLine = "end";

std::string shown(const Position& at) { return cat(at.replid, ' ', at.offset); }

std::optional<Position> position_of(std::string_view value) {
  const auto parts = words(value);
  const auto offset = parts.size() < 2 ? std::nullopt : to_number<std::int64_t>(parts[1]);
  return offset ? std::optional(Position{.replid = std::string(parts[0]), .offset = *offset}) : std::nullopt;
}

std::optional<Standing> standing_of(std::string_view value) {
  const auto parts = words(value);
  const auto at = position_of(value);
  const auto certainty = parts.size() == 3 ? parse_certainty(parts[2]) : std::nullopt;
  return at && certainty ? std::optional(Standing{.at = *at, .certainty = *certainty}) : std::nullopt;
}

std::string path_in(std::string_view data_dir, std::string_view name) {
  return cat(data_dir, data_dir.ends_with('/') ? "" : "/", name);
}

std::vector<Position>* places_of(std::string_view name, Memory& memory) {
  return name == "closed"     ? &memory.closed
         : name == "ancestor" ? &memory.ancestors
         : name == "lost"     ? &memory.lost
                              : nullptr;
}

void read_line(std::string_view name, std::string_view value, Memory& memory) {
  if (name == "pod") {
    memory.pod = value;
  } else if (name == "boot_id") {
    memory.boot_id = value;
  } else if (name == "bind") {
    memory.bind = value;
  } else if (name == "min_replicas") {
    memory.min_replicas = to_number<std::int64_t>(value);
  } else if (name == "run_id") {
    memory.run_id = value;
  } else if (name == "was_master") {
    memory.was_master = value == "yes";
  } else if (name == "slow_disk") {
    memory.has_slow_disk = value == "yes";
  } else if (name == "at") {
    memory.at = position_of(value);
  } else if (name == "donor") {
    const auto parts = words(value);
    memory.donor = parts.empty() ? "" : parts[0];
    memory.donor_pod = parts.size() < 2 ? "" : parts[1];
  } else if (name == "began_with") {
    memory.began_with = to_number<std::int64_t>(value);
  } else if (name == "may_lack_end") {
    memory.may_lack_end = value == "yes";
  } else if (name == "placed") {
    memory.is_placed = value == "yes";
  } else if (name == "was_ended") {
    memory.was_ended = value == "yes";
  } else if (name == "process") {
    memory.process = value;
  } else if (name == "continues") {
    memory.continues = standing_of(value);
  } else if (auto* places = places_of(name, memory)) {
    if (const auto place = position_of(value)) {
      places->push_back(*place);
    }
  }
}

}  // namespace

std::string state_file(std::string_view data_dir) { return path_in(data_dir, ".redis-agent/state"); }
std::string place_file(std::string_view data_dir) { return path_in(data_dir, ".redis-agent/at"); }
std::string pid_file(std::string_view data_dir) { return path_in(data_dir, kPidFile); }
std::string pid_link(std::string_view data_dir) { return path_in(data_dir, ".redis-agent/process"); }

std::string place_text(const Position& at, const std::optional<Position>& written_back) {
  return cat(shown(at), '\n', written_back ? cat(shown(*written_back), '\n') : "");
}

void read_place(std::string_view text, bool is_same_boot, Memory& memory) {
  const auto lines = split(text, '\n');  // what follows the last line end is torn
  const std::size_t line = is_same_boot ? 0 : 1;
  const auto at = line + 1 < lines.size() ? position_of(lines[line]) : std::nullopt;
  if (at && memory.at && at->replid == memory.at->replid && at->offset > memory.at->offset) {
    memory.at = at;
  }
}

std::string to_text(const Memory& memory) {
  std::string text = cat(kFirstLine, "\npod ", memory.pod, "\nboot_id ", memory.boot_id, '\n');
  if (memory.bind) {
    text += cat("bind ", *memory.bind, '\n');
  }
  if (memory.min_replicas) {
    text += cat("min_replicas ", *memory.min_replicas, '\n');
  }
  for (const auto& place : memory.closed) {
    text += cat("closed ", shown(place), '\n');
  }
  text += cat("run_id ", memory.run_id, "\nwas_master ", memory.was_master ? "yes" : "no", '\n');
  if (memory.has_slow_disk) {
    text += "slow_disk yes\n";
  }
  if (memory.at) {
    text += cat("at ", shown(*memory.at), '\n');
  }
  if (memory.continues) {
    text += cat("continues ", shown(memory.continues->at), ' ', to_text(memory.continues->certainty), '\n');
  }
  if (!memory.donor.empty()) {
    text += cat("donor ", memory.donor, ' ', memory.donor_pod, '\n');
  }
  if (memory.began_with) {
    text += cat("began_with ", *memory.began_with, '\n');
  }
  if (memory.may_lack_end) {
    text += "may_lack_end yes\n";
  }
  if (memory.is_placed) {
    text += "placed yes\n";
  }
  if (memory.was_ended) {
    text += "was_ended yes\n";
  }
  if (!memory.process.empty()) {
    text += cat("process ", memory.process, '\n');
  }
  for (const auto& ancestor : memory.ancestors) {
    text += cat("ancestor ", shown(ancestor), '\n');
  }
  for (const auto& place : memory.lost) {
    text += cat("lost ", shown(place), '\n');
  }
  return text + cat(kLastLine, '\n');
}

std::optional<Memory> parse_memory(std::string_view text) {
  const auto lines = split(text, '\n');
  if (lines.size() < 3 || lines.front() != kFirstLine || lines[lines.size() - 2] != kLastLine ||
      !lines.back().empty()) {
    return std::nullopt;
  }
  Memory memory;
  for (const auto line : lines) {
    const auto blank = line.find(' ');
    if (blank != std::string_view::npos) {
      read_line(line.substr(0, blank), line.substr(blank + 1), memory);
    }
  }
  return memory;
}

}  // namespace agent
