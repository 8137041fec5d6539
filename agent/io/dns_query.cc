#include "io/dns_query.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <optional>
#include <utility>

namespace agent {

namespace {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

// The channel is told everything, so that no file of the machine is read: one server, no hosts file, no search list.
// With NOCHECKRESP every response code comes back as it is; without, c-ares 1.18 makes "connection refused" of
// SERVFAIL.
int open_channel(ares_channel* channel, const DnsQuestion& question, ares_sock_state_cb on_socket, void* owner) {
  static const int library = ares_library_init(ARES_LIB_INIT_ALL);
  if (library != ARES_SUCCESS) {
    return library;
  }
  std::string dns_only = "b";
  std::string no_file = "/dev/null";
  ares_options options{};
  options.flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH;
  options.timeout = static_cast<int>(std::max<Duration::rep>(question.patience / std::chrono::milliseconds(4), 10));
  options.tries = 3;  // after a quarter and three quarters of the patience, as each wait is twice the one before
  options.ndots = 0;
  options.lookups = dns_only.data();
  options.resolvconf_path = no_file.data();
  options.sock_state_cb = on_socket;
  options.sock_state_cb_data = owner;
  constexpr int kSet = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS | ARES_OPT_LOOKUPS |
                       ARES_OPT_RESOLVCONF | ARES_OPT_SOCK_STATE_CB | ARES_OPT_DOMAINS | ARES_OPT_SERVERS |
                       ARES_OPT_NOROTATE;
#ifdef ARES_OPT_QUERY_CACHE
  options.qcache_max_ttl = 0;
  const int set = kSet | ARES_OPT_QUERY_CACHE;
#else
  const int set = kSet;
#endif
  const int opened = ares_init_options(channel, &options, set);
  if (opened != ARES_SUCCESS) {
    *channel = nullptr;
    return opened;
  }
  return ares_set_servers_ports_csv(*channel, question.server.c_str());
}

DnsOutcome outcome_of(int status, bool truncated) {
  switch (status) {
    case ARES_SUCCESS:
      return DnsOutcome::found;
    case ARES_ENOTFOUND:
      return DnsOutcome::nxdomain;
    case ARES_ENODATA:
      return DnsOutcome::nodata;
    case ARES_ESERVFAIL:
      return DnsOutcome::servfail;
    case ARES_EREFUSED:
    case ARES_ENOTIMP:
      return DnsOutcome::refused;
    case ARES_ETIMEOUT:
      return truncated ? DnsOutcome::truncated : DnsOutcome::timeout;
    case ARES_ECONNREFUSED:
    case ARES_EOF:
      return truncated ? DnsOutcome::truncated : DnsOutcome::unreachable;
    default:
      return DnsOutcome::malformed;
  }
}

std::vector<IpAddress> addresses_of(const ares_addrinfo* info) {
  std::vector<IpAddress> found;
  for (const auto* node = info == nullptr ? nullptr : info->nodes; node != nullptr; node = node->ai_next) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const auto* const raw = reinterpret_cast<const char*>(node->ai_addr);
    const void* address = node->ai_family == AF_INET ? raw + offsetof(sockaddr_in, sin_addr)  //
                                                     : raw + offsetof(sockaddr_in6, sin6_addr);
    inet_ntop(node->ai_family, address, text.data(), text.size());
    if (auto ip = parse_ip(text.data())) {
      found.push_back(*std::move(ip));
    }
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace

// c-ares calls back from within ares_process_fd and ares_getaddrinfo, where nothing may be destroyed: callbacks only
// note, and the handler that made the call delivers what was noted when it has returned (deliver, always last).
class DnsQuery::Channel {
 public:
  Channel(Loop& loop, const DnsQuestion& question, std::function<void(DnsView)> done)
      : loop_(loop), timer_(loop.context()), done_(std::move(done)) {
    const int opened = open_channel(&channel_, question, &Channel::on_socket, this);
    if (opened == ARES_SUCCESS) {
      ares_set_socket_callback(channel_, &Channel::on_created, this);
      ask(question);
    } else {
      noted_ = DnsView{DnsOutcome::unreachable, false, {}};
    }
    if (noted_) {
      soon_ = loop.after(Duration::zero(), [this] { deliver(); });  // not from within the constructor
    }
    rearm();
  }

  ~Channel() {
    if (channel_ != nullptr) {
      ares_destroy(channel_);  // calls on_answer, which notes and is read by nobody, and on_socket
    }
  }

  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  bool truncated() const { return truncated_; }

 private:
  // c-ares owns the descriptor and closes it; ours is only Asio's way to wait for it, released when c-ares says so.
  struct Socket {
    Socket(asio::io_context& context, int fd) : descriptor(context, fd) {}
    Descriptor descriptor;
    bool reads = false, writes = false;              // wanted
    bool awaits_read = false, awaits_write = false;  // asked of Asio
  };

  void ask(const DnsQuestion& question) {
    ares_addrinfo_hints hints{};
    hints.ai_family = question.family == DnsFamily::a ? AF_INET : AF_INET6;
    hints.ai_flags = ARES_AI_NOSORT;  // sorting opens a socket for each address
    ares_getaddrinfo(channel_, question.name.c_str(), nullptr, &hints, &Channel::on_answer, this);
  }

  static void on_answer(void* owner, int status, int /*timeouts*/, ares_addrinfo* info) {
    auto& self = *static_cast<Channel*>(owner);
    auto addresses = addresses_of(info);
    const auto outcome =
        addresses.empty() && status == ARES_SUCCESS ? DnsOutcome::nodata : outcome_of(status, self.truncated_);
    ares_freeaddrinfo(info);
    self.noted_ = DnsView{outcome, false, std::move(addresses)};
  }

  // UDP is what it begins with, so a TCP socket tells that the answer over UDP was truncated.
  static int on_created(ares_socket_t /*fd*/, int type, void* owner) {
    auto& self = *static_cast<Channel*>(owner);
    self.truncated_ = self.truncated_ || type == SOCK_STREAM;
    return ARES_SUCCESS;
  }

  static void on_socket(void* owner, ares_socket_t fd, int reads, int writes) {
    auto& self = *static_cast<Channel*>(owner);
    if (reads == 0 && writes == 0) {
      if (const auto closing = self.sockets_.extract(fd)) {
        closing.mapped()->descriptor.release();  // now: a handler may still hold it when c-ares reuses the number
      }
      return;
    }
    auto& socket = self.sockets_[fd];
    if (!socket) {
      socket = std::make_shared<Socket>(self.loop_.context(), fd);
    }
    socket->reads = reads != 0;
    socket->writes = writes != 0;
    self.await(socket, fd);
  }

  // A socket that c-ares has closed is gone from sockets_, so its handler finds nothing and does nothing.
  auto ready(const std::weak_ptr<Socket>& weak, int fd, bool Socket::* wanted, bool Socket::* awaits) {
    return [this, weak, fd, wanted, awaits](const boost::system::error_code& error) {
      const auto socket = weak.lock();
      if (!socket || error == asio::error::operation_aborted) {
        return;
      }
      (*socket).*awaits = false;
      if ((*socket).*wanted) {
        const bool reading = wanted == &Socket::reads;
        ares_process_fd(channel_, reading ? fd : ARES_SOCKET_BAD, reading ? ARES_SOCKET_BAD : fd);
      }
      if (const auto still = sockets_.find(fd); still != sockets_.end() && still->second == socket) {
        await(socket, fd);
      }
      rearm();
      deliver();
    };
  }

  void await(const std::shared_ptr<Socket>& socket, int fd) {
    if (socket->reads && !std::exchange(socket->awaits_read, true)) {
      socket->descriptor.async_wait(Descriptor::wait_read, ready(socket, fd, &Socket::reads, &Socket::awaits_read));
    }
    if (socket->writes && !std::exchange(socket->awaits_write, true)) {
      socket->descriptor.async_wait(Descriptor::wait_write, ready(socket, fd, &Socket::writes, &Socket::awaits_write));
    }
  }

  // c-ares' own timer: when to send the packet again.
  void rearm() {
    timeval next{};
    if (noted_ || channel_ == nullptr || ares_timeout(channel_, nullptr, &next) == nullptr) {
      timer_.cancel();
      return;
    }
    timer_.expires_after(std::chrono::seconds(next.tv_sec) + std::chrono::microseconds(next.tv_usec));
    timer_.async_wait([this, weak = std::weak_ptr(alive_)](const boost::system::error_code& error) {
      if (!error && !weak.expired()) {
        ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
        rearm();
        deliver();
      }
    });
  }

  void deliver() {
    if (noted_ && done_) {
      std::exchange(done_, nullptr)(*noted_);  // may destroy this
    }
  }

  Loop& loop_;
  asio::steady_timer timer_;
  std::function<void(DnsView)> done_;
  std::unique_ptr<Timer> soon_;
  std::map<ares_socket_t, std::shared_ptr<Socket>> sockets_;
  std::optional<DnsView> noted_;
  bool truncated_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  ares_channel channel_ = nullptr;
};

DnsQuery::DnsQuery(Loop& loop, const DnsQuestion& question, std::function<void(DnsView)> done)
    : channel_(std::make_unique<Channel>(loop, question, std::move(done))) {}

DnsQuery::~DnsQuery() = default;

DnsOutcome DnsQuery::outcome_so_far() const {
  return channel_->truncated() ? DnsOutcome::truncated : DnsOutcome::timeout;
}

}  // namespace agent
