// One look at the whole set under one deadline: what `status` prints, and what `init` asks before it lets an empty
// first pod become master. Each pod is asked itself; no agent need be there.
#pragma once

#include <functional>
#include <memory>

#include "app/set_watch.h"

namespace agent {

class Survey {
 public:
  Survey(const World& world, const Settings& settings);

  // Calls `done` once, never from within this call: when every pod answered, at the latest after `deadline`.
  void start(Duration deadline, std::function<void(Observation)> done);

 private:
  void check();
  void finish();

  World world_;
  SetWatch watch_;
  std::function<void(Observation)> done_;
  std::unique_ptr<Timer> deadline_;
};

}  // namespace agent
