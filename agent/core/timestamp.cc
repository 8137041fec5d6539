#include "core/timestamp.h"

#include "core/text.h"

namespace agent {

std::string timestamp(WallTime wall) {
  const auto day = std::chrono::floor<std::chrono::days>(wall);
  const std::chrono::year_month_day date(day);
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(wall - day).count() % 1000;
  return cat(with_zeros(static_cast<int>(date.year()), 4), '-', with_zeros(static_cast<unsigned>(date.month()), 2), '-',
             with_zeros(static_cast<unsigned>(date.day()), 2), 'T', clock_time(wall), '.', with_zeros(millis, 3), 'Z');
}

std::string clock_time(WallTime wall) {
  const std::chrono::hh_mm_ss time(
      std::chrono::floor<std::chrono::seconds>(wall - std::chrono::floor<std::chrono::days>(wall)));
  return cat(with_zeros(time.hours().count(), 2), ':', with_zeros(time.minutes().count(), 2), ':',
             with_zeros(time.seconds().count(), 2));
}

}  // namespace agent
