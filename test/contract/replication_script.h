// A random script of commands, restarts and cuts on three servers, and what can be seen of them after each step, in
// words that do not depend on chance: relations instead of numbers. Played on simulated servers and on real ones, it
// must read the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/info.h"
#include "sim/release.h"

namespace agent {

inline constexpr int kServers = 3;

enum class ScriptVerb {
  set,
  flush_all,
  save,
  follow,
  park,
  promote,
  restart_master,
  restart_closed,
  restart_parked,
  restart_following,
  open_door,
  fence,
  lift_fence,
  cut_master,
  cut_replicas,
};

struct ScriptStep {
  ScriptVerb verb = ScriptVerb::set;
  int server = 0;
  int other = 0;  // whom it follows; the key that is set
};

std::vector<ScriptStep> script_of(std::uint64_t seed);
bool has_aof(std::uint64_t seed, int server);
std::string to_text(const ScriptStep& step);

// One server as it was seen.
struct ScriptSight {
  RedisInfo info;
  int follows = -1;       // -1: nobody, or parked
  std::vector<int> keys;  // sorted
  std::int64_t attached = 0;
};

// What was seen of all of them, and the first word of the step's answer.
std::string told(const std::vector<ScriptSight>& sights, const std::string& answer);

// What is told after each step, by servers of this release.
std::vector<std::string> play_simulated(std::uint64_t seed, const SimRelease& release);
// Plays on `server` (a program), and waits after each step until it tells what is expected. Empty when all did; else
// the script up to the step that did not, and both tales.
std::string play_real(std::uint64_t seed, const std::string& server, const std::vector<std::string>& expected);

}  // namespace agent
