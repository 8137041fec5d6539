#include "io/redis_connection.h"

#include <hiredis/async.h>
#include <hiredis/hiredis.h>
#include <sys/un.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstring>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>

#include "core/text.h"

namespace agent {

namespace {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

// Nested arrays (ROLE) become one flat list.
void flatten(const redisReply& reply, std::vector<std::string>& out) {
  switch (reply.type) {
    case REDIS_REPLY_ARRAY:
      for (std::size_t i = 0; i < reply.elements; ++i) {
        flatten(*reply.element[i], out);
      }
      break;
    case REDIS_REPLY_INTEGER:
      out.push_back(std::to_string(reply.integer));
      break;
    case REDIS_REPLY_NIL:
      out.emplace_back();
      break;
    default:
      out.emplace_back(reply.str, static_cast<std::size_t>(reply.len));
  }
}

RedisReply to_reply(const redisReply& reply) {
  switch (reply.type) {
    case REDIS_REPLY_ARRAY: {
      ReplyItems list;
      flatten(reply, list.items);
      return list;
    }
    case REDIS_REPLY_INTEGER:
      return ReplyNumber{reply.integer};
    case REDIS_REPLY_NIL:
      return ReplyNil{};
    case REDIS_REPLY_ERROR:
      return ReplyError{std::string(reply.str, static_cast<std::size_t>(reply.len))};
    default:
      return ReplyText{std::string(reply.str, static_cast<std::size_t>(reply.len))};
  }
}

redisAsyncContext* begin_connect(const Endpoint& endpoint) {
  if (const auto* local = std::get_if<UnixEndpoint>(&endpoint)) {
    return redisAsyncConnectUnix(local->path.c_str());
  }
  const auto& tcp = std::get<TcpEndpoint>(endpoint);
  return redisAsyncConnect(tcp.ip.text.c_str(), tcp.port);
}

// hiredis 0.14 would cut it off and talk to another socket.
bool is_too_long(const Endpoint& endpoint) {
  const auto* local = std::get_if<UnixEndpoint>(&endpoint);
  return local != nullptr && local->path.size() >= sizeof(sockaddr_un::sun_path);
}

// hiredis keeps no error number, but its text ends with the system's words.
bool is_refusal(std::string_view words) { return words.ends_with(std::strerror(ECONNREFUSED)); }

}  // namespace

// hiredis calls back from within redisAsyncHandle*(), where little may be done to its context (freeing it in the
// connect callback crashes 0.14). So its callbacks only note, and hand_out() tells the owner when hiredis has returned.
// Asio's handlers hold a weak pointer, as they may run after the end.
class RedisConnection::Context : public std::enable_shared_from_this<Context> {
 public:
  Context(Loop& loop, Endpoint endpoint, Events events)
      : loop_(loop), endpoint_(std::move(endpoint)), events_(std::move(events)), descriptor_(loop.context()) {}

  void open() {
    if (is_too_long(endpoint_)) {
      note_end(std::strerror(ENAMETOOLONG));
    } else if (hiredis_ = begin_connect(endpoint_); hiredis_ == nullptr || hiredis_->err != 0) {
      note_end(hiredis_ == nullptr ? "out of memory" : hiredis_->c.errstr);
    } else {
      attach();
      return;
    }
    close();
    loop_.post([weak = weak_from_this()] {
      if (const auto self = weak.lock()) {
        self->hand_out();
      }
    });
  }

  // The owner wants to hear nothing more.
  void forget() {
    forgotten_ = true;
    close();
  }

  void send(const RedisCommand& command) {
    std::vector<const char*> words;
    std::vector<std::size_t> sizes;
    for (const auto& word : command) {
      words.push_back(word.data());
      sizes.push_back(word.size());
    }
    if (hiredis_ != nullptr) {
      redisAsyncCommandArgv(hiredis_, &Context::on_reply, nullptr, static_cast<int>(words.size()), words.data(),
                            sizes.data());
    }
  }

  bool is_connected() const { return connected_ && hiredis_ != nullptr; }

 private:
  enum Way { in, out };
  // What hiredis wants to know of its descriptor, and what Asio has been asked.
  struct Interest {
    bool wanted = false;
    bool awaited = false;
  };

  static Context& of(const redisAsyncContext* hiredis) { return *static_cast<Context*>(hiredis->data); }
  static Context& of(void* self) { return *static_cast<Context*>(self); }

