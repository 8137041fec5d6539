#include "io/process_cost.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>

#include "core/text.h"

namespace agent {

namespace {

// The second number of /proc/self/statm, in pages.
std::optional<std::int64_t> resident_bytes() {
  const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return std::nullopt;
  }
  std::array<char, 128> text{};
  const auto size = read(file, text.data(), text.size());
  close(file);
  const auto fields = words({text.data(), size > 0 ? static_cast<std::size_t>(size) : 0});
  const auto pages = fields.size() > 1 ? to_number<std::int64_t>(fields[1]) : std::nullopt;
  return pages ? std::optional(*pages * sysconf(_SC_PAGESIZE)) : std::nullopt;
}

Duration duration_of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

}  // namespace

ProcessCost process_cost() {
  rusage usage{};
  ProcessCost cost{.resident_bytes = resident_bytes(), .cpu = {}};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    cost.cpu = duration_of(usage.ru_utime) + duration_of(usage.ru_stime);
  }
  return cost;
}

}  // namespace agent
