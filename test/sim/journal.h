// The journal as a test reads it: entries in order, and their text as an incident report. Prints nothing.
#pragma once

#include <string>
#include <vector>

#include "ports/journal.h"
#include "sim/clock.h"

namespace agent {

struct SimEntry {
  Duration since_start;
  Level level;
  Reason reason;
  std::string sentence;
};

class SimJournal : public Journal {
 public:
  explicit SimJournal(const SimClock& clock) : clock_(clock), start_(clock.now()) {}
  void tell(Level level, Reason reason, const std::string& sentence) override;

  const std::vector<SimEntry>& entries() const { return entries_; }
  std::vector<Reason> reasons() const;
  // One line an entry: "12.500 warning link_down: redis-1 lost its link".
  std::string text() const;

 private:
  const SimClock& clock_;
  Instant start_;
  std::vector<SimEntry> entries_;
};

}  // namespace agent
