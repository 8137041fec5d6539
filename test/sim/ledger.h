// Every data set that exists in a simulated world, as a number: data sets that came about by the same writes are the
// same number, so copying one is free and comparing two is quick. Not a server: it does not know who holds what.
#pragma once

#include <cstdint>
#include <vector>

namespace agent {

using DataId = std::int32_t;
inline constexpr DataId kNoKeys = 0;

// What a write does: sets the key of this number, or one of these.
using SimOp = std::int32_t;
inline constexpr SimOp kFlushAll = -1;
inline constexpr SimOp kPing = -2;  // travels in the stream and changes nothing

class SimLedger {
 public:
  // The data set that `op` makes of `before`.
  DataId after(DataId before, SimOp op);
  int keys(DataId data) const { return node(data).keys; }
  bool holds(DataId data, SimOp key) const;
  std::vector<SimOp> keys_of(DataId data) const;  // newest first
  // The same keys, on whichever way.
  bool same(DataId a, DataId b) const { return a == b || node(a).sum == node(b).sum; }
  // Calls `visit` with each key of `data`, newest first, until it returns false.
  template <class Visit>
  void each_key(DataId data, const Visit& visit) const {
    for (; data != kNoKeys && node(data).op != kFlushAll; data = node(data).before) {
      if (!visit(node(data).op)) {
        return;
      }
    }
  }
  // The data set that this one came from, by one write.
  DataId before(DataId data) const { return node(data).before; }
  bool descends(DataId data, DataId from) const;

 private:
  struct Node {
    DataId before = kNoKeys;
    SimOp op = kFlushAll;
    int keys = 0;
    std::uint64_t sum = 0;
    DataId first_after = kNoKeys;
    DataId sibling = kNoKeys;
  };
  const Node& node(DataId data) const { return nodes_[static_cast<std::size_t>(data)]; }
  std::vector<Node> nodes_{1};
};

}  // namespace agent
