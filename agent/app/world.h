// The ports that the sidecar and the survey run on, handed around together. They outlive everything in app/.
#pragma once

#include "ports/clock.h"
#include "ports/redis.h"
#include "ports/resolver.h"

namespace agent {

struct World {
  Clock& clock;
  Resolver& resolver;
  RedisPort& redis;
};

}  // namespace agent
