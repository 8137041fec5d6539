// Time in a test's hand: it stands still but for run_*(), which calls what is due in order. Also the loop on which the
// other fakes deliver. Not a scheduler of threads: there is one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "ports/clock.h"

namespace agent {

class SimClock : public Clock {
 public:
  Instant now() const override { return now_; }
  WallTime wall() const override;
  [[nodiscard]] std::unique_ptr<Timer> after(Duration delay, std::function<void()> action) override;

  // An event that nobody holds or cancels; the fakes use it. Events of one instant come in the order they were made.
  void post(Duration delay, std::function<void()> action);

  // Calls everything due within `span` and leaves the clock at its end.
  void run_for(Duration span);
  // Runs until `done` holds after some event, at most for `limit`. False: the limit has passed.
  [[nodiscard]] bool run_until(const std::function<bool()>& done, Duration limit);
  // Calls the one event that is next, if it is due before `end`.
  bool run_one(Instant end);

  // The wall clock may jump; the instants must not care.
  void set_wall(WallTime wall) { wall_offset_ = wall.time_since_epoch() - whole_ms(now_.time_since_epoch()); }

 private:
  class Event;
  using Key = std::pair<Instant, std::uint64_t>;
  using Queue = std::map<Key, std::function<void()>>;

  static std::chrono::milliseconds whole_ms(Duration span) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(span);
  }
  Key add(Duration delay, std::function<void()> action);

  std::shared_ptr<Queue> queue_ = std::make_shared<Queue>();  // shared: a Timer may outlive the clock
  std::uint64_t made_ = 0;
  Instant now_{std::chrono::hours(1)};                                // not 0: nothing may mistake 0 for "never"
  std::chrono::milliseconds wall_offset_{std::chrono::days(20'000)};  // some day in 2024
};

// The same numbers from the same seed.
class SimRandom : public Random {
 public:
  explicit SimRandom(std::uint64_t seed) : state_(seed) {}
  double next() override;
  std::uint64_t next_bits();

 private:
  std::uint64_t state_;
};

}  // namespace agent
