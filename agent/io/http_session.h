// One HTTP connection, over TCP or a Unix socket: reads requests, writes answers, knows how long it has been at it.
// Nothing here waits: the server drops a session that is late.
#pragma once

#include <array>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <list>

#include "io/http_head.h"
#include "io/http_server.h"

namespace agent {

class HttpSession;

// The Date field, made once a second.
class DateText {
 public:
  std::string_view at(WallTime now);

 private:
  WallTime second_;
  std::string text_;
};

// What the sessions of one server share. A session that was closed never looks at it again.
struct HttpShared {
  Loop& loop;
  HttpServer::Handler handler;
  HttpLimits limits;
  HttpCounters counters;
  std::list<std::shared_ptr<HttpSession>> sessions;  // by the time at which their phase began
  bool is_stopping;
  std::function<void()> on_last;  // called when the last session closed
  DateText date;
};

class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  using Executor = boost::asio::io_context::executor_type;
  using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, Executor>;

  HttpSession(Socket socket, HttpShared& shared, bool is_local);

  void start();
  void close();

  bool is_answering() const { return phase_ == Phase::answering; }
  bool is_late() const;
  void on_late();
  // Soon closes it if the client has asked for nothing; else its answer is the last.
  void stop();

 private:
  // asking: connected or in the midst of a request; idle: answered and kept alive; parting: answered for the last
  // time, reads away what the client still sends, because closing on unread bytes takes the answer away from it.
  enum class Phase { asking, idle, answering, parting };

  void enter(Phase phase);
  void read();
  void on_read(const boost::system::error_code& error, std::size_t size);
  void advance();
  void answer(const Answer& answer, bool keep_alive, bool with_body = true);
  void on_written(const boost::system::error_code& error);
  bool has_bytes() const;

  Socket socket_;
  HttpShared& shared_;
  std::list<std::shared_ptr<HttpSession>>::iterator place_;
  bool is_closed_ = false;
  bool is_reading_ = false;
  Phase phase_ = Phase::asking;
  Instant since_;
  HeadReader head_;
  std::array<char, 1024> chunk_;
  std::string in_;   // received and not yet read
  std::string out_;  // the head being written
  Body body_;        // the body being written
  bool keep_alive_ = false;
};

}  // namespace agent
