#include "contract/real_loop.h"

#include <boost/asio/io_context.hpp>

namespace agent {

bool run_until(Loop& loop, const std::function<bool()>& done, Duration limit) {
  bool passed = false;
  const auto end = loop.after(limit, [&] { passed = true; });
  loop.context().restart();
  while (!done() && !passed) {
    loop.context().run_one();
  }
  return done();
}

}  // namespace agent
