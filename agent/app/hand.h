// Carries out one action at a time: commands to the own Redis, hard links of its files. It decides nothing; what must
// still hold is checked once more just before the first command is written.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/set_watch.h"
#include "core/guard.h"
#include "ports/files.h"

namespace agent {

class Hand {
 public:
  // `error` is the server's or the system's word for a refusal.
  using Done = std::function<void(Outcome outcome, const std::string& error)>;

  Hand(Clock& clock, Files& files, SetWatch& watch, const Settings& settings);

  // Calls `done` once, not from within this call, after --command-timeout at the latest.
  void carry_out(const Action& action, Done done);
  bool is_busy() const { return done_ != nullptr; }

 private:
  void keep_copy();
  void send(const Action& action);
  void on_reply(const RedisReply& reply);
  void finish(Outcome outcome, const std::string& error);
  void finish_later(Outcome outcome, std::string error);

  Clock& clock_;
  Files& files_;
  SetWatch& watch_;
  const Settings& settings_;
  Done done_;
  std::size_t commands_ = 0;    // of the action
  std::size_t unanswered_ = 0;  // of those
  std::uint64_t action_ = 0;    // counts up; an answer that comes after its action was given up is nobody's
  std::unique_ptr<Timer> timer_;
};

// Where keep_copy puts the hard links: one copy at most, the last one.
std::string copy_directory(const Settings& settings);

}  // namespace agent
