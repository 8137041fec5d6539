// What app needs of the other pods' agents: what each publishes of its data. They are read, never told anything.
#pragma once

#include <functional>
#include <optional>

#include "core/address.h"
#include "core/lineage.h"
#include "core/time.h"

namespace agent {

class Agents {
 public:
  virtual ~Agents() = default;
  // Reads /v1/status of the agent at `ip`, on the port of --http. Calls `done` exactly once, not from within this call,
  // at the latest after `timeout`, unless the Agents is destroyed first; with nothing where there is no agent, no
  // answer, or an answer without "data" (an older agent).
  virtual void ask(const IpAddress& ip, Duration timeout, std::function<void(std::optional<Published>)> done) = 0;
};

}  // namespace agent
