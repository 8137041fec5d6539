#include "sim/clock.h"

#include <algorithm>

namespace agent {

class SimClock::Event : public Timer {
 public:
  Event(std::weak_ptr<Queue> queue, Key key) : queue_(std::move(queue)), key_(key) {}
  ~Event() override {
    if (const auto queue = queue_.lock()) {
      queue->erase(key_);
    }
  }

 private:
  std::weak_ptr<Queue> queue_;
  Key key_;
};

WallTime SimClock::wall() const { return WallTime(whole_ms(now_.time_since_epoch()) + wall_offset_); }

SimClock::Key SimClock::add(Duration delay, std::function<void()> action) {
  const Key key{now_ + std::max(delay, Duration::zero()), ++made_};
  queue_->emplace(key, std::move(action));
  return key;
}

std::unique_ptr<Timer> SimClock::after(Duration delay, std::function<void()> action) {
  return std::make_unique<Event>(queue_, add(delay, std::move(action)));
}

void SimClock::post(Duration delay, std::function<void()> action) { add(delay, std::move(action)); }

bool SimClock::run_one(Instant end) {
  const auto next = queue_->begin();
  if (next == queue_->end() || next->first.first > end) {
    return false;
  }
  now_ = next->first.first;
  const auto action = std::move(next->second);
  queue_->erase(next);
  action();
  return true;
}

void SimClock::run_for(Duration span) {
  const Instant end = now_ + span;
  while (run_one(end)) {
  }
  now_ = end;
}

bool SimClock::run_until(const std::function<bool()>& done, Duration limit) {
  const Instant end = now_ + limit;
  while (!done()) {
    if (!run_one(end)) {
      now_ = end;
      return false;
    }
  }
  return true;
}

// splitmix64: tiny, and every seed gives another sequence.
std::uint64_t SimRandom::next_bits() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

double SimRandom::next() { return static_cast<double>(next_bits() >> 11U) * 0x1p-53; }

}  // namespace agent
