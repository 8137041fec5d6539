// One HTTP request and its answer as plain values: show/ decides the answer, io/ reads and writes the bytes.
// Not a server, and no header fields but those that an answer of ours needs.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace agent {

enum class Method { get, head, post, other };

struct Request {
  Method method = Method::get;
  std::string target;     // as sent: path and query, not decoded
  bool is_local = false;  // over the Unix socket: only the agent's own user can open it
  bool has_body = false;  // which is not read
};

// Shared, so that what is rendered once for a snapshot is not copied for each request.
using Body = std::shared_ptr<const std::string>;

inline constexpr std::string_view kPlainText = "text/plain; charset=utf-8";

// The views are of static text. The server adds Date, Content-Length, Cache-Control and Connection, and leaves the
// body out for HEAD.
struct Answer {
  int status = 200;
  std::string_view content_type = kPlainText;
  Body body;
  std::string_view fields = {};  // more fields, each ended by CRLF: "Allow: GET, HEAD\r\n"
};

// What the server did since it started.
struct HttpCounters {
  std::map<int, std::uint64_t> answers;  // by status
  std::uint64_t connections = 0;         // open now
  std::uint64_t dropped_slow = 0;        // the client did not send its request, or take its answer, in time
  std::uint64_t dropped_full = 0;        // made room for another client
};

}  // namespace agent
