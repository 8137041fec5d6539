// Where transitions are told, each with a why. Never a heartbeat, never a secret.
#pragma once

#include <string>

#include "core/reason.h"

namespace agent {

enum class Level { info, warning, error };

class Journal {
 public:
  virtual ~Journal() = default;
  virtual void tell(Level level, Reason reason, const std::string& sentence) = 0;
};

}  // namespace agent
