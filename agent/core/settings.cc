#include "core/settings.h"

#include <algorithm>
#include <initializer_list>

#include "core/duration.h"
#include "core/text.h"

namespace agent {

namespace {

using Complaints = std::vector<std::string>;

constexpr Duration kTickMin = std::chrono::milliseconds(100);
constexpr Duration kTimeoutMin = std::chrono::milliseconds(10);
// A round that is not answered for 5 s is given up and its connection closed: silence must be noticed before.
constexpr Duration kCommandTimeoutMax = std::chrono::milliseconds(4500);
// Longer than a follower keeps a dead link (kLinkGivenUp in guard.h): who was waited for and did not answer has parked
// meanwhile.
constexpr Duration kPeerWaitMin = std::chrono::seconds(10);
constexpr std::size_t kSocketPathMax = 107;  // sockaddr_un

// A duration of 0 or less is refused where it is read, with the setting it came from.
void at_least(Complaints& found, std::string_view flag, Duration value, Duration least, std::string_view why) {
  if (value > Duration::zero() && value < least) {
    found.push_back(cat(flag, ' ', to_text(value), " is too short: ", why, "; use ", to_text(least), " or more"));
  }
}

void check_pod(Complaints& found, const PodSettings& pod) {
  if (pod.identity.set.empty()) {
    return;  // whoever could not read it has said so
  }
  const auto name = pod_name(pod.identity);
  if (pod.replicas.value_or(0) > kPodsMax) {
    found.push_back(
        cat("--replicas ", *pod.replicas, " is more than the ", kPodsMax, " pods that a set may have here"));
  }
  if (pod.identity.ordinal - pod.first_ordinal >= kPodsMax) {
    found.push_back(cat(name, " would be pod ", pod.identity.ordinal, " of a set, which has at most ", kPodsMax,
                        "; pass --hostname, or --first-ordinal where the set's .spec.ordinals.start is not 0"));
  } else if (pod.identity.ordinal < pod.first_ordinal) {
    found.push_back(cat(name, " is below the first ordinal ", pod.first_ordinal,
                        "; --first-ordinal is the set's .spec.ordinals.start"));
  } else if (pod.replicas && *pod.replicas >= 1 && pod.identity.ordinal - pod.first_ordinal >= *pod.replicas) {
    const auto last = std::int64_t{pod.first_ordinal} + *pod.replicas - 1;
    found.push_back(cat(name, " is behind ", pod.identity.set, '-', last, ", the last pod by --replicas ",
                        *pod.replicas, "; raise it, or leave it out and DNS tells"));
  }
  const auto& [service, ns, cluster] = pod.domain;
  const auto full = pod_fqdn(pod.domain, name);
  if (is_dns_label(service) && is_dns_label(ns) && is_dns_name(cluster) &&
      !is_dns_name(std::string_view(full).substr(0, full.size() - 1))) {
    found.push_back(cat(full, " has ", full.size() - 1,
                        " characters, and DNS has names of at most 253; shorten the "
                        "name of the set, of the Service or of the namespace"));
  }
}

void check_secret(Complaints& found, const SecretSource& secret, std::string_view variable, std::string_view flag) {
  if (secret.value && secret.file) {
    found.push_back(cat(variable, " and ", flag, " are both given; leave one of them out"));
  }
}

void check_user(Complaints& found, const std::optional<std::string>& user, const SecretSource& secret,
                std::string_view user_flag, std::string_view variable, std::string_view flag) {
  check_secret(found, secret, variable, flag);
  if (user && !secret.is_set()) {
    found.push_back(cat(user_flag, ' ', *user, " has no password, and Redis knows a user by it; set ", variable, " or ",
                        flag, " (any text for a user with nopass)"));
  }
}

void check_redis(Complaints& found, const Settings& settings) {
  const auto& redis = settings.redis;
  at_least(found, "--dns-timeout", settings.dns.query_timeout, kTimeoutMin, "no answer comes so soon");
  at_least(found, "--command-timeout", redis.command_timeout, kTimeoutMin, "a busy Redis would count as frozen");
  if (redis.command_timeout > kCommandTimeoutMax) {
    found.push_back(cat("--command-timeout ", to_text(redis.command_timeout),
                        " is too long: a frozen Redis would never be told; use ", to_text(kCommandTimeoutMax),
                        " or less"));
  }
  if (redis.peer_port == 0) {
    found.emplace_back("--redis-port 0 is no port; name the one on which every pod's Redis listens");
  }
  check_user(found, redis.user, redis.password, "--redis-user", "REDIS_AGENT_REDIS_PASSWORD", "--redis-password-file");
}

void check_init(Complaints& found, const Settings& settings, bool required) {
  const auto& init = settings.init;
  if (init.template_path.empty() && (required || !init.output_path.empty())) {
    found.emplace_back("--template is missing: the redis.conf to start from; it may be the same file as --output");
  }
  if (init.output_path.empty() && (required || !init.template_path.empty())) {
    found.emplace_back("--output is missing: the redis.conf to write; it may be the same file as --template");
  }
  if (init.output_path.ends_with('/')) {
    found.push_back(cat("--output ", init.output_path, " is a directory; name the file, as in --output ",
                        init.output_path, "redis.conf"));
  }
  for (const auto& [file, flag] :
       {std::pair(&init.masterauth.file, "--masterauth-file"), std::pair(&init.requirepass.file, "--requirepass-file"),
        std::pair(&settings.redis.password.file, "--redis-password-file")}) {
    if (*file && **file == init.output_path) {
      found.push_back(
          cat("--output ", init.output_path, " would write over the password of ", flag, "; name another file"));
    }
  }
  check_user(found, init.masteruser, init.masterauth, "--masteruser", "REDIS_AGENT_MASTERAUTH", "--masterauth-file");
  check_secret(found, init.requirepass, "REDIS_AGENT_REQUIREPASS", "--requirepass-file");
  if (init.announce_ip && !parse_ip(*init.announce_ip) && !is_dns_name(*init.announce_ip)) {
    found.push_back(cat("--announce-ip \"", *init.announce_ip,
                        "\" can be no address of this pod; use name, ip, an address or a DNS name"));
  }
  if (init.timeout < Duration::zero()) {
    found.push_back(cat("--timeout ", to_text(init.timeout), " is over before it begins; use 0 to wait for ever"));
  }
}

void check_socket_path(Complaints& found, std::string_view flag, const std::string& path) {
  if (path.size() > kSocketPathMax) {
    found.push_back(cat(flag, ' ', path, " has ", path.size(), " characters, and a Unix socket's path at most ",
                        kSocketPathMax, "; use a shorter one"));
  }
}

void check_http(Complaints& found, const Settings& settings) {
  const auto* http = std::get_if<TcpEndpoint>(&settings.run.http);
  if (http == nullptr) {
    found.push_back(cat("--http ", to_text(settings.run.http),
                        " is no address and port, and HTTP is served by TCP; use one as in --http 0.0.0.0:8379"));
    return;
  }
  const auto* redis = std::get_if<TcpEndpoint>(&settings.redis.local);
  const bool everywhere = http->ip.text == "0.0.0.0" || http->ip.text == "::";
  if (redis != nullptr && redis->port == http->port && (everywhere || redis->ip == http->ip)) {
    found.push_back(cat("--http ", to_text(settings.run.http), " is where Redis listens (--redis ",
                        to_text(settings.redis.local), "); use another port, as 8379"));
  }
}

void check_run(Complaints& found, const Settings& settings) {
  const auto& [http, tick, max_lag] = settings.run;
  check_http(found, settings);
  if (const auto* redis = std::get_if<TcpEndpoint>(&settings.redis.local); redis != nullptr && redis->port == 0) {
    found.push_back(cat("--redis ", to_text(settings.redis.local), " has no port; Redis' own default is 6379"));
  }
  if (const auto* redis = std::get_if<UnixEndpoint>(&settings.redis.local)) {
    check_socket_path(found, "--redis", redis->path);
    if (redis->path == settings.socket) {
      found.push_back(cat("--socket ", settings.socket, " is Redis' own (--redis); the agent needs one for itself"));
    }
  }
  at_least(found, "--tick", tick, kTickMin, "it would ask every pod without a pause");
  if (tick > Duration::zero() && max_lag > Duration::zero() && max_lag <= tick) {
    found.push_back(cat("--max-lag ", to_text(max_lag), " is not longer than --tick ", to_text(tick),
                        ": between two looks every replica would count as too far behind; raise --max-lag or "
                        "lower --tick"));
  }
}

void check_boot(Complaints& found, const Settings& settings) {
  if (settings.guard.boot == Boot::guarded && !settings.data_dir) {
    found.emplace_back(
        "--boot guarded needs --data-dir, where the agent remembers how far this pod's data goes; name Redis' data "
        "directory, as in --data-dir /data");
  }
}

void check_guarded_init(Complaints& found, const Settings& settings) {
  if (settings.guard.boot == Boot::guarded && settings.init.allow_empty_master) {
    found.emplace_back(
        "--allow-empty-master is for --boot direct; leave it out, and where a guarded pod holds, end it with "
        "redis-agent bootstrap --accept-data-loss");
  }
}

void check_guarded_run(Complaints& found, const GuardSettings& guard) {
  at_least(found, "--peer-wait", guard.peer_wait, kPeerWaitMin,
           "a replica that lost its master gives it up after 5 s, and the first pod must wait longer than that");
  if (guard.boot == Boot::guarded) {
    return;
  }
  const GuardSettings otherwise;
  for (const auto& [is_set, flag] :
       {std::pair(guard.repair != otherwise.repair, "--repair"),
        std::pair(guard.peer_wait != otherwise.peer_wait, "--peer-wait"),
        std::pair(guard.on_newer_replica != otherwise.on_newer_replica, "--on-newer-replica")}) {
    if (is_set) {
      found.push_back(cat(flag, " does nothing without --boot guarded; pass both, or leave it out"));
    }
  }
}

}  // namespace

std::vector<std::string> contradictions(const Settings& settings, Command command) {
  Complaints found;
  const auto is_for = [command](std::initializer_list<Command> commands) {
    return command == Command::config || std::ranges::find(commands, command) != commands.end();
  };
  if (is_for({Command::init, Command::run, Command::status})) {
    check_pod(found, settings.pod);
    check_redis(found, settings);
  }
  if (is_for({Command::init})) {
    check_init(found, settings, command == Command::init);
  }
  if (is_for({Command::run})) {
    check_run(found, settings);
  }
  if (is_for({Command::init, Command::run})) {
    check_boot(found, settings);
  }
  if (is_for({Command::init})) {
    check_guarded_init(found, settings);
  }
  if (is_for({Command::run})) {
    check_guarded_run(found, settings.guard);
  }
  if (command == Command::bootstrap && !settings.accept_data_loss) {
    found.emplace_back(
        "--accept-data-loss is missing: bootstrap ends the hold of this pod's agent, and what it held for may be lost "
        "then; redis-agent status tells what that is");
  }
  if (is_for({Command::run, Command::probe, Command::bootstrap})) {
    check_socket_path(found, "--socket", settings.socket);
  }
  if (is_for({Command::status}) && settings.watch && *settings.watch < kTickMin) {
    found.push_back(cat("--watch ", to_text(*settings.watch),
                        " is too short: it would ask every pod without a pause; "
                        "use ",
                        to_text(kTickMin), " or more"));
  }
  return found;
}

std::string master_name(const PodSettings& pod) {
  return pod_fqdn(pod.domain, pod_name(pod.identity.set, pod.first_ordinal));
}

bool is_first(const PodSettings& pod) { return pod.identity.ordinal == pod.first_ordinal; }

}  // namespace agent
