#include "io/http_server.h"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <vector>

#include "io/http_session.h"
#include "io/listen.h"
#include "io/loop.h"

namespace agent {

namespace asio = boost::asio;
using Error = boost::system::error_code;

namespace {

constexpr Duration kSweep = std::chrono::milliseconds(250);
constexpr Duration kAcceptPause = std::chrono::milliseconds(50);

}  // namespace

class HttpServer::Impl {
 public:
  Impl(Loop& loop, Handler handler, const HttpLimits& limits)
      : shared_{.loop = loop,
                .handler = std::move(handler),
                .limits = limits,
                .counters = {},
                .sessions = {},
                .is_stopping = false,
                .on_last = {},
                .date = {}},
        sweep_every_(std::min({kSweep, limits.request / 4, limits.idle / 4, limits.parting / 4})) {}

  ~Impl() {
    shared_.on_last = {};
    close_all();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::expected<Endpoint, std::string> listen(const Endpoint& endpoint) {
    auto opened = open_listening(shared_.loop.context(), endpoint);
    if (!opened) {
      return std::unexpected(opened.error());
    }
    doors_.push_back(std::make_shared<Door>(std::move(*opened)));
    watch(doors_.back());
    return doors_.back()->listening.endpoint;
  }

  void stop(std::function<void()> done);

  const HttpCounters& counters() const { return shared_.counters; }

 private:
  struct Door {
    explicit Door(Listening opened) : listening(std::move(opened)) {}
    Listening listening;
    Error error;  // of the last accept()
    std::unique_ptr<Timer> pause;
  };

  void watch(const std::shared_ptr<Door>& door);
  void accept(Door& door);
  void pause_or_watch(const std::shared_ptr<Door>& door);
  void welcome(HttpSession::Socket socket, bool is_local);
  void make_room();
  void sweep();
  void close_all() const;

  HttpShared shared_;
  Duration sweep_every_;
  std::vector<std::shared_ptr<Door>> doors_;
  std::unique_ptr<Timer> next_sweep_;
  std::unique_ptr<Timer> stop_limit_;
};

// Waits before each accept: without descriptors accept() fails even when nobody is there. A Door that is gone took its
// acceptor with it, and its handlers look at nothing.
void HttpServer::Impl::watch(const std::shared_ptr<Door>& door) {
  door->listening.acceptor.async_wait(Acceptor::wait_read, [this, weak = std::weak_ptr(door)](const Error& error) {
    if (const auto alive = weak.lock(); alive && !error) {
      accept(*alive);
      pause_or_watch(alive);
    }
  });
}

void HttpServer::Impl::accept(Door& door) {
  HttpSession::Socket socket(shared_.loop.context());
  door.listening.acceptor.accept(socket, door.error);
  if (!door.error) {
    welcome(std::move(socket), std::holds_alternative<UnixEndpoint>(door.listening.endpoint));
  }
}

// Out of descriptors or memory, trying again at once would spin. Somebody has to go, or the next probe waits too.
void HttpServer::Impl::pause_or_watch(const std::shared_ptr<Door>& door) {
  if (!door->error || door->error == asio::error::would_block || door->error == asio::error::connection_aborted) {
    watch(door);
    return;
  }
  make_room();
  door->pause = shared_.loop.after(kAcceptPause, [this, weak = std::weak_ptr(door)] {
    if (const auto alive = weak.lock()) {
      watch(alive);
    }
  });
}

// A client that half-sent its request, or rests between two, makes room first, the oldest before the others; so a
// crowd of them never keeps a probe out.
void HttpServer::Impl::make_room() {
  auto& sessions = shared_.sessions;
  const auto found = std::ranges::find_if(sessions, [](const auto& session) { return !session->is_answering(); });
  const auto leaving = found != sessions.end() ? found : sessions.begin();
  if (leaving != sessions.end()) {
    ++shared_.counters.dropped_full;
    std::shared_ptr(*leaving)->close();
  }
}

void HttpServer::Impl::welcome(HttpSession::Socket socket, bool is_local) {
  if (shared_.sessions.size() >= shared_.limits.connections) {
    make_room();
  }
  Error ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);  // a Unix socket refuses it, which does no harm
  std::make_shared<HttpSession>(std::move(socket), shared_, is_local)->start();
  if (!next_sweep_) {
    next_sweep_ = shared_.loop.after(sweep_every_, [this] { sweep(); });
  }
}

void HttpServer::Impl::sweep() {
  const auto sessions = shared_.sessions;  // those that go leave the list
  for (const auto& session : sessions) {
    if (session->is_late()) {
      session->on_late();
    }
  }
  next_sweep_ = shared_.sessions.empty() ? nullptr : shared_.loop.after(sweep_every_, [this] { sweep(); });
}

void HttpServer::Impl::close_all() const {
  const auto sessions = shared_.sessions;
  for (const auto& session : sessions) {
    session->close();
  }
}

void HttpServer::Impl::stop(std::function<void()> done) {
  shared_.is_stopping = true;
  for (const auto& door : doors_) {
    door->error = {};
    while (!door->error) {  // whoever connected before the end is answered too
      accept(*door);
    }
  }
  doors_.clear();
  const auto sessions = shared_.sessions;
  for (const auto& session : sessions) {
    session->stop();
  }
  if (shared_.sessions.empty()) {
    shared_.loop.post(std::move(done));
    return;
  }
  shared_.on_last = [this, done = std::move(done)] { shared_.loop.post(done); };
  stop_limit_ = shared_.loop.after(shared_.limits.stop, [this] { close_all(); });
}

HttpServer::HttpServer(Loop& loop, Handler handler, const HttpLimits& limits)
    : impl_(std::make_unique<Impl>(loop, std::move(handler), limits)) {}

HttpServer::~HttpServer() = default;

std::expected<Endpoint, std::string> HttpServer::listen(const Endpoint& endpoint) { return impl_->listen(endpoint); }

void HttpServer::stop(std::function<void()> done) { impl_->stop(std::move(done)); }

const HttpCounters& HttpServer::counters() const { return impl_->counters(); }

}  // namespace agent
