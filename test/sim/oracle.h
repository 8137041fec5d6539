// What a simulated set owes its clients: what was acknowledged and replicated, or is on a surviving volume of the
// master that acknowledged it, does not disappear. It counts; when that is asked, and that never two pods take writes,
// is set_watch.cc's. It sees everything and tells nobody in the set.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/ledger.h"

namespace agent {

class SimOracle {
 public:
  explicit SimOracle(const SimLedger& ledger) : ledger_(ledger) {}

  SimOp next_key() const { return static_cast<SimOp>(acks_.size()); }
  void acknowledged(int pod, bool by_first) { acks_.push_back({.pod = pod, .by_first = by_first}); }
  // Everything in `data` that the first pod acknowledged is on every pod that is attached.
  void replicated(DataId data);
  // What was acknowledged until now may go.
  void flushed() {
    counted_from_ = acks_.size();
    was_flushed_ = true;
  }
  bool was_flushed() const { return was_flushed_; }
  // The operator accepted losses.
  void operator_spoke() { counted_from_ = acks_.size(); }

  // A place whose data is replaced for good, and everything else that holds data then.
  struct Wipe {
    int pod = 0;
    DataId old = kNoKeys;
    DataId next = kNoKeys;
    std::vector<DataId> own_disk;   // of that pod, as it was until now
    std::vector<DataId> elsewhere;  // what is left, wherever
  };
  // A sentence where that loses what must not be lost.
  std::optional<std::string> judge(const Wipe& wipe) const;

  // How many keys of `theirs` that every attached pod once had are not in `mine`. Those do not count any more without
  // which the first pod has opened before: whoever has them keeps them for a person.
  int missing(DataId mine, DataId theirs, bool counts_left = false) const;
  void opened_with(DataId mine);

  int acknowledgements() const { return static_cast<int>(acks_.size()); }

 private:
  struct Ack {
    int pod = 0;
    bool by_first = false;
    bool replicated = false;
    bool was_left = false;  // by an opening
  };
  bool is_protected(SimOp key, const Wipe& wipe) const;

  const SimLedger& ledger_;
  std::vector<Ack> acks_;
  std::size_t counted_from_ = 0;
  bool was_flushed_ = false;
  DataId replicated_ = kNoKeys;  // marked last
};

}  // namespace agent
