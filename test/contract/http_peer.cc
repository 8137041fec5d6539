#include "contract/http_peer.h"

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>

#include "contract/real_loop.h"
#include "core/text.h"

namespace agent {

namespace asio = boost::asio;
using Protocol = asio::generic::stream_protocol;

struct HttpPeer::State : std::enable_shared_from_this<State> {
  void read();
  explicit State(asio::io_context& context) : socket(context) {}
  Protocol::socket socket;
  std::array<char, 65536> chunk{};
  std::string received;
  bool is_ended = false;
};

namespace {

Protocol::endpoint address_of(const Endpoint& endpoint) {
  if (const auto* at = std::get_if<UnixEndpoint>(&endpoint)) {
    return asio::local::stream_protocol::endpoint(at->path);
  }
  const auto& tcp = std::get<TcpEndpoint>(endpoint);
  return asio::ip::tcp::endpoint(asio::ip::make_address(tcp.ip.text), tcp.port);
}

// How long the first answer in `text` is; nothing while it is not whole.
std::optional<std::size_t> whole(const std::string& text, bool with_body) {
  const auto start = std::string_view(text).substr(0, 4096);  // no head is longer, and bodies may be large
  const auto end = start.find("\r\n\r\n");
  const auto length = start.find("Content-Length: ");
  if (end == std::string::npos || length > end) {
    return std::nullopt;
  }
  const auto digits = start.substr(length + 16, start.find('\r', length) - length - 16);
  const auto size = end + 4 + (with_body ? *to_number<std::size_t>(digits) : 0);
  return text.size() >= size ? std::optional(size) : std::nullopt;
}

}  // namespace

HttpPeer::HttpPeer(Loop& loop, const Endpoint& endpoint)
    : loop_(loop), state_(std::make_shared<State>(loop.context())) {
  state_->socket.connect(address_of(endpoint));
  state_->read();
}

HttpPeer::~HttpPeer() {
  if (state_) {
    boost::system::error_code ignored;
    state_->socket.close(ignored);
  }
}

void HttpPeer::send(std::string_view bytes) {
  boost::system::error_code ignored;  // a server that closed shows in what is received
  asio::write(state_->socket, asio::buffer(bytes), ignored);
}

void HttpPeer::State::read() {
  socket.async_read_some(asio::buffer(chunk), [self = shared_from_this()](const auto& error, std::size_t size) {
    self->received.append(self->chunk.data(), size);
    self->is_ended = static_cast<bool>(error);
    if (!error) {
      self->read();
    }
  });
}

std::string HttpPeer::take(bool with_body) {
  auto& text = state_->received;
  run_until(loop_, [&] { return whole(text, with_body) || state_->is_ended; }, std::chrono::seconds(5));
  const auto size = whole(text, with_body).value_or(0);
  auto answer = text.substr(0, size);
  text.erase(0, size);
  return answer;
}

std::string HttpPeer::answer() { return take(true); }
std::string HttpPeer::head() { return take(false); }
bool HttpPeer::ends(Duration limit) {
  return run_until(loop_, [this] { return state_->is_ended; }, limit);
}
bool HttpPeer::is_ended() const { return state_->is_ended; }
std::string& HttpPeer::received() { return state_->received; }

}  // namespace agent
