#include "contract/replication_script.h"

#include <algorithm>
#include <map>

#include "core/text.h"
#include "sim/clock.h"

namespace agent {

namespace {
constexpr int kSteps = 14;

constexpr std::string_view kWords[] = {
    "set",       "flushall",       "save",           "follow",         "park",
    "promote",   "restart-master", "restart-closed", "restart-parked", "restart-following",
    "open-door", "fence",          "lift-fence",     "cut-master",     "cut-replicas"};

// Sets are frequent; what empties is rare.
constexpr ScriptVerb kMix[] = {ScriptVerb::set,
                               ScriptVerb::set,
                               ScriptVerb::set,
                               ScriptVerb::set,
                               ScriptVerb::set,
                               ScriptVerb::flush_all,
                               ScriptVerb::save,
                               ScriptVerb::save,
                               ScriptVerb::follow,
                               ScriptVerb::follow,
                               ScriptVerb::follow,
                               ScriptVerb::park,
                               ScriptVerb::promote,
                               ScriptVerb::promote,
                               ScriptVerb::restart_master,
                               ScriptVerb::restart_closed,
                               ScriptVerb::restart_parked,
                               ScriptVerb::restart_following,
                               ScriptVerb::open_door,
                               ScriptVerb::open_door,
                               ScriptVerb::fence,
                               ScriptVerb::lift_fence,
                               ScriptVerb::cut_master,
                               ScriptVerb::cut_replicas};

int below(SimRandom& random, int limit) { return static_cast<int>(random.next() * limit); }

char name_of(int server) { return static_cast<char>('A' + server); }
}  // namespace

std::string to_text(const ScriptStep& step) {
  std::string out = cat(kWords[static_cast<std::size_t>(step.verb)], ' ', name_of(step.server));
  const bool has_other = step.verb == ScriptVerb::follow || step.verb == ScriptVerb::restart_following;
  return step.verb == ScriptVerb::set ? cat(out, " key ", step.other)
                                      : out + (has_other ? cat(" of ", name_of(step.other)) : "");
}

// It begins with a set of three that hold something.
Script script_of(std::uint64_t seed, const SimRelease& release) {
  SimRandom random(seed);
  Script script{.name = std::to_string(seed),
                .steps = {{ScriptVerb::set, 0, 0}, {ScriptVerb::follow, 1, 0}, {ScriptVerb::follow, 2, 0}}};
  for (std::size_t i = 0; i < kServers; ++i) {
    script.aof[i] = (seed >> i) % 4 == 3;
    script.releases[i] = release;
  }
  for (int i = 0; i < kSteps; ++i) {
    ScriptStep step{kMix[below(random, std::size(kMix))], below(random, kServers), 0};
    step.other = step.verb == ScriptVerb::set ? i + 1 : (step.server + 1 + below(random, kServers - 1)) % kServers;
    script.steps.push_back(step);
  }
  return script;
}

namespace {

// The histories by the order in which they are met: the same on both sides whatever their digits.
class Histories {
 public:
  std::string name(const std::string& id) {
    if (id.find_first_not_of('0') == std::string::npos) {
      return "none";
    }
    return cat("h", known_.emplace(id, known_.size()).first->second);
  }

 private:
  std::map<std::string, std::size_t> known_;
};

std::string compared(std::int64_t a, std::int64_t b) { return a < b ? "<" : a > b ? ">" : "="; }

// How far two servers are, where they share a history.
void tell_relations(std::string& out, const std::vector<ScriptSight>& sights) {
  for (std::size_t i = 0; i < sights.size(); ++i) {
    for (std::size_t j = 0; j < sights.size(); ++j) {
      const auto& a = sights[i].info;
      const auto& b = sights[j].info;
      const auto mine = a.master_offset.value_or(-1);
      if (!sights[i].runs || !sights[j].runs) {
        continue;
      }
      if (i < j && a.replid == b.replid) {
        out += cat("  ", name_of(static_cast<int>(i)), compared(mine, b.master_offset.value_or(-1)),
                   name_of(static_cast<int>(j)), '\n');
      }
      if (i != j && a.replid2 == b.replid) {
        out += cat("  branch of ", name_of(static_cast<int>(i)), compared(*a.second_offset - 1, *b.master_offset),
                   name_of(static_cast<int>(j)), '\n');
      }
    }
    const auto& info = sights[i].info;
    if (info.second_offset.value_or(-1) > 0) {
      out += cat("  own branch ", compared(*info.second_offset - 1, info.master_offset.value_or(-1)), " own offset\n");
    }
  }
}

}  // namespace

std::string told(const Script& script, const std::vector<ScriptSight>& sights, const std::string& answer) {
  std::string out = cat("  answered ", answer.substr(0, answer.find(' ')), '\n');
  Histories histories;
  for (std::size_t i = 0; i < sights.size(); ++i) {
    const auto& [info, follows, keys, attached, runs] = sights[i];
    if (!runs) {
      out += cat("  ", name_of(static_cast<int>(i)), " does not run\n");
      continue;
    }
    out += cat("  ", name_of(static_cast<int>(i)), ' ', to_text(info.role.value_or(Role::master)));
    if (info.link) {
      out += cat(follows < 0 ? " of nobody" : cat(" of ", name_of(follows)), info.link->up ? " up" : " down",
                 info.link->down_since_seconds ? " since" : "", " applied ",
                 compared(info.link->replica_offset.value_or(0), info.master_offset.value_or(0)));
    }
    out += cat(", ", histories.name(info.replid), " before ", histories.name(info.replid2));
    if (!script.has_loop) {
      out += cat(", syncs ", info.sync_full.value_or(-1), '/', info.sync_partial_ok.value_or(-1), '/',
                 info.sync_partial_err.value_or(-1), ", feeds ", attached);
    }
    out += ", keys";
    for (const int key : keys) {
      out += cat(' ', key);
    }
    out += info.loading.value_or(false) ? ", loading\n" : "\n";
  }
  tell_relations(out, sights);
  return out;
}

}  // namespace agent
