#include "sim/redis_link.h"

#include "core/text.h"

namespace agent {

namespace {
constexpr Duration kLastTry = std::chrono::seconds(64);

// The server that needs no password says so; that is no reason not to talk to it.
bool needs_no_password(const std::string& error) {
  return error.find("without any password configured") != std::string::npos ||
         error.find("no password is set") != std::string::npos;
}

LinkFailure failure(Contact contact, const Endpoint& endpoint, std::string_view words) {
  return {contact, cat("cannot connect to ", to_text(endpoint), ": ", words)};
}
}  // namespace

SimRedisLink::SimRedisLink(SimRedisPort& port, std::shared_ptr<SimRedisHost> host, Endpoint endpoint,
                           Credentials credentials)
    : port_(port), host_(std::move(host)), endpoint_(std::move(endpoint)), credentials_(std::move(credentials)) {}

SimRedisLink::~SimRedisLink() { hang_up(); }

// An event of this link; it does not happen once the link is gone.
void SimRedisLink::post(Duration delay, std::function<void()> action) {
  port_.clock_.post(delay, [alive = std::weak_ptr(alive_), action = std::move(action)] {
    if (!alive.expired()) {
      action();
    }
  });
}

void SimRedisLink::send(RedisCommand command, std::function<void(RedisReply)> done) {
  pending_.push_back({std::move(command), std::move(done)});
  if (ready_) {
    transmit(pending_.back().command, &SimRedisLink::answered);
  } else if (!wire_ && !connecting_) {
    connect();
  }
}

void SimRedisLink::connect() {
  connecting_ = true;
  attempt_ = std::make_shared<bool>(true);
  post(2 * port_.latency_, [this, attempt = std::weak_ptr(attempt_)] {
    if (!attempt.expired()) {
      knock(std::chrono::seconds(1));
    }
  });
}

// The first packet arrives, or is sent again after 1, 2, 4 ... s, as Linux does, until 127 s have passed.
void SimRedisLink::knock(Duration next_try) {
  using Process = SimRedisHost::Process;
  if (host_->cut && next_try <= kLastTry) {
    post(next_try, [this, next_try, attempt = std::weak_ptr(attempt_)] {
      if (!attempt.expired()) {
        knock(2 * next_try);
      }
    });
    return;
  }
  connecting_ = false;
  if (host_->cut) {
    end_with(failure(Contact::unreachable, endpoint_, "Connection timed out"));
  } else if (host_->process == Process::never_started && std::holds_alternative<UnixEndpoint>(endpoint_)) {
    end_with(failure(Contact::unreachable, endpoint_, "No such file or directory"));
  } else if (host_->process == Process::running || host_->process == Process::frozen) {
    connected();
  } else {
    end_with(failure(Contact::refused, endpoint_, "Connection refused"));
  }
}

void SimRedisLink::connected() {
  ++opened_;
  wire_ = std::make_shared<SimRedisWire>();
  wire_->on_reply = [this](const RedisReply& reply) {
    const auto handler = expected_.front();
    expected_.pop_front();
    (this->*handler)(reply);
  };
  wire_->on_close = [this](const std::string& why) {
    end_with(LinkFailure{Contact::closed, cat(to_text(endpoint_), ": ", why)});
  };
  host_->wires.push_back(wire_);
  port_.serve(*host_);
  log_in();
}

void SimRedisLink::transmit(RedisCommand command, Handler on_reply) {
  expected_.push_back(on_reply);
  port_.arrive(host_, wire_, std::move(command));
}

void SimRedisLink::log_in() {
  const auto password = read_password();
  if (!password && !credentials_.user) {
    ready();
    return;
  }
  RedisCommand auth{"AUTH"};
  if (credentials_.user) {
    auth.push_back(*credentials_.user);
  }
  auth.push_back(password.value_or(""));
  transmit(std::move(auth), &SimRedisLink::logged_in);
}

std::optional<std::string> SimRedisLink::read_password() {
  const auto& secret = credentials_.password;
  password_problem_.clear();
  if (!secret.file || port_.files_ == nullptr) {
    return secret.value;
  }
  auto text = port_.files_->read(*secret.file);
  if (!text) {
    password_problem_ = text.error().what;
    return std::nullopt;
  }
  return std::string(trim_line_ends(*text));
}

void SimRedisLink::logged_in(const RedisReply& reply) {
  const auto* error = std::get_if<ReplyError>(&reply);
  if (error == nullptr || needs_no_password(error->text)) {
    ready();
    return;
  }
  end_with(*error);  // the next send reads the password anew
}

void SimRedisLink::ready() {
  ready_ = true;
  transmit({"CLIENT", "SETNAME", "redis-agent"}, &SimRedisLink::ignored);
  for (const auto& waiting : pending_) {
    transmit(waiting.command, &SimRedisLink::answered);
  }
}

void SimRedisLink::answered(const RedisReply& reply) {
  const auto done = std::move(pending_.front().done);
  pending_.pop_front();
  const auto* error = std::get_if<ReplyError>(&reply);
  if (error != nullptr && !password_problem_.empty() && error->text.starts_with("NOAUTH")) {
    done(ReplyError{cat(error->text, " (", password_problem_, ")")});
  } else {
    done(reply);  // may destroy this
  }
}

void SimRedisLink::reset() {
  hang_up();
  post(Duration::zero(), [this, unanswered = std::exchange(pending_, {})] {
    fail(unanswered, LinkFailure{Contact::closed, cat(to_text(endpoint_), ": closed by this agent")});
  });
}

void SimRedisLink::hang_up() {
  if (wire_) {
    wire_->open = false;
    wire_->on_reply = nullptr;
    wire_->on_close = nullptr;
  }
  wire_.reset();
  attempt_.reset();
  connecting_ = false;
  ready_ = false;
  expected_.clear();
}

void SimRedisLink::end_with(const RedisReply& reply) {
  hang_up();
  if (pending_.empty() && on_idle_close_) {
    on_idle_close_();
    return;
  }
  fail(std::exchange(pending_, {}), reply);
}

// A callback may send again, or destroy this link; then nobody else is called.
void SimRedisLink::fail(const std::deque<Pending>& failed, const RedisReply& reply) {
  const auto alive = std::weak_ptr(alive_);
  for (const auto& pending : failed) {
    pending.done(reply);
    if (alive.expired()) {
      return;
    }
  }
}

}  // namespace agent
