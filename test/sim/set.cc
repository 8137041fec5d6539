#include "sim/set.h"

#include <algorithm>

#include "core/memory.h"
#include "core/text.h"

namespace agent {

namespace {
constexpr Duration kWordTakes = std::chrono::seconds(40);  // DNS may name the first pod late

constexpr auto kSet = "redis";
constexpr Duration kSoonMax = std::chrono::milliseconds(300);
const Domain kDomain{.service = "redis", .ns = "default", .cluster = "cluster.local"};
}  // namespace

SimSet::SimSet(const Plan& plan, bool records)
    : plan_(plan),
      records_(records),
      random_(plan.seed * 31 + 7),
      net_(clock_, random_),
      dns_(clock_, kDomain, kSet),
      oracle_(ledger_),
      domain_(kDomain) {
  clock_.run_for(std::chrono::hours(1));
  began_ = clock_.now();
  net_.set_delay(plan.net_least, plan.net_jitter);
  dns_.set_habits(plan.dns);
  for (int i = 0; i < plan.pods; ++i) {
    pods_.push_back(std::make_unique<SimPod>());
    pods_.back()->ordinal = i;
    pods_.back()->release = plan.confs[static_cast<std::size_t>(i)].release;
    pods_.back()->boot_id = cat("boot-", i, "-0");
  }
}

SimSet::~SimSet() {
  records_ = false;
  for (auto& gone : pods_) {
    gone->agent.reset();
    gone->server.reset();
  }
}

Duration SimSet::soon() {
  return Duration(static_cast<Duration::rep>(random_.next() * static_cast<double>(kSoonMax.count())));
}

void SimSet::tell(const std::string& text) {
  if (records_) {
    lines_.push_back({age(), text});
  }
}

void SimSet::violate(const std::string& what) {
  if (!violation_) {
    violation_ = what;
    tell("VIOLATION: " + what);
    for (const auto& each : pods_) {
      tell_standing(*each);
    }
  }
}

// For who reads the story: what INFO shows of the pod's data, and what its agent says of it.
void SimSet::tell_standing(const SimPod& pod) {
  if (!records_ || !pod.node || !pod.server || !pod.server->runs()) {
    return;
  }
  const auto info = pod.server->info();
  const auto place = [](const Position& at) { return cat(at.replid.substr(0, 8), '@', at.offset); };
  auto text = cat("redis-", pod.ordinal, ": ", info.keys.value_or(0), " keys, ",
                  info.link ? cat("replica of ", info.link->host, info.link->up ? " (up) at " : " (down) at ",
                                  info.link->replica_offset.value_or(0), ", ")
                            : std::string("master, "),
                  place({info.replid, info.master_offset.value_or(0)}), " before ",
                  place({info.replid2, info.second_offset.value_or(0)}));
  const auto snapshot = pod.agent ? pod.agent->sidecar().snapshot() : nullptr;
  if (snapshot && snapshot->data) {
    const auto& data = *snapshot->data;
    text += data.continues ? cat("; continues ", place(data.continues->at), ' ', to_text(data.continues->certainty))
                           : "; continues nothing known";
    for (const auto& ancestor : data.ancestors) {
      text += cat(", grew out of ", place(ancestor));
    }
  }
  tell(text);
}

void SimSet::begin() {
  for (int i = 0; i < plan_.pods; ++i) {
    bring_back(i, soon(), {});
  }
  later(std::chrono::milliseconds(500), [this] { housekeeping(); });
  later(plan_.write_period, [this] { write_round(); });
}

void SimSet::run_for(Duration span) {
  const auto end = clock_.now() + span;
  while (!violation_ && clock_.run_one(end)) {
  }
  if (!violation_) {
    clock_.run_for(end - clock_.now());
  }
}

Settings SimSet::settings_of(const SimPod& pod) const {
  Settings settings;
  settings.pod.identity = {.set = kSet, .ordinal = pod.ordinal};
  settings.pod.domain = domain_;
  settings.pod.own_addresses = {pod.ip};
  if (plan_.names_replicas) {
    settings.pod.replicas = plan_.pods;
  }
  settings.guard = plan_.guard;
  settings.data_dir = "/data";
  return settings;
}

// What init writes: nothing that lets a pod serve or follow by itself.
SimConf SimSet::conf_of(const SimPod& pod) const {
  auto conf = plan_.confs[static_cast<std::size_t>(pod.ordinal)];
  conf.release = pod.release;
  if (pod.ordinal == 0) {
    conf.bind = "127.0.0.1 -::1";
  } else {
    conf.replicaof = SimMasterOf{"127.0.0.1", 0};
  }
  return conf;
}

// What the closed door and the fence replace for a while stands in the state file; what else is in it stays.
void SimSet::init_pod(SimPod& pod) {
  const auto path = state_file("/data");
  auto& note = pod.volume.notes[path];
  const auto name = pod_fqdn(domain_, pod_name(kSet, pod.ordinal));
  auto memory = parse_memory(note.text);
  if (!memory || memory->pod != name) {
    memory = Memory{};
    memory->pod = name;
  }
  memory->bind = "* -::*";
  memory->min_replicas = conf_of(pod).min_replicas;
  note.text = to_text(*memory);
  note.synced = note.text;
}

bool SimSet::has_converged() { return why_not_converged().empty(); }

std::string SimSet::why_not_converged() {
  auto* const first = server_of(0);
  if (first == nullptr || !first->takes_writes()) {
    return "redis-0 does not take writes";
  }
  for (int i = 0; i < plan_.pods; ++i) {
    const auto* const server = server_of(i);
    if (server == nullptr || !server->runs() || server->is_loading() || !pod(i).agent) {
      return cat("redis-", i, " does not run");
    }
    if (i == 0) {
      continue;
    }
    const auto& master = server->master();
    if (!master || !server->is_link_up() || master->host != pod(0).ip.text) {
      return cat("redis-", i, " is not attached to redis-0");
    }
    if (server->data() != first->data() || server->offset() != first->offset()) {
      return cat("redis-", i, " is not equal to redis-0");
    }
  }
  return "";
}

int SimSet::accept_data_loss() {
  int taken = 0;
  for (const auto& each : pods_) {
    if (!each->agent) {
      continue;
    }
    if (const auto word = each->agent->sidecar().accept_data_loss()) {
      ++taken;
      oracle_.operator_spoke();
      hand_until_ =
          std::max(hand_until_, clock_.now() + kWordTakes);  // a master by hand follows when it sees the first pod
      tell(cat("the operator accepts the loss at redis-", each->ordinal, ": ", *word));
    } else {
      tell(cat("redis-", each->ordinal, " has no hold: ", word.error()));
    }
  }
  return taken;
}

}  // namespace agent
