#include "app/sidecar.h"

#include <algorithm>
#include <utility>

#include "core/rdb_head.h"
#include "core/text.h"

namespace agent {

namespace {

// From the first view of a round to the tick that takes it in: long enough that the views of one round come together (a
// tick between two of them would see half a change), short enough that nobody waits for it.
constexpr Duration kSettle = std::chrono::milliseconds(20);

// How soon the world is looked at again while something is under way.
constexpr Duration kUrgentTick = std::chrono::milliseconds(200);

// A kernel's own: another one means that the machine has started anew.
constexpr auto kBootId = "/proc/sys/kernel/random/boot_id";

Level level_of(Health health) {
  switch (health) {
    case Health::healthy:
      return Level::info;
    case Health::down:
      return Level::error;
    default:
      return Level::warning;
  }
}

}  // namespace

Sidecar::Sidecar(const World& world, Files& files, Agents& agents, Journal& journal, const Settings& settings)
    : world_(world),
      files_(files),
      journal_(journal),
      settings_(settings),
      watch_(world, settings, OwnRedis::local, [this] { wake(); }),
      agents_(world.clock, agents, settings.redis.command_timeout, [this] { wake(); }),
      hand_(world.clock, files, watch_, settings),
      started_(world.clock.wall()),
      own_since_(started_) {}

void Sidecar::start() {
  const auto& pod = settings_.pod;
  journal_.tell(Level::info, Reason::agent_started,
                cat("watching ", pod_name(pod.identity), ", the Redis at ", to_text(settings_.redis.local),
                    "; the set's master is ", is_first(pod) ? "this pod" : master_name(pod)));
  state_.since = world_.clock.now();
  if (settings_.guard.boot == Boot::guarded) {
    recall();
  }
  poll();
  tick();
}

// What the state file says of this pod; another pod's is foreign and no memory.
void Sidecar::recall() {
  const auto path = state_file(*settings_.data_dir);
  const auto boot_id = files_.read(kBootId);
  state_.guard.boot_id = boot_id ? std::string(trim_line_ends(*boot_id)) : std::string();
  const auto text = files_.read(path);
  if (!text) {
    return;
  }
  auto memory = parse_memory(*text);
  const auto own = pod_fqdn(settings_.pod.domain, pod_name(settings_.pod.identity));
  if (!memory || memory->pod != own) {
    journal_.tell(Level::warning, Reason::agent_started,
                  cat(path, memory ? cat(" is of ", memory->pod) : std::string(" cannot be read as a state file"),
                      ": this pod begins without memory"));
    return;
  }
  if (const auto place = files_.read(place_file(*settings_.data_dir))) {
    read_place(*place, memory->boot_id == state_.guard.boot_id, *memory);
  }
  state_.guard.memory = noted_ = std::move(memory);
}

void Sidecar::poll() {
  next_poll_ = world_.clock.after(is_urgent_ ? std::min(kUrgentTick, settings_.run.tick) : settings_.run.tick,
                                  [this] { poll(); });
  ++ticks_;
  wake();
  watch_.poll();
}

std::expected<std::string, std::string> Sidecar::accept_data_loss() {
  if (settings_.guard.boot != Boot::guarded) {
    return std::unexpected("this agent runs with --boot direct and holds nothing");
  }
  if (!is_hold_) {
    return std::unexpected(
        cat("there is no hold to end: ", to_text(snapshot_->own.reason), ", ", snapshot_->own.sentence));
  }
  state_.guard.has_word = true;
  journal_.tell(Level::warning, Reason::bootstrapped,
                cat("the operator accepts the loss of data and ends the hold ", to_text(snapshot_->own.reason)));
  wake();
  return cat("ends the hold ", to_text(snapshot_->own.reason), ": ", snapshot_->own.sentence);
}

void Sidecar::wake() {
  if (!next_tick_) {
    next_tick_ = world_.clock.after(kSettle, [this] { tick(); });
  }
}

void Sidecar::tick() {
  next_tick_.reset();
  auto observation = watch_.observe();
  agents_.add_to(observation);
  if (settings_.guard.boot == Boot::guarded && is_new_process(state_.guard, observation)) {
    look_at_files(observation);
  }
  auto next = step(settings_, std::move(state_), observation, hand_.is_busy());
  for (const auto& tale : next.tales) {
    journal_.tell(level_of(tale.health), tale.reason, tale.sentence);
  }
  state_ = std::move(next.state);
  is_hold_ = next.is_hold;
  const bool was_urgent = std::exchange(is_urgent_, next.is_urgent);
  if (settings_.guard.boot == Boot::guarded) {
    remember();
    if (next.own.health != Health::healthy || state_.guard.awaits_word) {
      agents_.poll(observation);
    }
  }
  if (next.action) {
    act(*next.action);
  } else if (is_urgent_ && !was_urgent) {
    next_poll_ = world_.clock.after(std::min(kUrgentTick, settings_.run.tick), [this] { poll(); });
  }
  publish(observation, std::move(next));
}

// What only files tell of a new process, and of the one before it.
void Sidecar::look_at_files(Observation& observation) const {
  const auto& directory = *settings_.data_dir;
  const auto& memory = state_.guard.memory;
  observation.was_ended = memory && !memory->process.empty() &&
                          files_.was_removed(pid_file(directory), pid_link(directory), memory->process);
  if (wants_rdb(state_.guard, observation)) {
    const auto head = files_.rdb_head(directory, kRdbHeadMax);
    observation.rdb = head ? position_in_rdb(*head) : std::nullopt;
  }
}

void Sidecar::act(const Action& action) {
  hand_.carry_out(action, [this, action](Outcome outcome, const std::string& error) {
    const bool is_told = state_.guard.error == error;
    acted(state_.guard, action, outcome, error, world_.clock.now());
    if (action.deed == Deed::keep_copy && outcome == Outcome::done) {
      has_kept_ = true;
      journal_.tell(Level::warning, action.reason,
                    cat("hard links of the data files are in ", copy_directory(settings_), " of this volume"));
    }
    if (outcome == Outcome::refused && !is_told) {
      journal_.tell(Level::error, Reason::act_failed, cat(to_text(action), " was refused: ", error));
    }
    poll();  // what was seen before is of no use any more
  });
}

std::expected<void, FileError> Sidecar::write_memory(const Memory& memory, bool has_only_moved) {
  const auto path = state_file(*settings_.data_dir);
  if (auto made = files_.make_directory(path.substr(0, path.rfind('/'))); !made) {
    return made;
  }
  if (has_only_moved) {
    return files_.note(place_file(*settings_.data_dir), place_text(*memory.at, written_back_.place()));
  }
  // First, for the state file outlives the machine.
  if (auto synced = files_.sync_data(*settings_.data_dir); !synced) {
    return synced;
  }
  return files_.write(path, to_text(memory), false);
}

// The offset moves all the time; it is noted once a tick. Everything else is written at once, so that it outlives the
// machine: after an append-only file it is all that tells the history.
void Sidecar::remember() {
  auto& memory = state_.guard.memory;
  const auto now = world_.clock.now();
  if (!memory || memory == noted_) {
    return;
  }
  const bool is_same_history = noted_ && noted_->at && memory->at && noted_->at->replid == memory->at->replid;
  auto elsewhere = *memory;
  elsewhere.at = noted_ ? noted_->at : std::nullopt;
  const bool has_only_moved = is_same_history && elsewhere == *noted_;
  if ((has_only_moved || is_note_refused_) && now - noted_at_ < settings_.run.tick) {
    return;
  }
  if (memory->at) {
    written_back_.look(*memory->at, now);
  }
  if (!noted_ || noted_->run_id != memory->run_id) {
    const auto& directory = *settings_.data_dir;
    memory->process = files_.mark(pid_file(directory), pid_link(directory)).value_or("");
  }
  const auto written = write_memory(*memory, has_only_moved);
  if (!written && !std::exchange(is_note_refused_, true)) {
    journal_.tell(Level::error, Reason::act_failed,
                  cat(written.error().what,
                      ": after a restart from an append-only file nobody will know which history "
                      "the data continues"));
  }
  is_note_refused_ = !written;
  noted_ = written ? memory : noted_;  // else it is tried again
  noted_at_ = now;
}

void Sidecar::publish(const Observation& observation, Step&& step) {
  if (!snapshot_ || snapshot_->own.reason != step.own.reason) {
    own_since_ = world_.clock.wall();
  }
  const auto* self = self_of(observation);
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->at = observation.now;
  snapshot->wall = world_.clock.wall();
  snapshot->started = started_;
  snapshot->ticks = ticks_;
  snapshot->pod = pod_name(settings_.pod.identity);
  snapshot->own = std::move(step.own);
  snapshot->own_since = own_since_;
  snapshot->redis = self == nullptr ? std::nullopt : self->redis;
  snapshot->master_dns = observation.master_dns;
  snapshot->service_dns = observation.service_dns;
  snapshot->set = std::move(step.set);
  snapshot->data = published(state_.guard);
  snapshot->kept = has_kept_ ? copy_directory(settings_) : std::string();
  snapshot_ = std::move(snapshot);
}

}  // namespace agent
