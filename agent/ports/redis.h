// What app needs of a Redis: a connection on which commands are answered in order. Deadlines are the caller's:
// an unanswered command is silence, and silence is the caller's to judge.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/address.h"
#include "core/settings.h"
#include "core/views.h"

namespace agent {

using RedisCommand = std::vector<std::string>;

struct ReplyText {
  std::string text;
};  // a status or a bulk string
struct ReplyNumber {
  std::int64_t value;
};
struct ReplyNil {};
struct ReplyError {
  std::string text;
};  // the server's words: "NOAUTH Authentication required."
struct ReplyItems {
  std::vector<std::string> items;
};  // a flat array, every element as text
// There was no answer: the connection failed (refused, unreachable, closed) and why, in the system's words.
struct LinkFailure {
  Contact contact;
  std::string why;
};
using RedisReply = std::variant<ReplyText, ReplyNumber, ReplyNil, ReplyError, ReplyItems, LinkFailure>;

// One connection, opened by the first send. After a failure the next send opens a new one.
class RedisLink {
 public:
  RedisLink() = default;
  RedisLink(const RedisLink&) = delete;
  RedisLink& operator=(const RedisLink&) = delete;
  // Closes it; callbacks not yet called are never called.
  virtual ~RedisLink() = default;

  // `done` is called once with the reply or a LinkFailure, never from within this call, in the order of sending; not
  // before the server answers, however long that takes. A refused AUTH answers every command with that ReplyError.
  virtual void send(RedisCommand command, std::function<void(RedisReply)> done) = 0;

  // Called when the connection ends while nothing is unanswered: the server stopped, or closed an idle client. Not for
  // reset().
  virtual void on_idle_close(std::function<void()> action) = 0;

  // Closes the connection: every unanswered command gets LinkFailure{closed}. The next send opens a new one.
  virtual void reset() = 0;

  // Counts up with each connection opened; 0 before the first.
  virtual std::uint64_t connection() const = 0;

  // Whether that connection is established: silence before is the network's, silence after is the server's.
  virtual bool is_connected() const = 0;
};

struct Credentials {
  std::optional<std::string> user;
  SecretSource password;  // read again at each connect
};

class RedisPort {
 public:
  virtual ~RedisPort() = default;
  [[nodiscard]] virtual std::unique_ptr<RedisLink> open(const Endpoint& endpoint, const Credentials& credentials) = 0;
};

}  // namespace agent
