#include "scenario/scenario.h"

#include <algorithm>

#include "core/duration.h"
#include "core/memory.h"
#include "core/text.h"

namespace agent::test {

namespace {

constexpr auto kTemplate = "/template/redis.conf";
constexpr auto kOutput = "/conf/redis.conf";

int number(std::string_view word) { return to_number<int>(word).value_or(-1); }

IpAddress address_of(int ordinal) { return {cat("10.1.0.", ordinal + 1)}; }
Endpoint redis_of(int ordinal) { return TcpEndpoint{address_of(ordinal), 6379}; }

std::optional<DnsOutcome> outcome_of(std::string_view word) {
  for (int i = 0; i <= static_cast<int>(DnsOutcome::unreachable); ++i) {
    if (to_text(static_cast<DnsOutcome>(i)) == word) {
      return static_cast<DnsOutcome>(i);
    }
  }
  return std::nullopt;
}

}  // namespace

Scenario::Scenario() {
  settings_.pod.identity = {.set = "redis", .ordinal = 0};
  settings_.pod.domain = {.service = "redis", .ns = "default", .cluster = "cluster.local"};
  settings_.init.template_path = kTemplate;
  settings_.init.output_path = kOutput;
  files_.put(kTemplate, "appendonly yes\n");
  files_.put_directory("/conf");
  files_.put_directory("/data");
}

// "dns redis-0 10.1.0.1,10.1.0.9", "dns redis nxdomain", "dns * timeout", "dns * works"
void Scenario::dns(std::string_view name, std::string_view answer) {
  const auto outcome = outcome_of(answer);
  if (name == "*") {
    resolver_.break_all(outcome);
    return;
  }
  const auto full = name == "redis" ? service_fqdn(settings_.pod.domain) : pod_fqdn(settings_.pod.domain, name);
  if (outcome) {
    resolver_.set(full, *outcome);
    return;
  }
  std::vector<IpAddress> addresses;
  for (const auto address : split(answer, ',')) {
    addresses.push_back({std::string(address)});
  }
  resolver_.set(full, addresses);
}

SimRedis& Scenario::at(int ordinal) { return redis_.at(redis_of(ordinal)); }

void Scenario::healthy_set(int pods) {
  std::string service;
  for (int ordinal = 0; ordinal < pods; ++ordinal) {
    redis_.start(redis_of(ordinal)).run_id = cat("run-", ordinal);
    dns(cat("redis-", ordinal), address_of(ordinal).text);
    service += (ordinal == 0 ? "" : ",") + address_of(ordinal).text;
  }
  dns("redis", service);
  for (int ordinal = 1; ordinal < pods; ++ordinal) {
    attach(ordinal, 0);
  }
}

void Scenario::attach(int replica, int master) {
  detach(replica);
  at(replica).link = SimMasterLink{.host = cat("redis-", master, ".redis.default.svc.cluster.local."),
                                   .connected_to = TcpEndpoint{address_of(master), 6379}};
  at(master).replicas.push_back(
      {.ip = address_of(replica).text, .port = 6379, .state = "online", .offset = 0, .lag_seconds = 0});
}

void Scenario::detach(int replica) {
  for (int ordinal = 0; ordinal < 5; ++ordinal) {
    std::erase_if(at(ordinal).replicas,
                  [replica](const AttachedReplica& r) { return r.ip == address_of(replica).text; });
  }
  if (at(replica).link) {
    at(replica).link->connected_to.reset();
    at(replica).link->down_since_seconds = 1;
  }
}

void Scenario::redis(int ordinal, const Words& change) {
  const auto what = change[0];
  const auto value = change.size() > 1 ? change[1] : std::string_view{};
  if (what == "follows") {
    attach(ordinal, number(value));
  } else if (what == "promoted") {
    detach(ordinal);
    at(ordinal).link.reset();
  } else if (what == "parked") {
    detach(ordinal);
    at(ordinal).link = SimMasterLink{.host = "127.0.0.1", .port = 0, .connected_to = {}};
  } else if (what == "unlinked") {
    detach(ordinal);
  } else if (what == "relinks") {  // before anybody looks
    ++at(ordinal).link->local_port;
  } else if (what == "silence") {
    at(ordinal).link->last_io_seconds = number(value);
  } else if (what == "keys") {
    at(ordinal).keys = number(value);
  } else if (what == "saves") {
    at(ordinal).last_rdb_save_ok = value == "work";
  } else if (what == "loading") {
    at(ordinal).loading = value == "yes";
  } else if (what == "busy") {
    at(ordinal).busy = value == "yes";
  }
}

void Scenario::start(std::string_view what) {
  const World world{.clock = clock_, .resolver = resolver_, .redis = redis_};
  settings_.redis.local = redis_of(settings_.pod.identity.ordinal);
  settings_.pod.own_addresses = {address_of(settings_.pod.identity.ordinal)};
  if (what == "init") {
    init_ = std::make_unique<Init>(world, random_, files_, journal_, settings_);
    init_->start([this](ExitCode code) {
      journal_.tell(Level::info, Reason::initializing, cat("(exit code ", static_cast<int>(code), ')'));
    });
  } else {
    sidecar_ = std::make_unique<Sidecar>(world, files_, agents_, journal_, settings_);
    sidecar_->start();
  }
}

std::optional<std::string> Scenario::run(std::string_view line) {
  const auto said = words(line);
  if (said.empty() || said[0].starts_with('#')) {
    return std::nullopt;
  }
  const auto verb = said[0];
  const auto first = said.size() > 1 ? said[1] : std::string_view{};
  if (verb == "pod") {
    settings_.pod.identity.ordinal = number(first);
  } else if (verb == "set") {
    healthy_set(number(first));
  } else if (verb == "dns" && said.size() == 3) {
    dns(first, said[2]);
  } else if (verb == "redis" && said.size() >= 3) {
    redis(number(first), Words(said.begin() + 2, said.end()));
  } else if (verb == "stop") {
    redis_.stop(redis_of(number(first)));
  } else if (verb == "restart") {
    redis_.restart(redis_of(number(first)));
  } else if (verb == "freeze") {
    redis_.freeze(redis_of(number(first)));
  } else if (verb == "thaw") {
    redis_.thaw(redis_of(number(first)));
  } else if (verb == "cut") {
    redis_.cut(redis_of(number(first)));
  } else if (verb == "heal") {
    redis_.heal(redis_of(number(first)));
  } else if (verb == "timeout") {
    settings_.init.timeout = parse_duration(first).value_or(Duration::zero());
  } else if (verb == "data-dir") {
    settings_.data_dir = "/data";
  } else if (verb == "guarded") {
    settings_.data_dir = "/data";
    settings_.guard.boot = Boot::guarded;
  } else if (verb == "template") {  // one line of it
    files_.put(kTemplate, cat(files_.read(kTemplate).value(), line.substr(line.find(' ') + 1), '\n'));
  } else if (verb == "state") {  // the pod that it is of, or torn
    Memory memory;
    memory.pod = pod_fqdn(settings_.pod.domain, first);
    files_.put(state_file("/data"), first == "torn" ? "redis-agent state 1\npod" : to_text(memory));
  } else if (verb == "data") {
    files_.put("/data/dump.rdb", "REDIS");
  } else if (verb == "disk") {  // refuses: what is written is not synced
    files_.fail_writes("/data", FileError::Kind::other);
  } else if (verb == "start") {
    start(first);
  } else if (const auto span = verb == "for" ? parse_duration(first) : std::unexpected("")) {
    clock_.run_for(*span);
  } else {
    return cat("cannot read the line: ", line);
  }
  return std::nullopt;
}

}  // namespace agent::test
