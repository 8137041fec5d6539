#include "io/redis_link.h"

#include <deque>
#include <optional>
#include <string_view>
#include <utility>

#include "core/text.h"
#include "io/redis_connection.h"

namespace agent {

namespace {

// A server that needs no password says so; that is no reason not to talk to it.
bool needs_no_password(std::string_view error) {
  return error.find("without any password configured") != error.npos || error.find("no password is set") != error.npos;
}

// What a server says to nobody's command before it closes.
bool is_farewell(std::string_view error) {
  return error.starts_with("ERR max number of clients") || error.starts_with("DENIED ");
}

class HiredisLink : public RedisLink {
 public:
  HiredisLink(Loop& loop, Files& files, Endpoint endpoint, Credentials credentials)
      : loop_(loop), files_(files), endpoint_(std::move(endpoint)), credentials_(std::move(credentials)) {}

  void send(RedisCommand command, std::function<void(RedisReply)> done) override {
    pending_.push_back({std::move(command), std::move(done)});
    if (logged_in_) {
      expect(&HiredisLink::on_answer, pending_.back().command);
    } else if (!connection_) {
      connect();
    }
  }

  void on_idle_close(std::function<void()> action) override { on_idle_close_ = std::move(action); }

  void reset() override {
    hang_up();
    loop_.post([this, weak = std::weak_ptr(alive_), unanswered = std::exchange(pending_, {})] {
      if (!weak.expired()) {
        fail(unanswered, LinkFailure{Contact::closed, to_text(endpoint_) + ": closed by this agent"});
      }
    });
  }

  std::uint64_t connection() const override { return opened_; }
  bool is_connected() const override { return connection_ && connection_->is_connected(); }

 private:
  struct Pending {
    RedisCommand command;
    std::function<void(RedisReply)> done;
  };
  using Handler = void (HiredisLink::*)(RedisReply);

  void connect() {
    connection_ = std::make_unique<RedisConnection>(
        loop_, endpoint_,
        RedisConnection::Events{.connected = [this] { on_connected(); },
                                .replied = [this](RedisReply reply) { on_reply(std::move(reply)); },
                                .ended = [this](LinkFailure failure) { end_with(std::move(failure)); }});
  }

  void expect(Handler handler, const RedisCommand& command) {
    expected_.push_back(handler);
    connection_->send(command);
  }

  void on_connected() {
    ++opened_;
    const auto password = read_password();
    if (!password && !credentials_.user) {
      talk();
      return;
    }
    RedisCommand auth{"AUTH"};
    if (credentials_.user) {
      auth.push_back(*credentials_.user);
    }
    auth.push_back(password.value_or(""));
    expect(&HiredisLink::on_auth, auth);
  }

  // Nothing runs before AUTH is answered, so that no command runs as somebody else.
  void on_auth(RedisReply reply) {
    const auto* error = std::get_if<ReplyError>(&reply);
    if (error == nullptr || needs_no_password(error->text)) {
      talk();
    } else {
      end_with(*error);  // the next send connects anew, with the password as it is then
    }
  }

  void talk() {
    logged_in_ = true;
    expect(&HiredisLink::ignore, {"CLIENT", "SETNAME", "redis-agent"});
    for (const auto& waiting : pending_) {
      expect(&HiredisLink::on_answer, waiting.command);
    }
  }

  void on_reply(RedisReply reply) {
    const auto handler = expected_.front();
    expected_.pop_front();
    const auto* error = std::get_if<ReplyError>(&reply);
    if (error != nullptr && !std::exchange(greeted_, true) && is_farewell(error->text)) {
      end_with(LinkFailure{Contact::closed, cat(to_text(endpoint_), ": ", error->text)});
      return;
    }
    greeted_ = true;
    (this->*handler)(std::move(reply));
  }

  void on_answer(RedisReply reply) {
    auto* error = std::get_if<ReplyError>(&reply);
    if (error != nullptr && !password_problem_.empty() && error->text.starts_with("NOAUTH")) {
      error->text += " (" + password_problem_ + ")";
    }
    const auto done = std::move(pending_.front().done);
    pending_.pop_front();
    done(std::move(reply));  // may destroy this
  }

  void ignore(RedisReply) {}  // NOLINT(performance-unnecessary-value-param): one Handler for all

  std::optional<std::string> read_password() {
    password_problem_.clear();
    if (!credentials_.password.file) {
      return credentials_.password.value;
    }
    auto text = files_.read(*credentials_.password.file);
    if (!text) {
      password_problem_ = text.error().what;
      return std::nullopt;
    }
    return std::string(trim_line_ends(*text));
  }

  void hang_up() {
    connection_.reset();
    expected_.clear();
    logged_in_ = greeted_ = false;
  }

  void end_with(const RedisReply& reply) {
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): `reply` may be the connection's, which ends here
    const auto copy = reply;
    hang_up();
    if (pending_.empty() && on_idle_close_) {
      on_idle_close_();
      return;
    }
    fail(std::exchange(pending_, {}), copy);
  }

  // A callback may send again, or destroy this; then nobody else is called.
  void fail(const std::deque<Pending>& failed, const RedisReply& reply) {
    const auto weak = std::weak_ptr(alive_);
    for (const auto& pending : failed) {
      pending.done(reply);
      if (weak.expired()) {
        return;
      }
    }
  }

  Loop& loop_;
  Files& files_;
  Endpoint endpoint_;
  Credentials credentials_;
  std::function<void()> on_idle_close_;
  std::uint64_t opened_ = 0;
  std::unique_ptr<RedisConnection> connection_;
  bool logged_in_ = false;
  bool greeted_ = false;          // the server has answered something on this connection
  std::string password_problem_;  // why the password file could not be read
  std::deque<Pending> pending_;   // without an answer, in the order of sending
  std::deque<Handler> expected_;  // who takes the next reply
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace

std::unique_ptr<RedisLink> HiredisPort::open(const Endpoint& endpoint, const Credentials& credentials) {
  return std::make_unique<HiredisLink>(loop_, files_, endpoint, credentials);
}

}  // namespace agent
