#include "io/redis_connection.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/text.h"

namespace agent {

namespace {

RedisConnection* of(void* data) { return static_cast<RedisConnection*>(data); }

std::string text_of(const redisReply& reply) { return {reply.str, reply.len}; }

RedisReply converted(const redisReply& reply) {
  switch (reply.type) {
    case REDIS_REPLY_ERROR:
      return ReplyError{text_of(reply)};
    case REDIS_REPLY_INTEGER:
      return ReplyNumber{reply.integer};
    case REDIS_REPLY_NIL:
      return ReplyNil{};
    case REDIS_REPLY_ARRAY:
      break;
    default:
      return ReplyText{text_of(reply)};
  }
  ReplyItems items;
  for (std::size_t i = 0; i < reply.elements; ++i) {
    const auto& element = *reply.element[i];
    items.items.push_back(element.type == REDIS_REPLY_INTEGER ? std::to_string(element.integer)
                          : element.str == nullptr            ? std::string()
                                                              : text_of(element));
  }
  return items;
}

// A Redis that needs no password says so with an error; then there is nothing to refuse.
bool needs_no_password(std::string_view error) {
  return error.find("no password is set") != std::string_view::npos ||
         error.find("without any password configured") != std::string_view::npos;
}

LinkFailure connect_failure(const Endpoint& endpoint, const char* why) {
  const bool refused = std::strcmp(why, std::strerror(ECONNREFUSED)) == 0;
  return {refused ? Contact::refused : Contact::unreachable, cat("cannot connect to ", to_text(endpoint), ": ", why)};
}

}  // namespace

RedisConnection::RedisConnection(Loop& loop, Endpoint endpoint, std::shared_ptr<const bool> wanted)
    : loop_(loop), endpoint_(std::move(endpoint)), wanted_(std::move(wanted)), descriptor_(loop.context()) {}

RedisConnection::~RedisConnection() {
  if (context_ != nullptr) {  // the loop ended before the posted handler of fail() came
    failure_ = LinkFailure{Contact::closed, "ended"};
    redisAsyncFree(context_);
  }
}

void RedisConnection::connect() {
  if (const auto* local = std::get_if<UnixEndpoint>(&endpoint_)) {
    context_ = redisAsyncConnectUnix(local->path.c_str());
  } else {
    const auto& tcp = std::get<TcpEndpoint>(endpoint_);
    context_ = redisAsyncConnect(tcp.ip.text.c_str(), tcp.port);
  }
  if (context_ == nullptr) {
    fail(connect_failure(endpoint_, "out of memory"));
    return;
  }
  if (context_->err != 0) {
    auto* unattached = std::exchange(context_, nullptr);
    fail(connect_failure(endpoint_, unattached->errstr));
    redisAsyncFree(unattached);
    return;
  }
  attach();
}

void RedisConnection::attach() {
  descriptor_.assign(context_->c.fd);
  context_->data = this;
  context_->ev.data = this;
  context_->ev.addRead = [](void* data) { of(data)->want(Way::read, true); };
  context_->ev.delRead = [](void* data) { of(data)->want(Way::read, false); };
  context_->ev.addWrite = [](void* data) { of(data)->want(Way::write, true); };
  context_->ev.delWrite = [](void* data) { of(data)->want(Way::write, false); };
  context_->ev.cleanup = [](void* data) { of(data)->on_cleanup(); };
  redisAsyncSetConnectCallback(context_, [](const redisAsyncContext* context, int status) {
    of(context->data)->is_connected_ = status == REDIS_OK;
  });
}

void RedisConnection::want(Way way, bool wanted) {
  direction(way).wanted = wanted;
  if (wanted && !direction(way).armed) {
    arm(way);
  }
}

void RedisConnection::arm(Way way) {
  direction(way).armed = true;
  const auto event = way == Way::read ? descriptor_.wait_read : descriptor_.wait_write;
  descriptor_.async_wait(event, [weak = weak_from_this(), way](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (self && !error) {
      self->on_ready(way);
    }
  });
}

void RedisConnection::on_ready(Way way) {
  direction(way).armed = false;
  if (context_ == nullptr || !direction(way).wanted) {
    return;
  }
  way == Way::read ? redisAsyncHandleRead(context_) : redisAsyncHandleWrite(context_);
  if (context_ != nullptr && direction(way).wanted && !direction(way).armed) {
    arm(way);
  }
}

void RedisConnection::send(const RedisCommand& command, Done done) {
  pending_.push_back(std::move(done));
  if (context_ == nullptr) {
    loop_.post([self = shared_from_this()] { self->answer_failed(); });
    return;
  }
  std::vector<const char*> words;
  std::vector<std::size_t> lengths;
  for (const auto& word : command) {
    words.push_back(word.data());
    lengths.push_back(word.size());
  }
  redisAsyncCommandArgv(
      context_,
      [](redisAsyncContext* context, void* reply, void*) {
        of(context->data)->on_reply(static_cast<const redisReply*>(reply));
      },
      nullptr, static_cast<int>(words.size()), words.data(), lengths.data());
}

void RedisConnection::log_in(const std::optional<std::string>& user, const std::optional<std::string>& password) {
  if (password) {
    send(user ? RedisCommand{"AUTH", *user, *password} : RedisCommand{"AUTH", *password},
         [this](const RedisReply& reply) { on_login(reply); });
  }
  send({"CLIENT", "SETNAME", "redis-agent"}, [](const RedisReply&) {});
}

void RedisConnection::on_login(const RedisReply& reply) {
  const auto* error = std::get_if<ReplyError>(&reply);
  if (error != nullptr && !needs_no_password(error->text)) {
    refused_login_ = *error;
  }
}

void RedisConnection::on_reply(const redisReply* reply) {
  if (reply == nullptr || failure_) {
    return;  // the connection is ending; answer_failed() answers
  }
  const auto self = shared_from_this();
  const auto done = std::move(pending_.front());
  pending_.pop_front();
  if (!*wanted_) {
    return;
  }
  done(refused_login_ ? RedisReply(*refused_login_) : converted(*reply));
}

void RedisConnection::on_cleanup() {
  const std::string why = context_->errstr[0] == '\0' ? "closed" : context_->errstr;
  descriptor_.release();  // hiredis closes the descriptor itself
  context_ = nullptr;
  fail(is_connected_ ? LinkFailure{Contact::closed, cat(to_text(endpoint_), ": ", why)}
                     : connect_failure(endpoint_, why.c_str()));
}

void RedisConnection::fail(LinkFailure failure) {
  if (failure_) {
    return;
  }
  failure_ = std::move(failure);
  loop_.post([self = shared_from_this()] {
    if (auto* context = self->context_) {
      redisAsyncFree(context);
    }
    self->answer_failed();
  });
}

void RedisConnection::answer_failed() {
  for (auto unanswered = std::exchange(pending_, {}); const auto& done : unanswered) {
    if (*wanted_) {
      done(*failure_);
    }
  }
}

}  // namespace agent
