// The HTTP server: one loop, any number of listening TCP and Unix sockets, limits on everything a client can hold on
// to. It knows no endpoint: the handler answers (show/site.h).
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "core/address.h"
#include "core/http.h"
#include "core/time.h"

namespace agent {

class Loop;

struct HttpLimits {
  std::size_t head_bytes = 8192;               // of a request; more is 431
  std::size_t connections = 512;               // when full, the oldest that is not being answered makes room
  Duration request = std::chrono::seconds(5);  // until a request is complete, and until its answer is taken
  Duration idle = std::chrono::minutes(2);     // between two requests; longer than a scrape interval
  Duration parting = std::chrono::seconds(1);  // for the client to close after its last answer
  Duration stop = std::chrono::milliseconds(150);
};

class HttpServer {
 public:
  // Called on the loop; must not block.
  using Handler = std::function<Answer(const Request&)>;

  HttpServer(Loop& loop, Handler handler, const HttpLimits& limits = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // The address it listens on, with the port that was given where 0 was asked for. The error names the address and the
  // way out. "[::]" means every address of both families, and "0.0.0.0" where the machine has no IPv6.
  std::expected<Endpoint, std::string> listen(const Endpoint& endpoint);

  // Listens no more, answers what was asked, closes; `done` is called within limits.stop, never from within this call.
  void stop(std::function<void()> done);

  const HttpCounters& counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace agent