  void attach() {
    descriptor_.assign(hiredis_->c.fd);
    hiredis_->data = this;
    hiredis_->ev.data = this;
    hiredis_->ev.addRead = [](void* self) { of(self).want(in); };
    hiredis_->ev.delRead = [](void* self) { of(self).interests_[in].wanted = false; };
    hiredis_->ev.addWrite = [](void* self) { of(self).want(out); };
    hiredis_->ev.delWrite = [](void* self) { of(self).interests_[out].wanted = false; };
    hiredis_->ev.cleanup = [](void* self) { of(self).let_go(); };
    redisAsyncSetConnectCallback(hiredis_, &Context::on_connect);
    redisAsyncSetDisconnectCallback(hiredis_, &Context::on_disconnect);
  }

  // hiredis is about to close the descriptor and to free its context, or we are about to tell it to.
  void let_go() {
    if (descriptor_.is_open()) {
      descriptor_.release();
    }
    hiredis_ = nullptr;
  }

  void close() {
    if (auto* const open = hiredis_) {
      let_go();
      redisAsyncFree(open);
    }
  }

  void want(Way way) {
    auto& interest = interests_[way];
    interest.wanted = true;
    if (std::exchange(interest.awaited, true)) {
      return;
    }
    descriptor_.async_wait(way == in ? Descriptor::wait_read : Descriptor::wait_write,
                           [weak = weak_from_this(), way](const boost::system::error_code& error) {
                             if (const auto self = weak.lock(); self && error != asio::error::operation_aborted) {
                               self->ready(way);
                             }
                           });
  }

  void ready(Way way) {
    interests_[way].awaited = false;
    if (hiredis_ != nullptr && interests_[way].wanted) {
      way == in ? redisAsyncHandleRead(hiredis_) : write();
    }
    if (hiredis_ != nullptr && interests_[way].wanted) {
      want(way);
    }
    hand_out();
  }

  // Reads first: a server that closes the door says why, and a failing write would hide it.
  void write() {
    if (connected_) {
      redisAsyncHandleRead(hiredis_);
    }
    if (hiredis_ != nullptr) {
      redisAsyncHandleWrite(hiredis_);
    }
  }

  static void on_connect(const redisAsyncContext* hiredis, int status) {
    if (status == REDIS_OK) {
      of(hiredis).connected_ = of(hiredis).just_connected_ = true;
    } else {
      of(hiredis).note_end(hiredis->c.errstr);  // hiredis frees its context after this
    }
  }

  static void on_reply(redisAsyncContext* hiredis, void* reply, void* /*unused*/) {
    if (reply != nullptr) {
      of(hiredis).replies_.push_back(to_reply(*static_cast<const redisReply*>(reply)));
    } else {
      of(hiredis).note_end(hiredis->c.errstr);
    }
  }

  static void on_disconnect(const redisAsyncContext* hiredis, int /*status*/) {
    of(hiredis).note_end(hiredis->c.errstr);
  }

  void note_end(std::string_view words) {
    if (!end_) {
      const auto before = is_refusal(words) ? Contact::refused : Contact::unreachable;
      end_ = LinkFailure{connected_ ? Contact::closed : before,
                         cat(connected_ ? "" : "cannot connect to ", to_text(endpoint_), ": ", words)};
    }
  }

  void hand_out() {
    const auto alive = shared_from_this();  // an event may destroy the owner's hold on this
    if (std::exchange(just_connected_, false) && !forgotten_) {
      events_.connected();
    }
    while (!replies_.empty() && !forgotten_) {
      auto reply = std::move(replies_.front());
      replies_.pop_front();
      events_.replied(std::move(reply));
    }
    if (end_ && !forgotten_) {
      forgotten_ = true;
      events_.ended(*end_);
    }
  }

  Loop& loop_;
  Endpoint endpoint_;
  Events events_;
  Descriptor descriptor_;
  redisAsyncContext* hiredis_ = nullptr;
  std::array<Interest, 2> interests_;
  std::deque<RedisReply> replies_;
  std::optional<LinkFailure> end_;
  bool connected_ = false;
  bool just_connected_ = false;
  bool forgotten_ = false;
};

RedisConnection::RedisConnection(Loop& loop, const Endpoint& endpoint, Events events)
    : context_(std::make_shared<Context>(loop, endpoint, std::move(events))) {
  context_->open();
}

RedisConnection::~RedisConnection() { context_->forget(); }

void RedisConnection::send(const RedisCommand& command) { context_->send(command); }

bool RedisConnection::is_connected() const { return context_->is_connected(); }

}  // namespace agent
