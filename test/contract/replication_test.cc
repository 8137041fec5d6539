// The simulated servers replicate, restart and refuse as real ones do, in scripts that chance wrote once and for all.
#include <gtest/gtest.h>

#include <cstdlib>
#include <future>

#include "contract/child.h"
#include "contract/redis_lab.h"
#include "contract/replication_script.h"
#include "core/text.h"

namespace agent {
namespace {

constexpr std::uint64_t kScripts = 40;
constexpr std::uint64_t kAtOnce = 12;  // they wait far more than they work

std::string play(const Script& script, const Programs& programs) {
  try {
    return play_real(script, programs, play_simulated(script));
  } catch (const std::exception& problem) {
    return cat("script ", script.name, ": ", problem.what());
  }
}

void play_all(const std::string& server, const SimRelease& release) {
  const char* only = std::getenv("REPLICATION_SCRIPT");
  const std::uint64_t from = only == nullptr ? 1 : to_number<std::uint64_t>(only).value_or(1);
  const std::uint64_t end = only == nullptr ? kScripts + 1 : from + 1;
  for (auto first = from; first < end; first += kAtOnce) {
    std::vector<std::future<std::string>> played;
    for (auto seed = first; seed < std::min(first + kAtOnce, end); ++seed) {
      played.push_back(
          std::async(std::launch::async, play, script_of(seed, release), Programs{server, server, server}));
    }
    for (auto& one : played) {
      const auto difference = one.get();
      EXPECT_TRUE(difference.empty()) << difference;
    }
  }
}

// "Redis server v=7.0.15 sha=..."
bool is_of(const SimRelease& release, const std::string& server) {
  const auto series = release.version.substr(0, release.version.rfind('.') + 1);
  return Child({server, "--version"}).read_line().contains("v=" + series);
}

std::string newer_server() { return has_new_redis() ? std::getenv("REDIS_SERVER_NEW") : ""; }

TEST(Replication, ReadsTheSameOnRealServers) {
  if (!is_of(kRedis7, "redis-server")) {
    GTEST_SKIP() << "no simulated server is of the release that redis-server has here";
  }
  play_all("redis-server", kRedis7);
}

TEST(Replication, ReadsTheSameOnNewerServers) {
  if (!has_new_redis() || !is_of(kRedis8, newer_server())) {
    GTEST_SKIP() << "REDIS_SERVER_NEW names no server of the newer release that the simulated ones can be of";
  }
  play_all(newer_server(), kRedis8);
}

TEST(Replication, ReadsTheSameOnOlderServers) {
  const std::string server = has_old_redis() ? std::getenv("REDIS_SERVER_OLD") : "";
  if (!has_old_redis() || !is_of(kRedis6, server)) {
    GTEST_SKIP() << "REDIS_SERVER_OLD names no server of the older release that the simulated ones can be of";
  }
  play_all(server, kRedis6);
}

// A is newer than B and C. Who cannot read has keys before, so that one sees when it has tried.
std::vector<Script> mixed_scripts() {
  using enum ScriptVerb;
  const std::vector<ScriptStep> follow_newer{{set, 0, 0},
                                             {set, 1, 1},
                                             {follow, 2, 1},
                                             {set, 1, 2},
                                             {save, 1, 0},
                                             {follow, 1, 0},
                                             {set, 0, 3},
                                             {promote, 1, 0},
                                             {set, 1, 4},
                                             {follow, 2, 1},
                                             {set, 1, 5},
                                             {restart_master, 1, 0},
                                             {restart_parked, 1, 0},
                                             {set, 1, 6}};
  const std::vector<ScriptStep> restart_under{
      {set, 0, 0},  {set, 1, 1}, {save, 1, 0},           {restart_following, 1, 0},
      {park, 1, 0}, {set, 0, 2}, {restart_parked, 1, 0}, {promote, 1, 0},
      {set, 1, 3}};
  const std::vector<ScriptStep> follow_older{{set, 1, 0},     {follow, 0, 1}, {follow, 2, 1}, {set, 1, 1},
                                             {promote, 0, 0}, {set, 0, 2},    {follow, 2, 0}, {follow, 1, 0}};
  std::vector<Script> scripts;
  for (const auto& steps : {follow_newer, restart_under, follow_older}) {
    for (const bool aof : {false, true}) {
      scripts.push_back({.name = cat("mixed ", scripts.size()),
                         .steps = steps,
                         .aof = {aof, aof, aof},
                         .releases = {kRedis8, kRedis7, kRedis7},
                         .has_loop = true});
    }
  }
  return scripts;
}

TEST(Replication, ReadsTheSameOnServersOfTwoReleases) {
  if (!has_new_redis() || !is_of(kRedis8, newer_server()) || !is_of(kRedis7, "redis-server")) {
    GTEST_SKIP() << "needs redis-server and REDIS_SERVER_NEW of the two releases that the simulated servers can be of";
  }
  for (const auto& script : mixed_scripts()) {
    const auto difference = play(script, {newer_server(), "redis-server", "redis-server"});
    EXPECT_TRUE(difference.empty()) << difference;
  }
}

}  // namespace
}  // namespace agent
