// A script of commands, restarts and cuts on three servers, and what can be seen of them after each step, in words that
// do not depend on chance: relations instead of numbers. Played on simulated servers and on real ones, it must read the
// same.
#pragma once

#include <array>
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

struct Script {
  std::string name;
  std::vector<ScriptStep> steps;
  std::array<bool, kServers> aof{};
  std::array<SimRelease, kServers> releases{};
  bool has_loop = false;  // somebody cannot read what is sent to it and tries for ever: syncs and feeds tell nothing
};
// By chance, all of one release.
Script script_of(std::uint64_t seed, const SimRelease& release);
std::string to_text(const ScriptStep& step);

// One server as it was seen.
struct ScriptSight {
  RedisInfo info;
  int follows = -1;       // -1: nobody, or parked
  std::vector<int> keys;  // sorted
  std::int64_t attached = 0;
  bool runs = true;
};

// What was seen of all of them, and the first word of the step's answer; of a server that does not run it is this one.
inline constexpr auto kEnded = "ended";
std::string told(const Script& script, const std::vector<ScriptSight>& sights, const std::string& answer);

// What is told after each step.
std::vector<std::string> play_simulated(const Script& script);
// Plays on the servers that these programs are, and waits after each step until they tell what is expected. Empty when
// all did; else the script up to the step that did not, and both tales.
using Programs = std::array<std::string, kServers>;
std::string play_real(const Script& script, const Programs& programs, const std::vector<std::string>& expected);

}  // namespace agent
