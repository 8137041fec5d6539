// What the agent remembers of its pod's data beyond the life of any process: the content of the state file in the data
// volume, <data-dir>/.redis-agent/state. Text in, values out; app/ reads and writes the file.
//
// Lines of "name value" between a first line that names the format and a last line "end". A line that is not known is
// left alone, so that an older agent reads what a newer one wrote. A file that is torn, foreign or absent is no memory,
// and no memory is never a reason to trust more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/lineage.h"

namespace agent {

struct Memory {
  std::string pod;      // full name; the file of another pod is foreign
  std::string boot_id;  // of the machine's kernel: after a reboot an append-only file may lack its last second

  // From init: what the template says, which the closed door and the fence replace for a while.
  std::optional<std::string> bind;           // "* -::*"
  std::optional<std::int64_t> min_replicas;  // min-replicas-to-write

  // Of the Redis that ran at the last tick.
  std::string run_id;
  std::vector<Position> closed = {};     // histories that INFO showed while nobody could write into them
  bool was_master = false;               // it was open, and master
  bool has_slow_disk = false;            // and took so long to sync its file lately that two looks in a row met it
  std::optional<Position> at;            // where it stood
  std::optional<Standing> continues;     // where its data stood when that run_id began
  std::vector<Position> ancestors = {};  // the histories that its data grew out of, oldest first
  std::vector<Position> lost = {};       // where it once stood, when a process began without that; oldest first
  std::string donor = {};                // of the first pod: the address that it follows for a pod's data
  std::string donor_pod = {};            // and whose that is, "redis-1"
  std::optional<std::int64_t> began_with = {};  // keys without a time to live, when that run_id began
  bool may_lack_end = false;                    // what it began with, complete, is in doubt: the disk was slow
  bool is_placed = false;                       // `at` and `was_master` are of that run_id, not of the one before it
  bool was_ended = false;                       // the process before it ended in order, with all in its file
  std::string process = {};                     // what tells its pid file from that of the next

  bool operator==(const Memory&) const = default;
};

std::string state_file(std::string_view data_dir);  // "/data/.redis-agent/state"

// Where the data stood at the last tick moves all the time and stands in a file of its own, which need not survive the
// machine: <data-dir>/.redis-agent/at. Without it the state file's own, older position is still true. A second line
// says where it stood when that was written back to the disk for certain.
std::string place_file(std::string_view data_dir);
std::string place_text(const Position& at, const std::optional<Position>& written_back);
// Takes the place into `memory` where it is further in the same history: after a reboot the one that was written back,
// for the data file may lack what came after, though this small file does not.
void read_place(std::string_view text, bool is_same_boot, Memory& memory);

// Redis makes its pid file when it starts. When it ends in order it removes it, after its append-only file is written
// and synced; killed it leaves it, and the next process writes into the same file. A hard link tells which it was:
// Files::mark(). Measured with Redis 6.2, 7.0 and 8.0 and Valkey 8.
inline constexpr std::string_view kPidFile = "redis-agent.pid";  // in Redis' own directory
std::string pid_file(std::string_view data_dir);                 // "/data/redis-agent.pid"
std::string pid_link(std::string_view data_dir);                 // "/data/.redis-agent/process"

std::string to_text(const Memory& memory);
// Nothing for what is torn or no state file at all.
std::optional<Memory> parse_memory(std::string_view text);

}  // namespace agent
