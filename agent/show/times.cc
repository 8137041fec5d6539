#include "show/times.h"

#include <array>

#include "core/duration.h"
#include "core/text.h"

namespace agent {

std::string seconds_text(Duration duration) {
  const auto micros = duration.count() < 0 ? -duration.count() : duration.count();
  auto text = cat(duration.count() < 0 ? "-" : "", micros / 1'000'000);
  if (micros % 1'000'000 != 0) {
    text += '.' + with_zeros(micros % 1'000'000, 6);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text;
}

std::string unix_seconds(WallTime wall) { return seconds_text(wall.time_since_epoch()); }

std::string grouped(std::int64_t number) {
  auto text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3) {
    text.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return text;
}

std::string bytes_text(std::int64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  std::int64_t rest = 0;
  while (bytes >= 1024 && unit + 1 < kUnits.size()) {
    rest = bytes % 1024;
    bytes /= 1024;
    ++unit;
  }
  return cat(bytes, unit == 0 || bytes >= 100 ? "" : cat('.', rest * 10 / 1024), ' ', kUnits[unit]);
}

std::string short_age(Duration age) {
  if (age < Duration::zero()) {
    age = Duration::zero();
  }
  if (age < std::chrono::milliseconds(9950)) {
    const auto tenths = (age.count() + 50'000) / 100'000;
    return cat(tenths / 10, '.', tenths % 10, 's');
  }
  return rough(std::chrono::round<std::chrono::seconds>(age));
}

}  // namespace agent
