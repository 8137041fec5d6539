#include "sim/oracle.h"

#include <algorithm>

#include "core/text.h"

namespace agent {

void SimOracle::replicated(DataId data) {
  if (data == replicated_) {
    return;
  }
  ledger_.each_key(data, [this](SimOp key) {
    auto& ack = acks_[static_cast<std::size_t>(key)];
    const bool is_new = !ack.replicated;
    ack.replicated = ack.replicated || ack.by_first;
    return is_new;  // what came before it was marked before
  });
  replicated_ = data;
}

bool SimOracle::is_protected(SimOp key, const Wipe& wipe) const {
  const auto number = static_cast<std::size_t>(key);
  if (number < counted_from_) {
    return false;
  }
  const auto& ack = acks_[number];
  const bool is_on_its_disk = ack.by_first && ack.pod == wipe.pod &&
                              std::ranges::any_of(wipe.own_disk, [&](DataId data) { return ledger_.holds(data, key); });
  return ack.replicated || is_on_its_disk;
}

std::optional<std::string> SimOracle::judge(const Wipe& wipe) const {
  if (ledger_.descends(wipe.next, wipe.old) ||
      std::ranges::any_of(wipe.elsewhere, [&](DataId data) { return ledger_.descends(data, wipe.old); })) {
    return std::nullopt;
  }
  int lost = 0;
  SimOp example = 0;
  ledger_.each_key(wipe.old, [&](SimOp key) {
    const auto holds = [&](DataId data) { return ledger_.holds(data, key); };
    if (is_protected(key, wipe) && !holds(wipe.next) && std::ranges::none_of(wipe.elsewhere, holds)) {
      ++lost;
      example = key;
    }
    return true;
  });
  if (lost == 0) {
    return std::nullopt;
  }
  return cat("redis-", wipe.pod, " replaces the last copy of ", lost, " acknowledged keys (key ", example,
             " among them): ", ledger_.keys(wipe.old), " keys by ", ledger_.keys(wipe.next));
}

void SimOracle::opened_with(DataId mine) {
  std::vector<bool> is_there(acks_.size());
  ledger_.each_key(mine, [&is_there](SimOp key) {
    is_there[static_cast<std::size_t>(key)] = true;
    return true;
  });
  for (std::size_t i = 0; i < acks_.size(); ++i) {
    acks_[i].was_left = acks_[i].was_left || !is_there[i];
  }
}

int SimOracle::missing(DataId mine, DataId theirs, bool counts_left) const {
  int count = 0;
  ledger_.each_key(theirs, [&](SimOp key) {
    const auto number = static_cast<std::size_t>(key);
    const auto& ack = acks_[number];
    count += number >= counted_from_ && ack.replicated && (counts_left || !ack.was_left) && !ledger_.holds(mine, key)
                 ? 1
                 : 0;
    return true;
  });
  return count;
}

}  // namespace agent
