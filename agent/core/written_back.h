// Which of the positions that the data passed through is on the disk by now, though nobody synced it. Not for what
// happens when only a process dies: the kernel keeps all that was written.
#pragma once

#include <optional>

#include "core/lineage.h"
#include "core/time.h"

namespace agent {

// The kernel writes back what is 30 s old, and looks every 5 s (vm.dirty_expire_centisecs and
// vm.dirty_writeback_centisecs as they are by default), whether or not the process that wrote it lives.
inline constexpr Duration kWrittenBack = std::chrono::seconds(40);

class WrittenBack {
 public:
  // The data stands at `at` now.
  void look(const Position& at, Instant now);
  // In the history of the last look, kWrittenBack old at least. Nothing where nothing is that old.
  const std::optional<Position>& place() const { return place_; }

 private:
  std::optional<Position> next_;  // will be the place
  Instant since_;
  std::optional<Position> place_;
};

}  // namespace agent
