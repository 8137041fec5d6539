#include "show/times.h"

#include <array>

#include "core/duration.h"
#include "core/text.h"

namespace agent {

namespace {

std::string padded(std::int64_t number, std::size_t width) {
  auto digits = std::to_string(number);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

}  // namespace

std::string timestamp(WallTime wall) {
  const auto day = std::chrono::floor<std::chrono::days>(wall);
  const std::chrono::year_month_day date(day);
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(wall - day).count() % 1000;
  return cat(padded(static_cast<int>(date.year()), 4), '-', padded(static_cast<unsigned>(date.month()), 2), '-',
             padded(static_cast<unsigned>(date.day()), 2), 'T', clock_time(wall), '.', padded(millis, 3), 'Z');
}

std::string clock_time(WallTime wall) {
  const std::chrono::hh_mm_ss time(
      std::chrono::floor<std::chrono::seconds>(wall - std::chrono::floor<std::chrono::days>(wall)));
  return cat(padded(time.hours().count(), 2), ':', padded(time.minutes().count(), 2), ':',
             padded(time.seconds().count(), 2));
}

std::string seconds_text(Duration duration) {
  const auto micros = duration.count() < 0 ? -duration.count() : duration.count();
  auto text = cat(duration.count() < 0 ? "-" : "", micros / 1'000'000);
  if (micros % 1'000'000 != 0) {
    text += '.' + padded(micros % 1'000'000, 6);
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
