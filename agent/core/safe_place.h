// Which of the positions that the data passed through is safe by now, because enough time has passed since.
#pragma once

#include <optional>

#include "core/lineage.h"
#include "core/time.h"

namespace agent {

// The kernel writes back what is 30 s old, and looks every 5 s (vm.dirty_expire_centisecs and
// vm.dirty_writeback_centisecs as they are by default), whether or not the process that wrote it lives.
inline constexpr Duration kWrittenBack = std::chrono::seconds(40);

// Redis writes what waits in its memory while its append-only file is synced after 2 s at the latest (aof.c).
inline constexpr Duration kFlushed = std::chrono::seconds(3);

class SafePlace {
 public:
  explicit SafePlace(Duration age) : age_(age) {}
  // The data stands at `at` now.
  void look(const Position& at, Instant now);
  // In the history of the last look, `age` old at least. Nothing where nothing is that old.
  const std::optional<Position>& place() const { return place_; }

 private:
  Duration age_;
  std::optional<Position> next_;  // will be the place
  Instant since_;
  std::optional<Position> place_;
};

}  // namespace agent
