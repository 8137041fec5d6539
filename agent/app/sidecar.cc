#include "app/sidecar.h"

#include <utility>

#include "core/text.h"

namespace agent {

namespace {

// From the first view of a round to the tick that takes it in: long enough that the views of one round come together (a
// tick between two of them would see half a change), short enough that nobody waits for it.
constexpr Duration kSettle = std::chrono::milliseconds(20);

Level level_of(Health health) {
  switch (health) {
    case Health::healthy:
      return Level::info;
    case Health::down:
      return Level::error;
    default:
      return Level::warning;
  }
}

}  // namespace

Sidecar::Sidecar(const World& world, Journal& journal, const Settings& settings)
    : world_(world),
      journal_(journal),
      settings_(settings),
      watch_(world, settings, OwnRedis::local, [this] { wake(); }),
      started_(world.clock.wall()),
      own_since_(started_) {}

void Sidecar::start() {
  const auto& pod = settings_.pod;
  journal_.tell(Level::info, Reason::agent_started,
                cat("watching ", pod_name(pod.identity), ", the Redis at ", to_text(settings_.redis.local),
                    "; the set's master is ", is_first(pod) ? "this pod" : master_name(pod)));
  state_.since = world_.clock.now();
  poll();
  tick();
}

void Sidecar::poll() {
  next_poll_ = world_.clock.after(settings_.run.tick, [this] { poll(); });
  ++ticks_;
  wake();
  watch_.poll();
}

void Sidecar::wake() {
  if (!next_tick_) {
    next_tick_ = world_.clock.after(kSettle, [this] { tick(); });
  }
}

void Sidecar::tick() {
  next_tick_.reset();
  const auto observation = watch_.observe();
  auto next = step(settings_, std::move(state_), observation);
  for (const auto& tale : next.tales) {
    journal_.tell(level_of(tale.health), tale.reason, tale.sentence);
  }
  state_ = std::move(next.state);
  publish(observation, std::move(next));
}

void Sidecar::publish(const Observation& observation, Step step) {
  if (!snapshot_ || snapshot_->own.reason != step.own.reason) {
    own_since_ = world_.clock.wall();
  }
  const auto* self = self_of(observation);
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->at = observation.now;
  snapshot->wall = world_.clock.wall();
  snapshot->started = started_;
  snapshot->ticks = ticks_;
  snapshot->pod = pod_name(settings_.pod.identity);
  snapshot->own = std::move(step.own);
  snapshot->own_since = own_since_;
  snapshot->redis = self == nullptr ? std::nullopt : self->redis;
  snapshot->master_dns = observation.master_dns;
  snapshot->service_dns = observation.service_dns;
  snapshot->set = std::move(step.set);
  snapshot_ = std::move(snapshot);
}

}  // namespace agent
