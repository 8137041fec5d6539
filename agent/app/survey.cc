#include "app/survey.h"

#include <utility>

namespace agent {

Survey::Survey(const World& world, const Settings& settings)
    : world_(world), watch_(world, settings, OwnRedis::by_dns, [this] { check(); }) {}

void Survey::start(Duration deadline, std::function<void(Observation)> done) {
  done_ = std::move(done);
  deadline_ = world_.clock.after(deadline, [this] { finish(); });
  watch_.poll();
}

void Survey::check() {
  if (done_ && watch_.is_complete()) {
    deadline_ = world_.clock.after(Duration::zero(), [this] { finish(); });
  }
}

void Survey::finish() {
  deadline_.reset();
  if (auto done = std::exchange(done_, nullptr)) {
    done(watch_.observe());
  }
}

}  // namespace agent
