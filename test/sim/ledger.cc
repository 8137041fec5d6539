#include "sim/ledger.h"

namespace agent {

namespace {
std::uint64_t mixed(SimOp key) {
  std::uint64_t z = (static_cast<std::uint64_t>(key) + 1) * 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  return z ^ (z >> 27U);
}
}  // namespace

DataId SimLedger::after(DataId before, SimOp op) {
  if (op == kPing) {
    return before;
  }
  for (auto next = node(before).first_after; next != kNoKeys; next = node(next).sibling) {
    if (node(next).op == op) {
      return next;
    }
  }
  const bool is_flush = op == kFlushAll;
  nodes_.push_back({.before = before,
                    .op = op,
                    .keys = is_flush ? 0 : keys(before) + 1,
                    .sum = is_flush ? 0 : node(before).sum + mixed(op),
                    .sibling = node(before).first_after});
  const auto made = static_cast<DataId>(nodes_.size() - 1);
  nodes_[static_cast<std::size_t>(before)].first_after = made;
  return made;
}

bool SimLedger::holds(DataId data, SimOp key) const {
  bool found = false;
  each_key(data, [&](SimOp op) {
    found = op == key;
    return !found;
  });
  return found;
}

std::vector<SimOp> SimLedger::keys_of(DataId data) const {
  std::vector<SimOp> keys;
  each_key(data, [&](SimOp op) {
    keys.push_back(op);
    return true;
  });
  return keys;
}

// A data set is made after those it comes from, so the numbers only fall on the way back.
bool SimLedger::descends(DataId data, DataId from) const {
  while (data > from) {
    data = node(data).before;
  }
  return data == from;
}

}  // namespace agent
