#include "io/listen.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/text.h"

namespace agent {

namespace asio = boost::asio;
using Error = boost::system::error_code;

namespace {

constexpr std::size_t kPathMax = sizeof(sockaddr_un::sun_path) - 1;

std::string_view way_out(const Error& error, bool is_unix) {
  if (error == asio::error::address_in_use) {
    return is_unix ? "pass another --socket" : "is another agent running in this pod? pass another --http";
  }
  if (error == asio::error::access_denied) {
    return is_unix ? "its directory must be writable for the user that the agent runs as; pass --socket"
                   : "ports below 1024 need a capability; pass another --http";
  }
  if (error.value() == EADDRNOTAVAIL) {
    return "this pod has no such address; pass another --http";
  }
  return is_unix ? "mount an emptyDir at its directory, or pass --socket" : "pass another --http";
}

std::unexpected<std::string> cannot(const Endpoint& endpoint, const Error& error) {
  const bool is_unix = std::holds_alternative<UnixEndpoint>(endpoint);
  return std::unexpected(
      cat("cannot listen on ", to_text(endpoint), ": ", error.message(), "; ", way_out(error, is_unix)));
}

Error open_at(Acceptor& acceptor, const asio::generic::stream_protocol::endpoint& at, bool is_v6) {
  Error error;
  acceptor.open(at.protocol(), error);
  if (!error && at.protocol().family() != AF_UNIX) {
    acceptor.set_option(asio::socket_base::reuse_address(true), error);
  }
  if (!error && is_v6) {
    acceptor.set_option(asio::ip::v6_only(false), error);
  }
  if (!error) {
    acceptor.bind(at, error);
  }
  if (!error) {
    acceptor.listen(asio::socket_base::max_listen_connections, error);
  }
  if (!error) {
    acceptor.non_blocking(true, error);
  }
  return error;
}

std::expected<Listening, std::string> open_tcp(asio::io_context& context, const TcpEndpoint& tcp) {
  Error error;
  const auto ip = asio::ip::make_address(tcp.ip.text, error);
  Acceptor acceptor(context);
  if (!error) {
    error = open_at(acceptor, asio::ip::tcp::endpoint(ip, tcp.port), ip.is_v6());
  }
  if (error.value() == EAFNOSUPPORT && tcp.ip.text == "::") {
    return open_tcp(context, {.ip = {"0.0.0.0"}, .port = tcp.port});
  }
  if (error) {
    return cannot(tcp, error);
  }
  asio::ip::tcp::endpoint real;
  const auto local = acceptor.local_endpoint(error);
  std::memcpy(real.data(), local.data(), local.size());
  return Listening{.acceptor = std::move(acceptor), .endpoint = TcpEndpoint{tcp.ip, real.port()}, .file = nullptr};
}

// Takes away a socket on which nobody answers. The error says why the path cannot be used.
std::optional<std::string> make_room(const std::string& path) {
  struct stat found{};
  if (lstat(path.c_str(), &found) != 0) {
    return std::nullopt;  // nothing there; a real hindrance shows when binding
  }
  if (!S_ISSOCK(found.st_mode)) {
    return "there is a file that is no socket, and it is left alone; pass another --socket";
  }
  asio::io_context context;
  asio::local::stream_protocol::socket probe(context);
  Error error;
  probe.open({}, error);
  probe.non_blocking(true, error);  // a full backlog must not make us wait
  probe.connect(path, error);
  if (error == asio::error::connection_refused) {
    unlink(path.c_str());
    return std::nullopt;
  }
  return error && error != asio::error::would_block
             ? cat("the socket there cannot be tried: ", error.message(), "; remove it or pass another --socket")
             : std::string("another agent answers there; pass another --socket");
}

std::expected<Listening, std::string> open_unix(asio::io_context& context, const UnixEndpoint& at) {
  const auto refuse = [&at](std::string_view why) {
    return std::unexpected(cat("cannot listen on ", to_text(Endpoint(at)), ": ", why));
  };
  if (at.path.empty() || at.path.size() > kPathMax) {
    return refuse(cat("a socket's path has 1 to ", kPathMax, " bytes; pass a shorter --socket"));
  }
  if (const auto why = make_room(at.path)) {
    return refuse(*why);
  }
  std::error_code ignored;  // a directory that cannot be made shows when binding
  std::filesystem::create_directory(std::filesystem::path(at.path).parent_path(), ignored);
  Acceptor acceptor(context);
  const auto before = umask(0177);  // so that it is 0600 from its first instant
  const auto error = open_at(acceptor, asio::local::stream_protocol::endpoint(at.path), false);
  umask(before);
  if (error) {
    return cannot(at, error);
  }
  return Listening{.acceptor = std::move(acceptor), .endpoint = at, .file = std::make_unique<SocketFile>(at.path)};
}

}  // namespace

SocketFile::SocketFile(std::string path) : path_(std::move(path)) {
  struct stat found{};
  if (lstat(path_.c_str(), &found) == 0) {
    device_ = found.st_dev;
    inode_ = found.st_ino;
  }
}

SocketFile::~SocketFile() {
  struct stat found{};
  if (lstat(path_.c_str(), &found) == 0 && found.st_dev == device_ && found.st_ino == inode_) {
    unlink(path_.c_str());
  }
}

std::expected<Listening, std::string> open_listening(asio::io_context& context, const Endpoint& endpoint) {
  if (const auto* tcp = std::get_if<TcpEndpoint>(&endpoint)) {
    return open_tcp(context, *tcp);
  }
  return open_unix(context, std::get<UnixEndpoint>(endpoint));
}

}  // namespace agent
