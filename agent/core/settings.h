// Every setting as a value, already resolved, and the rules that settings must keep together. Where a value came from
// (flag, environment, file, pod, default) is cli/'s business; every default has its one home here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/address.h"
#include "core/conf.h"
#include "core/identity.h"
#include "core/time.h"

namespace agent {

// A password is a value from the environment or a file that is read again at each use (it may be rotated).
// Never from argv, never logged.
struct SecretSource {
  std::optional<std::string> value;
  std::optional<std::string> file;
  bool is_set() const { return value || file; }
};

inline constexpr int kPodsMax = 1000;  // each is asked for by name

struct PodSettings {
  Identity identity;
  int first_ordinal = 0;
  Domain domain;
  std::optional<int> replicas;           // of the set, where the operator names it
  std::vector<IpAddress> own_addresses;  // from /etc/hosts; never taken for the master's
};

struct DnsSettings {
  std::string resolv_conf = "/etc/resolv.conf";
  Duration query_timeout = std::chrono::seconds(1);  // per query, ours, whatever resolv.conf says
};

struct RedisSettings {
  Endpoint local = TcpEndpoint{IpAddress{"127.0.0.1"}, 6379};
  std::uint16_t peer_port = 6379;  // where the other pods' Redis listens
  std::optional<std::string> user;
  SecretSource password;
  Duration command_timeout = std::chrono::milliseconds(500);
};

enum class MasterAddress { name, ip };
enum class LogFormat { text, json };

struct InitSettings {
  std::string template_path;
  std::string output_path;
  Directive directive = Directive::slaveof;
  MasterAddress master_address = MasterAddress::name;
  std::optional<std::string> masteruser;
  SecretSource masterauth;
  SecretSource requirepass;
  std::optional<std::string> announce_ip;  // "name", "ip", or a literal name or address
  std::optional<std::uint16_t> announce_port;
  bool tune = false;
  bool allow_empty_master = false;
  Duration timeout{0};  // 0: no limit
};

struct RunSettings {
  Endpoint http = TcpEndpoint{IpAddress{"::"}, 8379};  // both families, or IPv4 where there is no IPv6
  Duration tick = std::chrono::seconds(1);
  Duration max_lag = std::chrono::seconds(10);  // a replica further behind gets no traffic
};

// How a pod's Redis starts. direct: with its role in redis.conf. guarded: closed or parked, and the sidecar opens,
// promotes and attaches it (agent/core/README.md).
enum class Boot { direct, guarded };
// safe: by the rules. off: the same reasons, and nothing is done. force: a hold is ended with the most advanced data.
enum class Repair { safe, off, force };
// What a replica does that holds more than the master. hold: waits for the operator. keep_copy: keeps hard links of its
// files and follows.
enum class OnNewerReplica { hold, keep_copy };

struct GuardSettings {
  Boot boot = Boot::direct;
  Repair repair = Repair::safe;
  Duration peer_wait = std::chrono::seconds(15);  // how long a first pod with data waits for a peer that is silent
  OnNewerReplica on_newer_replica = OnNewerReplica::hold;
};

enum class OutputFormat { table, wide, json, yaml };
enum class ProbeKind { live, ready, master, replica };
enum class Color { automatic, always, never };  // automatic: on a terminal only

struct Settings {
  PodSettings pod;
  DnsSettings dns;
  RedisSettings redis;
  InitSettings init;
  RunSettings run;
  GuardSettings guard;
  std::optional<std::string> data_dir;                 // of Redis, as this container sees it
  std::string socket = "/run/redis-agent/agent.sock";  // `run` serves it, `probe` and `bootstrap` ask it
  LogFormat log_format = LogFormat::text;
  OutputFormat output = OutputFormat::table;
  Color color = Color::automatic;
  std::optional<Duration> watch;                // status --watch: the interval
  Duration deadline = std::chrono::seconds(2);  // of whoever asks: for the whole answer
  ProbeKind probe = ProbeKind::live;
  bool accept_data_loss = false;  // bootstrap: the operator's word
};

enum class Command { init, run, status, probe, bootstrap, config };

// Every contradiction of these settings for this command, each a sentence with the way out; empty when there is none.
std::vector<std::string> contradictions(const Settings& settings, Command command);

// The name that every replica waits for and follows: "<set>-<first>.<service>.<ns>.svc.<domain>."
std::string master_name(const PodSettings& pod);
bool is_first(const PodSettings& pod);

}  // namespace agent
