#include "io/http_session.h"

#include <boost/asio/write.hpp>

#include "io/loop.h"

namespace agent {

namespace asio = boost::asio;
using Error = boost::system::error_code;

std::string_view DateText::at(WallTime now) {
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (text_.empty() || second != second_) {
    second_ = second;
    text_ = http_date(second);
  }
  return text_;
}

HttpSession::HttpSession(Socket socket, HttpShared& shared, bool is_local)
    : socket_(std::move(socket)), shared_(shared), head_(shared.limits.head_bytes, is_local) {}

void HttpSession::start() {
  place_ = shared_.sessions.insert(shared_.sessions.end(), shared_from_this());
  ++shared_.counters.connections;
  enter(Phase::asking);
  read();
}

void HttpSession::close() {
  if (is_closed_) {
    return;
  }
  is_closed_ = true;
  Error ignored;
  socket_.close(ignored);
  --shared_.counters.connections;
  const auto self = shared_from_this();
  shared_.sessions.erase(place_);
  if (shared_.sessions.empty() && shared_.on_last) {
    shared_.on_last();
  }
}

void HttpSession::enter(Phase phase) {
  phase_ = phase;
  since_ = shared_.loop.now();
  shared_.sessions.splice(shared_.sessions.end(), shared_.sessions, place_);
}

bool HttpSession::is_late() const {
  const auto& limits = shared_.limits;
  const auto limit = phase_ == Phase::idle ? limits.idle : phase_ == Phase::parting ? limits.parting : limits.request;
  return shared_.loop.now() - since_ > limit;
}

void HttpSession::on_late() {
  const bool has_asked = phase_ == Phase::asking && has_bytes();
  if (has_asked || phase_ == Phase::answering) {
    ++shared_.counters.dropped_slow;
  }
  if (!has_asked) {
    close();
    return;
  }
  static const auto text = std::make_shared<const std::string>("the request did not come in time\n");
  answer({.status = 408, .body = text}, false);
}

// Whether the client has asked can only be told when no read is under way: one that is complete may still be waiting
// for its handler. So the read is called back, and on_read() decides.
void HttpSession::stop() {
  keep_alive_ = false;
  if (phase_ == Phase::asking || phase_ == Phase::idle) {
    Error ignored;
    socket_.cancel(ignored);
  }
}

bool HttpSession::has_bytes() const { return head_.has_begun() || !in_.empty(); }

void HttpSession::read() {
  if (is_reading_) {
    return;
  }
  is_reading_ = true;
  socket_.async_read_some(asio::buffer(chunk_), [self = shared_from_this()](const Error& error, std::size_t size) {
    self->is_reading_ = false;
    if (!self->is_closed_) {
      self->on_read(error, size);
    }
  });
}

void HttpSession::on_read(const Error& error, std::size_t size) {
  Error ignored;
  const bool called_back = error == asio::error::operation_aborted;
  if (called_back && (has_bytes() || socket_.available(ignored) > 0)) {
    read();
    return;
  }
  if (error) {
    close();
    return;
  }
  if (phase_ == Phase::answering) {
    return;  // it was too slow and is being told so
  }
  if (phase_ == Phase::parting) {
    read();
    return;
  }
  in_.append(chunk_.data(), size);
  advance();
}

void HttpSession::advance() {
  switch (head_.read(in_)) {
    case HeadReader::Result::more:
      if (phase_ == Phase::idle && has_bytes()) {
        enter(Phase::asking);
      }
      read();
      return;
    case HeadReader::Result::refused:
      answer(head_.refusal(), false);
      return;
    case HeadReader::Result::complete:
      break;
  }
  const auto& request = head_.request();
  answer(shared_.handler(request), head_.keeps_alive(), request.method != Method::head);
}

void HttpSession::answer(const Answer& answer, bool keep_alive, bool with_body) {
  ++shared_.counters.answers[answer.status];
  keep_alive_ = keep_alive && !shared_.is_stopping;
  out_.clear();
  write_head(out_, answer, keep_alive_, shared_.date.at(shared_.loop.wall()));
  body_ = with_body ? answer.body : nullptr;
  enter(Phase::answering);
  const std::array<asio::const_buffer, 2> parts{asio::buffer(out_),
                                                body_ ? asio::buffer(*body_) : asio::const_buffer()};
  asio::async_write(socket_, parts, [self = shared_from_this()](const Error& error, std::size_t) {
    if (!self->is_closed_) {
      self->on_written(error);
    }
  });
}

void HttpSession::on_written(const Error& error) {
  body_.reset();
  if (error) {
    close();
    return;
  }
  if (keep_alive_) {
    head_.next();
    enter(Phase::idle);
    advance();
    return;
  }
  Error ignored;
  if (head_.is_clean() && in_.empty() && socket_.available(ignored) == 0) {
    close();
    return;
  }
  socket_.shutdown(Socket::shutdown_send, ignored);
  enter(Phase::parting);
  read();
}

}  // namespace agent
