// One incident as text: a set, what happens to it and when, and the journal that must come of it. Runs the shipped app
// and core against the simulated world. The words of a file are in scenario.cc's table; every file is a test of its
// own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/init.h"
#include "app/sidecar.h"
#include "sim/agents.h"
#include "sim/clock.h"
#include "sim/files.h"
#include "sim/journal.h"
#include "sim/redis_port.h"
#include "sim/resolver.h"

namespace agent::test {

class Scenario {
 public:
  Scenario();

  // Carries out one line. An error says what is wrong with the line.
  std::optional<std::string> run(std::string_view line);

  // The journal so far, one line an entry: "12.500 warning link_down: ...".
  std::string journal() const { return journal_.text(); }

 private:
  using Words = std::vector<std::string_view>;

  void dns(std::string_view name, std::string_view answer);
  void healthy_set(int pods);
  void redis(int ordinal, const Words& change);
  void attach(int replica, int master);
  void detach(int replica);
  SimRedis& at(int ordinal);
  void start(std::string_view what);

  SimClock clock_;
  SimRandom random_{1};
  SimResolver resolver_{clock_};
  SimRedisPort redis_{clock_};
  SimFiles files_;
  SimAgents agents_{clock_};  // nobody tells anything
  SimJournal journal_{clock_};
  Settings settings_;
  std::unique_ptr<Init> init_;
  std::unique_ptr<Sidecar> sidecar_;
};

}  // namespace agent::test
