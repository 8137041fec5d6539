#include <unistd.h>

#include <memory>

#include "app/survey.h"
#include "cli/version.h"
#include "core/set_status.h"
#include "io/files.h"
#include "io/loop.h"
#include "io/redis_link.h"
#include "io/resolver.h"
#include "show/json.h"
#include "show/table.h"
#include "wire/wire.h"

namespace agent {

namespace {

constexpr const char* kClearScreen = "\x1b[H\x1b[2J\x1b[3J";

bool is_terminal() { return isatty(STDOUT_FILENO) == 1; }

bool wants_color(Color color) { return color == Color::always || (color == Color::automatic && is_terminal()); }

// One look after the other, each printed; the exit code is that of the last one.
class Looking {
 public:
  Looking(Loop& loop, const World& world, const Settings& settings) : loop_(loop), world_(world), settings_(settings) {}

  void look() {
    survey_ = std::make_unique<Survey>(world_, settings_);
    survey_->start(settings_.deadline, [this](const Observation& seen) { show(seen); });
  }

  int exit_code() const { return exit_code_; }

 private:
  void show(const Observation& seen) {
    const auto set = judge_set(settings_, seen);
    exit_code_ = print(text_of(set, seen.now)) ? static_cast<int>(set.health) : kCouldNot;
    if (!settings_.watch || exit_code_ == kCouldNot) {
      loop_.stop();
      return;
    }
    next_ = world_.clock.after(*settings_.watch, [this] { look(); });
  }

  std::string text_of(const SetStatus& set, Instant now) const {
    switch (settings_.output) {
      case OutputFormat::json:
        return to_json(set_document(set, now, world_.clock.wall(), version()));
      case OutputFormat::yaml:
        return "---\n" + to_yaml(set_document(set, now, world_.clock.wall(), version()));
      default:
        break;
    }
    auto table =
        status_table(set, {.wide = settings_.output == OutputFormat::wide, .color = wants_color(settings_.color)});
    if (!settings_.watch) {
      return table;
    }
    return is_terminal() ? kClearScreen + table : table + '\n';
  }

  Loop& loop_;
  World world_;
  const Settings& settings_;
  int exit_code_ = kCouldNot;
  std::unique_ptr<Survey> survey_;
  std::unique_ptr<Timer> next_;
};

}  // namespace

int run_status(const Settings& settings) {
  Loop loop;
  RealFiles files;
  DnsResolver resolver(loop, settings.dns);
  HiredisPort redis(loop, files);
  int signal = 0;
  loop.on_signal([&](int number) {
    signal = number;
    loop.stop();
  });
  Looking looking(loop, {loop, resolver, redis}, settings);
  looking.look();
  loop.run();
  return signal == 0 ? looking.exit_code() : kBySignal + signal;
}

}  // namespace agent
