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

std::string play(std::uint64_t seed, const std::string& server, const SimRelease& release) {
  try {
    return play_real(seed, server, play_simulated(seed, release));
  } catch (const std::exception& problem) {
    return cat("script ", seed, ": ", problem.what());
  }
}

void play_all(const std::string& server, const SimRelease& release) {
  const char* only = std::getenv("REPLICATION_SCRIPT");
  const std::uint64_t from = only == nullptr ? 1 : to_number<std::uint64_t>(only).value_or(1);
  const std::uint64_t end = only == nullptr ? kScripts + 1 : from + 1;
  for (auto first = from; first < end; first += kAtOnce) {
    std::vector<std::future<std::string>> played;
    for (auto seed = first; seed < std::min(first + kAtOnce, end); ++seed) {
      played.push_back(std::async(std::launch::async, play, seed, server, release));
    }
    for (auto& one : played) {
      const auto difference = one.get();
      EXPECT_TRUE(difference.empty()) << difference;
    }
  }
}

// "Redis server v=7.0.15 sha=..."
std::string version_of(const std::string& server) { return Child({server, "--version"}).read_line(); }

TEST(Replication, ReadsTheSameOnRealServers) {
  const auto version = version_of("redis-server");
  if (!version.contains("v=7.0.")) {
    GTEST_SKIP() << "no simulated server is of the release that redis-server has here: " << version;
  }
  play_all("redis-server", kRedis7);
}

TEST(Replication, ReadsTheSameOnNewerServers) {
  if (!has_new_redis()) {
    GTEST_SKIP() << "REDIS_SERVER_NEW names no newer server";
  }
  const std::string server = std::getenv("REDIS_SERVER_NEW");
  const auto version = version_of(server);
  if (!version.contains("v=8.0.")) {
    GTEST_SKIP() << "no simulated server is of the release that REDIS_SERVER_NEW names: " << version;
  }
  play_all(server, kRedis8);
}

}  // namespace
}  // namespace agent
