// The heads of HTTP/1.1: a request's read from bytes as they come, an answer's written. Beast's parser is behind it.
// Bodies are not read: a request that has one says so.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/http.h"
#include "core/time.h"

namespace agent {

class HeadReader {
 public:
  // `is_local` is what each request will say of itself.
  explicit HeadReader(std::size_t bytes_max, bool is_local = false);
  ~HeadReader();
  HeadReader(const HeadReader&) = delete;
  HeadReader& operator=(const HeadReader&) = delete;

  enum class Result { more, complete, refused };

  // Takes what it can use from the front of `bytes`. After `complete` and next() it reads the next request; after
  // `refused` nothing more can be read from this connection.
  Result read(std::string& bytes);
  void next();

  bool has_begun() const;          // some of a head was taken
  const Request& request() const;  // once complete
  bool keeps_alive() const;        // once complete: the client will send more, and it can be found
  bool is_clean() const;           // a whole request was taken, and nothing of it is left to come
  const Answer& refusal() const;   // once refused: 400, 413 or 431

 private:
  class Parser;
  Result refuse(int status, std::string why);

  std::size_t bytes_max_;
  bool is_local_;
  std::size_t taken_ = 0;
  std::unique_ptr<Parser> parser_;
  bool is_refused_ = false;
  Answer refusal_;
};

// Status line and fields, to be followed by the body unless it was a HEAD.
void write_head(std::string& out, const Answer& answer, bool keep_alive, std::string_view date);

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(WallTime wall);

}  // namespace agent
