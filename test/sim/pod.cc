#include "sim/pod.h"

namespace agent {

SimAgent::SimAgent(const Surroundings& around, NodeId node, SimVolume& volume, const std::string& boot_id,
                   Settings settings)
    : settings_(std::move(settings)),
      clock_(around.clock, gate_),
      resolver_(around.clock, around.dns, gate_),
      redis_(around.net, node, gate_),
      files_(volume, around.ledger, boot_id),
      agents_(around.clock, around.net, node, gate_, around.published),
      journal_(around.tell),
      sidecar_(std::make_unique<Sidecar>(World{clock_, resolver_, redis_}, files_, agents_, journal_, settings_)) {
  sidecar_->start();
}

}  // namespace agent
