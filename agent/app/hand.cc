#include "app/hand.h"

#include <utility>

#include "core/text.h"

namespace agent {

Hand::Hand(Clock& clock, Files& files, SetWatch& watch, const Settings& settings)
    : clock_(clock), files_(files), watch_(watch), settings_(settings) {}

std::string copy_directory(const Settings& settings) {
  return cat(settings.data_dir.value_or("/data"), "/.redis-agent/kept");
}

void Hand::carry_out(const Action& action, Done done) {
  done_ = std::move(done);
  ++action_;
  if (action.deed == Deed::keep_copy) {
    keep_copy();
  } else if (clock_.now() > action.not_after) {
    finish_later(Outcome::not_done, "too late");
  } else {
    send(action);
  }
}

void Hand::keep_copy() {
  const auto kept = files_.keep_data(*settings_.data_dir, copy_directory(settings_));
  finish_later(kept ? Outcome::done : Outcome::refused, kept ? "" : kept.error().what);
}

void Hand::send(const Action& action) {
  const auto commands = commands_of(action);
  commands_ = unanswered_ = commands.size();
  for (const auto& command : commands) {
    const auto on_answer = [this, number = action_](const RedisReply& reply) {
      if (number == action_ && done_) {
        on_reply(reply);
      }
    };
    if (!watch_.send_to_own(action.connection, command, on_answer)) {
      finish_later(Outcome::not_done, "the connection to Redis has ended");
      return;
    }
  }
  timer_ = clock_.after(settings_.redis.command_timeout, [this] { finish(Outcome::unknown, "no answer in time"); });
}

// The first command is the deed itself; what follows it is best effort.
void Hand::on_reply(const RedisReply& reply) {
  const bool is_first = unanswered_ == commands_;
  --unanswered_;
  if (const auto* failure = std::get_if<LinkFailure>(&reply)) {
    finish(Outcome::unknown, failure->why);
  } else if (const auto* error = std::get_if<ReplyError>(&reply); error != nullptr && is_first) {
    finish(Outcome::refused, error->text);
  } else if (unanswered_ == 0) {
    finish(Outcome::done, {});
  }
}

void Hand::finish_later(Outcome outcome, std::string error) {
  timer_ = clock_.after(Duration::zero(), [this, outcome, error = std::move(error)] { finish(outcome, error); });
}

void Hand::finish(Outcome outcome, const std::string& error) {
  const auto timer = std::exchange(timer_, nullptr);  // what is running now may own `error`
  if (const auto done = std::exchange(done_, nullptr)) {
    done(outcome, error);
  }
}

}  // namespace agent
