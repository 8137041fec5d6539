#include "show/checks.h"

#include <algorithm>
#include <array>
#include <span>

#include "core/duration.h"
#include "core/text.h"
#include "core/utf8.h"

namespace agent {

namespace {

// What a reason is about.
enum class Part { redis, role, link, lag, replicas, disk };

std::string_view to_text(Part part) {
  constexpr std::array<std::string_view, 6> kNames{"redis", "role", "link", "lag", "replicas", "disk"};
  return kNames[static_cast<std::size_t>(part)];
}

Part part_of(Reason reason) {
  switch (reason) {
    case Reason::role_unknown:
    case Reason::second_master:
    case Reason::first_pod_follows:
    case Reason::stray_master:
    case Reason::parked:
    case Reason::wrong_master:
    case Reason::master_moved:
      return Part::role;
    case Reason::link_down:
    case Reason::link_syncing:
    case Reason::link_stale:
    case Reason::link_unproven:
    case Reason::link_flapping:
    case Reason::resync_loop:
      return Part::link;
    case Reason::lagging:
      return Part::lag;
    case Reason::replicas_missing:
      return Part::replicas;
    case Reason::saves_failing:
      return Part::disk;
    default:
      return Part::redis;
  }
}

std::string why(const Verdict& verdict) { return cat(to_text(verdict.reason), ": ", verdict.sentence); }

Check failed(std::string_view name, std::string note) {
  return {.name = name, .result = Check::Result::failed, .note = std::move(note)};
}

// The checks that every endpoint begins with; more may be added only when they passed.
Checks begin(const LoopAge& loop, const Snapshot* snapshot) {
  auto checks = check_live(loop);
  if (checks.passed() && snapshot == nullptr) {
    checks.list.push_back(failed("redis", "starting: the agent has not looked at its Redis yet"));
  }
  return checks;
}

// The verdict is the first rule that held, from ignorance to health: parts before its own were looked at and are well,
// parts after it were not looked at.
void add_parts(Checks& checks, const Verdict& own, std::span<const Part> parts) {
  const auto decisive = part_of(own.reason);
  bool before = true;
  for (const auto part : parts) {
    Check check{.name = to_text(part), .result = Check::Result::ok, .note = {}};
    if (part == decisive) {
      before = false;
      check.result = own.ready ? Check::Result::ok : Check::Result::failed;
      check.note = own.health == Health::healthy ? std::string() : why(own);
    } else if (!before && !own.ready) {
      check.result = Check::Result::not_judged;
    }
    checks.list.push_back(std::move(check));
  }
}

bool says_master(const Snapshot& snapshot) {
  return snapshot.redis && snapshot.redis->value.info && snapshot.redis->value.info->role == Role::master;
}

// One check for what the verdict says as a whole.
void add_claim(Checks& checks, std::string_view name, bool holds, const Verdict& own) {
  checks.list.push_back(holds ? Check{.name = name, .result = Check::Result::ok, .note = {}} : failed(name, why(own)));
  checks.way_out = holds ? std::string_view() : about(own.reason).way_out;
}

}  // namespace

bool Checks::passed() const {
  return std::ranges::all_of(list, [](const Check& check) { return check.result == Check::Result::ok; });
}

Duration loop_age_max(Duration tick) { return std::max<Duration>(5 * tick, std::chrono::seconds(10)); }

Checks check_live(const LoopAge& loop) {
  if (loop.age <= loop.max) {
    return {.list = {{.name = "loop", .result = Check::Result::ok, .note = {}}}, .way_out = {}};
  }
  return {.list = {failed("loop", cat("the last tick was ", rough(loop.age), " ago, more than ", rough(loop.max)))},
          .way_out = "A restart of this container ends it; its log of before says more."};
}

Checks check_ready(const LoopAge& loop, const Snapshot* snapshot) {
  auto checks = begin(loop, snapshot);
  if (!checks.passed()) {
    return checks;
  }
  constexpr std::array kOfMaster{Part::redis, Part::role, Part::replicas, Part::disk};
  constexpr std::array kOfReplica{Part::redis, Part::role, Part::link, Part::lag, Part::disk};
  const auto& own = snapshot->own;
  add_parts(checks, own, says_master(*snapshot) ? std::span<const Part>(kOfMaster) : std::span<const Part>(kOfReplica));
  if (checks.passed() != own.ready) {  // the verdict is right, whatever the parts say
    checks.list.push_back(failed("verdict", why(own)));
  }
  checks.way_out = own.ready ? std::string_view() : about(own.reason).way_out;
  return checks;
}

Checks check_master(const LoopAge& loop, const Snapshot* snapshot) {
  auto checks = begin(loop, snapshot);
  if (checks.passed()) {
    add_claim(checks, "master", snapshot->own.is_master, snapshot->own);
  }
  return checks;
}

Checks check_replica(const LoopAge& loop, const Snapshot* snapshot, Duration max_lag) {
  auto checks = begin(loop, snapshot);
  if (!checks.passed()) {
    return checks;
  }
  const auto& own = snapshot->own;
  add_claim(checks, "replica", own.is_replica, own);
  if (!own.is_replica) {
    checks.list.push_back({.name = "lag", .result = Check::Result::not_judged, .note = {}});
    return checks;
  }
  const auto lag = own.lag ? std::optional(*own.lag + loop.age) : std::nullopt;
  if (!lag) {
    checks.list.push_back(failed("lag", "how old its data is, is not known"));
  } else if (*lag > max_lag) {
    checks.list.push_back(failed("lag", cat("its data may be ", rough(*lag), " old, more than ", rough(max_lag))));
  } else {
    checks.list.push_back({.name = "lag", .result = Check::Result::ok, .note = {}});
  }
  return checks;
}

std::string checks_text(std::string_view endpoint, const Checks& checks) {
  std::string out;
  for (const auto& check : checks.list) {
    switch (check.result) {
      case Check::Result::ok:
        out += cat("[+]", check.name, " ok", check.note.empty() ? "" : ", but ", one_line(check.note), '\n');
        break;
      case Check::Result::failed:
        out += cat("[-]", check.name, " failed: ", one_line(check.note), '\n');
        break;
      case Check::Result::not_judged:
        out += cat("[ ]", check.name, " not judged\n");
    }
  }
  out += cat(endpoint, " check ", checks.passed() ? "passed" : "failed", '\n');
  return checks.way_out.empty() ? out : cat(out, "-> ", checks.way_out, '\n');
}

}  // namespace agent
