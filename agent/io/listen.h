// A listening socket for an endpoint, TCP or Unix, with errors that name the address and the way out. Accepts nothing.
#pragma once

#include <sys/types.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <expected>
#include <optional>
#include <string>

#include "core/address.h"

namespace agent {

using Acceptor =
    boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol, boost::asio::io_context::executor_type>;

// The file of a Unix socket: removed at the end, unless it is another one by then.
class SocketFile {
 public:
  explicit SocketFile(std::string path);
  ~SocketFile();
  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;

 private:
  std::string path_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

struct Listening {
  Acceptor acceptor;
  Endpoint endpoint;                 // with the real port
  std::unique_ptr<SocketFile> file;  // of a Unix socket
};

// A Unix socket gets mode 0600; one that was left behind is replaced, one on which somebody answers is not.
std::expected<Listening, std::string> open_listening(boost::asio::io_context& context, const Endpoint& endpoint);

}  // namespace agent
