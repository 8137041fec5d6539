// The one thread's event loop, the real clock and real chance. Everything in io/ runs on it; it decides nothing and
// knows nobody. Asio itself stays behind context().
#pragma once

#include <functional>
#include <memory>

#include "ports/clock.h"

namespace boost::asio {
class io_context;
}

namespace agent {

class Loop : public Clock {
 public:
  Loop();
  ~Loop() override;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  Instant now() const override;
  WallTime wall() const override;
  [[nodiscard]] std::unique_ptr<Timer> after(Duration delay, std::function<void()> action) override;

  // Calls `action` soon, never from within this call.
  void post(std::function<void()> action);

  // Calls `action` with SIGTERM or SIGINT, each time one arrives; until then they end the process as ever.
  void on_signal(std::function<void(int)> action);

  // Runs until stop(), which may come from any callback.
  void run();
  void stop();

  boost::asio::io_context& context() { return *context_; }

 private:
  class Alarm;
  class Signals;
  std::unique_ptr<boost::asio::io_context> context_;
  std::unique_ptr<Signals> signals_;
};

class SystemRandom : public Random {
 public:
  double next() override;
};

}  // namespace agent
