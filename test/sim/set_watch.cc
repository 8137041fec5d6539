// The clients of a simulated set, and what the oracle is told.
#include <algorithm>
#include <utility>

#include "core/text.h"
#include "sim/set.h"

namespace agent {

namespace {
constexpr Duration kNameTakes = std::chrono::seconds(2);    // beyond the caches of DNS
constexpr int kWithinATick = 10;                            // keys
constexpr Duration kAnswerTakes = std::chrono::seconds(5);  // for a server that is up to be asked again, and its agent
}  // namespace

// Clients try every pod: whatever is acknowledged anywhere counts.
bool SimSet::write_once() {
  bool is_taken = false;
  for (int i = 0; i < plan_.pods; ++i) {
    auto* const server = server_of(i);
    if (server == nullptr || !server->takes_writes()) {
      continue;
    }
    const auto caller = std::make_shared<SimCaller>();
    const auto reply = server->execute(caller, {"SET", std::to_string(oracle_.next_key()), "value"});
    if (std::holds_alternative<ReplyText>(reply)) {
      oracle_.acknowledged(i, i == 0);
      is_taken = true;
    }
  }
  return is_taken;
}

void SimSet::write_round() {
  if (is_healed_) {
    return;
  }
  later(plan_.write_period, [this] { write_round(); });
  if (auto* const first = server_of(0);
      first != nullptr && first->runs() && first->is_master() && first->replicated_everywhere()) {
    oracle_.replicated(first->data());
  }
  write_once();
}

// For long enough to be seen.
bool SimSet::can_answer(const SimPod& pod) const {
  const auto now = clock_.now();
  return now >= calm_from_ && pod.server->runs() && !pod.server->is_loading() && pod.agent &&
         now - pod.server->started() >= kAnswerTakes;
}

// The first pod opens its door as master. Nobody who can be asked may have what it has not. Of an empty one, and of one
// that has less than it once had, nobody may who is there at all; how far it once was it notes at each tick.
void SimSet::on_open() {
  const auto now = clock_.now();
  if (now < names_from_ || now < hand_until_ || !plan_.publishes_not_ready) {
    return;
  }
  const auto mine = pod(0).server->data();
  const bool is_empty = ledger_.keys(mine) == 0;
  for (const auto& each : pods_) {
    const bool ends_unknown =  // nobody can tell how far it goes; if it goes further, its pod keeps hard links of it
        conf_of(*each).aof && (each->machine_boots > 0 || (!is_empty && each->server && each->server->was_cut_short()));
    if (each->ordinal == 0 || !each->node || ends_unknown || now - each->there_since < plan_.dns.cache + kNameTakes) {
      continue;
    }
    std::vector<DataId> theirs;
    const bool answers = can_answer(*each);
    if (answers) {
      theirs.push_back(each->server->data());
    } else if (is_empty || pod(0).machine_boots == 0) {
      const auto& files = each->volume.files;
      const bool reads_aof = conf_of(*each).aof && files.aof;  // whatever else lies beside it
      collect(reads_aof ? SimDataFiles{.rdb = {}, .aof = files.aof} : files, theirs);
    }
    for (const auto data : theirs) {
      const auto missing = oracle_.missing(mine, data);
      if (missing > (answers || is_empty ? 0 : kWithinATick)) {
        violate(cat("redis-0 opens with ", ledger_.keys(mine), " keys, without ", missing, " acknowledged ones out of ",
                    ledger_.keys(data), " of redis-", each->ordinal));
      }
    }
  }
}

void SimSet::on_change() {
  const auto* const first = server_of(0);
  const bool is_open = first != nullptr && first->runs() && first->is_master() && first->is_open();
  const bool was_open = std::exchange(was_open_, is_open);
  if (is_open && !was_open) {
    on_open();
    oracle_.opened_with(first->data());
  }
  int masters = 0;
  std::string who;
  for (const auto& each : pods_) {
    if (each->node && each->server && each->server->takes_writes()) {
      ++masters;
      if (masters > 1) {
        who += " and ";
      }
      who += cat("redis-", each->ordinal);
    }
  }
  if (masters > 1 && dns_.is_healthy() && clock_.now() > hand_until_) {
    violate(who + " take writes at once");
  }
}

void SimSet::collect(const SimDataFiles& files, std::vector<DataId>& out) const {
  if (files.rdb) {
    out.push_back(files.rdb->data);
  }
  if (files.aof) {
    out.push_back(files.aof->data);
  }
}

// Wherever else that data is: a pod with nothing, which can take nothing, is of no use to anybody.
void SimSet::on_emptied(int ordinal, DataId old) {
  if (oracle_.missing(kNoKeys, old, true) > 0) {
    violate(cat("redis-", ordinal, " with ", ledger_.keys(old), " keys is emptied for data that it cannot read"));
  }
}

// A replica that outlived the machine of the first pod and was linked to the end, or to the last place of the first
// pod's file that survived that for certain: as far as anybody can tell it has all.
bool SimSet::is_from_survivor(DataId data) const {
  return std::ranges::any_of(pods_, [&](const auto& each) {
    return each->node && each->server->runs() && each->server->process() == each->followed_to_end &&
           ledger_.descends(each->server->data(), data);
  });
}

// Hard links of what is replaced help only the person whom nobody calls. They count for another pod where nobody can
// tell how its data relates to the first pod's, or the plan says so; for the first pod where a FLUSHALL may have been
// lost with the end of its file, so that who has more keys is behind.
bool SimSet::do_links_count(int ordinal, DataId next) const {
  if (ordinal == 0) {
    return is_from_survivor(next) || (oracle_.was_flushed() && pods_.front()->machine_boots > 0);
  }
  const bool is_untold = conf_of(*pods_[static_cast<std::size_t>(ordinal)]).aof || plan_.quiet_agent >= 0;
  const bool may_be_kept = is_untold || plan_.guard.on_newer_replica == OnNewerReplica::keep_copy;
  return may_be_kept;
}

// The RDB file of the pod that syncs is replaced with the data; its append-only file stays until it is written anew,
// and this is called again then.
void SimSet::on_wipe(int ordinal, DataId old, DataId next) {
  SimOracle::Wipe wipe{.pod = ordinal, .old = old, .next = next, .own_disk = {}, .elsewhere = {}};
  const bool do_links = do_links_count(ordinal, next);
  for (const auto& each : pods_) {
    const bool is_own = each->ordinal == ordinal;
    if (!is_own && each->node && each->server->runs()) {
      wipe.elsewhere.push_back(each->server->data());
    }
    if (!is_own) {
      collect(each->volume.files, wipe.elsewhere);
    } else {
      collect(each->volume.files, wipe.own_disk);
      const auto& aof = each->volume.files.aof;
      const bool is_rewrite = each->server->data() != old || each->server->data() == next;
      if (aof && conf_of(*each).aof && !is_rewrite) {
        wipe.elsewhere.push_back(aof->data);
      }
    }
    for (const auto& [directory, copy] : each->volume.copies) {
      if (!is_own || do_links) {
        collect(copy, wipe.elsewhere);
      }
    }
  }
  if (auto lost = oracle_.judge(wipe)) {
    violate(*lost);
  }
}

}  // namespace agent
