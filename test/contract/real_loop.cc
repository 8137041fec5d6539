#include "contract/real_loop.h"

#include <boost/asio/io_context.hpp>

namespace agent {

bool run_until(Loop& loop, const std::function<bool()>& done, Duration limit) {
  const Instant end = loop.now() + limit;
  auto& context = loop.context();
  while (!done()) {
    if (loop.now() >= end) {
      return false;
    }
    context.restart();
    const auto wakes_up = loop.after(end - loop.now(), [] {});  // so that run_one() has something to wait for
    context.run_one();
  }
  return true;
}

}  // namespace agent
