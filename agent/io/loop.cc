#include "io/loop.h"

#include <sys/random.h>
#include <time.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdint>
#include <utility>

namespace agent {

namespace asio = boost::asio;

// The handler of a timer that has already fired waits in a queue where cancel() does not reach it, so it asks whether
// the Alarm still lives.
class Loop::Alarm : public Timer {
 public:
  Alarm(asio::io_context& context, Duration delay, std::function<void()> action)
      : state_(std::make_shared<State>(asio::steady_timer(context, delay), std::move(action))) {
    state_->timer.async_wait([state = std::weak_ptr(state_)](const boost::system::error_code& error) {
      if (const auto alive = state.lock(); alive && !error) {
        std::exchange(alive->action, nullptr)();
      }
    });
  }

 private:
  struct State {
    State(asio::steady_timer t, std::function<void()> a) : timer(std::move(t)), action(std::move(a)) {}
    asio::steady_timer timer;
    std::function<void()> action;
  };
  std::shared_ptr<State> state_;
};

class Loop::Signals {
 public:
  explicit Signals(asio::io_context& context) : set_(context, SIGTERM, SIGINT) { wait(); }
  std::function<void(int)> action;

 private:
  void wait() {
    set_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (!error) {
        wait();
        action(signal);
      }
    });
  }
  asio::signal_set set_;
};

// One thread runs it: the hint spares Asio the waking of others. hiredis writes without MSG_NOSIGNAL, so a peer that
// went away must not end the agent by SIGPIPE.
Loop::Loop() : context_(std::make_unique<asio::io_context>(1)) { std::signal(SIGPIPE, SIG_IGN); }

Loop::~Loop() = default;

Instant Loop::now() const {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return Instant(std::chrono::seconds(time.tv_sec) +
                 std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(time.tv_nsec)));
}

WallTime Loop::wall() const { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

std::unique_ptr<Timer> Loop::after(Duration delay, std::function<void()> action) {
  return std::make_unique<Alarm>(*context_, delay, std::move(action));
}

void Loop::post(std::function<void()> action) { asio::post(*context_, std::move(action)); }

void Loop::on_signal(std::function<void(int)> action) {
  if (!signals_) {
    signals_ = std::make_unique<Signals>(*context_);
  }
  signals_->action = std::move(action);
}

void Loop::run() {
  {
    const auto until_stopped = asio::make_work_guard(*context_);
    context_->run();
  }
  context_->restart();  // afterwards, so that a stop() before run() counts
}

void Loop::stop() { context_->stop(); }

double SystemRandom::next() {
  std::uint64_t bits = 0;
  if (getrandom(&bits, sizeof bits, 0) != sizeof bits) {
    return 0.0;  // only jitter depends on it
  }
  return static_cast<double>(bits >> 11U) * 0x1p-53;
}

}  // namespace agent
