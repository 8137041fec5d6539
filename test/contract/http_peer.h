// A client that sends exactly the bytes a test wants and keeps what comes back. Runs on the server's own loop.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "core/address.h"
#include "io/loop.h"

namespace agent {

class HttpPeer {
 public:
  HttpPeer(Loop& loop, const Endpoint& endpoint);
  ~HttpPeer();
  HttpPeer(HttpPeer&&) = default;

  void send(std::string_view bytes);
  // What came and was not taken yet; waits for a whole answer and takes it. Empty when the connection ended first.
  std::string answer();
  // The same for an answer without a body (HEAD).
  std::string head();
  // Waits until the server closed it. False: it did not.
  bool ends(Duration limit = std::chrono::seconds(5));
  bool is_ended() const;
  std::string& received();

 private:
  struct State;
  std::string take(bool with_body);
  Loop& loop_;
  std::shared_ptr<State> state_;
};

}  // namespace agent
