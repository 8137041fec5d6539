#include "cli/setting_table.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "cli/command_table.h"
#include "core/text.h"

namespace agent {

namespace {

constexpr CommandSet operator|(CommandSet a, CommandSet b) { return {a.bits | b.bits}; }
constexpr CommandSet only(Command command) { return {1U << static_cast<unsigned>(command)}; }
constexpr CommandSet kInit = only(Command::init);
constexpr CommandSet kRun = only(Command::run);
constexpr CommandSet kStatus = only(Command::status);
constexpr CommandSet kProbe = only(Command::probe);
constexpr CommandSet kBootstrap = only(Command::bootstrap);
constexpr CommandSet kSet = kInit | kRun | kStatus;  // who has to know the set
constexpr CommandSet kAsk = kProbe | kBootstrap;     // who asks the agent of this pod
constexpr CommandSet kAll = kSet | kAsk;

constexpr std::string_view kPod = "This pod";
constexpr std::string_view kDns = "DNS";
constexpr std::string_view kRedis = "Redis";
constexpr std::string_view kConf = "redis.conf";
constexpr std::string_view kGuard = "Guarding data";
constexpr std::string_view kServe = "Serving";
constexpr std::string_view kShow = "Showing";
constexpr std::string_view kGeneral = "General";

constexpr std::string_view kWatchInterval = "2s";

// What `Check` says of a value just written, which may be one that was optional.
template <auto Check, class Value>
std::string_view complaint_about(const Value& value) {
  return Check(value);
}
template <auto Check, class Value>
std::string_view complaint_about(const std::optional<Value>& value) {
  return Check(*value);
}

// `Field` goes from a draft to the field that a row writes to; `Check` judges what was written.
template <auto Field, auto Check>
Accepted write(Draft& draft, std::string_view text, std::string_view choices) {
  auto& field = Field(draft);
  if (const auto accepted = assign(field, text, choices); !accepted) {
    return accepted;
  }
  const auto complaint = complaint_about<Check>(field);
  return complaint.empty() ? Accepted{} : std::unexpected(cat('"', text, "\" ", complaint));
}

template <auto Field>
std::optional<std::string> read(const Draft& draft, std::string_view choices) {
  return shown(Field(draft), choices);
}

Accepted write_watch(Draft& draft, std::string_view text, std::string_view) {
  return assign(draft.settings.watch, text.empty() ? kWatchInterval : text, {});
}

// .apply and .show of a row for draft.PATH
#define FIELD_OF(path) ([](auto& draft) -> auto& { return draft.path; })
#define CHECKED(check, path) .apply = write<FIELD_OF(path), check>, .show = read<FIELD_OF(path)>
#define FIELD(path) CHECKED([](const auto&) { return std::string_view{}; }, path)

// clang-format off
constexpr SettingRow kTable[] = {
    {.name = "hostname", .metavar = "NAME", .group = kPod, .commands = kSet,
     .help = "This pod's name, <set>-<ordinal>; a full name is cut at its first dot",
     FIELD(hostname), .otherwise = "the hostname"},
    {.name = "ordinal", .metavar = "N", .group = kPod, .commands = kSet,
     .help = "This pod's ordinal, where the hostname does not end in one",
     CHECKED(not_negative, ordinal), .otherwise = "from the hostname"},
    {.name = "first-ordinal", .metavar = "N", .group = kPod, .commands = kSet,
     .help = "The set's first ordinal, whose pod is the master (spec.ordinals.start)",
     CHECKED(not_negative, settings.pod.first_ordinal)},
    {.name = "service", .metavar = "NAME", .group = kPod, .commands = kSet,
     .help = "The headless Service of the set (spec.serviceName)",
     CHECKED(a_label, settings.pod.domain.service), .otherwise = "/etc/hosts"},
    {.name = "namespace", .metavar = "NAME", .group = kPod, .commands = kSet,
     .help = "The namespace of the set",
     CHECKED(a_label, settings.pod.domain.ns), .otherwise = "/etc/hosts, service account, resolv.conf"},
    {.name = "cluster-domain", .metavar = "NAME", .group = kPod, .commands = kSet,
     .help = "The cluster's DNS domain, often cluster.local",
     CHECKED(a_dns_name, settings.pod.domain.cluster), .otherwise = "/etc/hosts, resolv.conf"},
    {.name = "replicas", .metavar = "N", .group = kPod, .commands = kSet,
     .help = "How many pods the set has (spec.replicas)",
     CHECKED(at_least_one, settings.pod.replicas), .otherwise = "as many as the Service's name has in DNS"},
    {.name = "hosts-file", .metavar = "FILE", .group = kPod, .commands = kSet,
     .help = "Where the kubelet writes this pod's full name and addresses",
     CHECKED(an_absolute_path, hosts_file)},

    {.name = "resolv-conf", .metavar = "FILE", .group = kDns, .commands = kSet,
     .help = "Which nameservers to ask; read again when it changes",
     CHECKED(an_absolute_path, settings.dns.resolv_conf)},
    {.name = "dns-timeout", .metavar = "DURATION", .group = kDns, .commands = kSet,
     .help = "How long one query may take",
     CHECKED(longer_than_nothing, settings.dns.query_timeout)},

    {.name = "redis", .metavar = "ENDPOINT", .group = kRedis, .commands = kRun,
     .help = "The Redis of this pod: ADDRESS:PORT, [IPV6]:PORT or unix:/path",
     FIELD(settings.redis.local)},
    {.name = "redis-port", .metavar = "PORT", .group = kRedis, .commands = kSet,
     .help = "Where the Redis of the other pods listens; the master's port in redis.conf",
     FIELD(settings.redis.peer_port)},
    {.name = "redis-user", .metavar = "NAME", .group = kRedis, .commands = kSet,
     .help = "The ACL user of the agent",
     FIELD(settings.redis.user), .otherwise = "the default user"},
    {.name = "redis-password-file", .metavar = "FILE", .group = kRedis, .commands = kSet,
     .help = "The file with the agent's password, read again at each connect",
     CHECKED(an_absolute_path, settings.redis.password.file)},
    {.name = "redis-password", .metavar = "PASSWORD", .group = kRedis, .commands = kSet,
     .help = "The agent's password",
     FIELD(settings.redis.password.value), .secret = true},
    {.name = "command-timeout", .metavar = "DURATION", .group = kRedis, .commands = kSet,
     .help = "How long one answer of Redis may take",
     CHECKED(longer_than_nothing, settings.redis.command_timeout)},

    {.name = "template", .metavar = "FILE", .group = kConf, .commands = kInit,
     .help = "The redis.conf to start from; may be the same file as --output",
     FIELD(settings.init.template_path)},
    {.name = "output", .metavar = "FILE", .group = kConf, .commands = kInit,
     .help = "The redis.conf to write",
     FIELD(settings.init.output_path)},
    {.name = "directive", .metavar = "slaveof|replicaof", .group = kConf, .commands = kInit,
     .help = "The word for following; every version reads slaveof",
     FIELD(settings.init.directive)},
    {.name = "master-address", .metavar = "name|ip", .group = kConf, .commands = kInit,
     .help = "Whether redis.conf names the master by DNS name or by its address of now",
     FIELD(settings.init.master_address)},
    {.name = "masteruser", .metavar = "NAME", .group = kConf, .commands = kInit,
     .help = "The ACL user that this Redis shows its master",
     FIELD(settings.init.masteruser)},
    {.name = "masterauth-file", .metavar = "FILE", .group = kConf, .commands = kInit,
     .help = "The file with the password that this Redis shows its master",
     CHECKED(an_absolute_path, settings.init.masterauth.file)},
    {.name = "masterauth", .metavar = "PASSWORD", .group = kConf, .commands = kInit,
     .help = "The password that this Redis shows its master",
     FIELD(settings.init.masterauth.value), .secret = true},
    {.name = "requirepass-file", .metavar = "FILE", .group = kConf, .commands = kInit,
     .help = "The file with the password that this Redis asks of its clients",
     CHECKED(an_absolute_path, settings.init.requirepass.file)},
    {.name = "requirepass", .metavar = "PASSWORD", .group = kConf, .commands = kInit,
     .help = "The password that this Redis asks of its clients",
     FIELD(settings.init.requirepass.value), .secret = true},
    {.name = "announce-ip", .metavar = "name|ip|ADDRESS", .group = kConf, .commands = kInit,
     .help = "Write replica-announce-ip: the pod's name, its address, or what is given here",
     FIELD(settings.init.announce_ip)},
    {.name = "announce-port", .metavar = "PORT", .group = kConf, .commands = kInit,
     .help = "Write replica-announce-port",
     FIELD(settings.init.announce_port)},
    {.name = "tune", .metavar = {}, .group = kConf, .commands = kInit,
     .help = "Write the replication settings that fit a StatefulSet, too",
     FIELD(settings.init.tune), .takes = Takes::nothing},
    {.name = "timeout", .metavar = "DURATION", .group = kConf, .commands = kInit,
     .help = "Stop waiting for the master's name after this long (exit code 124); 0 waits for ever",
     FIELD(settings.init.timeout)},

    {.name = "boot", .metavar = "direct|guarded", .group = kGuard, .commands = kInit | kRun,
     .help = "How Redis starts: with its role in redis.conf, or closed until run knows whose data is the best",
     FIELD(settings.guard.boot)},
    {.name = "data-dir", .metavar = "DIR", .group = kGuard, .commands = kInit | kRun,
     .help = "Redis' data directory: guarded keeps a state file there; direct refuses an empty first pod whose peers "
             "hold keys",
     CHECKED(an_absolute_path, settings.data_dir), .otherwise = "not checked"},
    {.name = "allow-empty-master", .metavar = {}, .group = kGuard, .commands = kInit,
     .help = "Let an empty first pod become master (direct): the peers' keys are lost",
     FIELD(settings.init.allow_empty_master), .takes = Takes::nothing},
    {.name = "repair", .metavar = "safe|off|force", .group = kGuard, .commands = kRun,
     .help = "What guarded does: open, reseed and attach by the rules, only report, or also end a hold by itself",
     FIELD(settings.guard.repair)},
    {.name = "peer-wait", .metavar = "DURATION", .group = kGuard, .commands = kRun,
     .help = "How long a first pod with data waits for a silent peer before it opens",
     CHECKED(longer_than_nothing, settings.guard.peer_wait)},
    {.name = "on-newer-replica", .metavar = "hold|keep-copy", .group = kGuard, .commands = kRun,
     .help = "What a replica does that holds more than the master: wait for you, or keep a copy and follow",
     FIELD(settings.guard.on_newer_replica)},
    {.name = "accept-data-loss", .metavar = {}, .group = kGuard, .commands = kBootstrap,
     .help = "Say that what the hold is there for may be lost",
     FIELD(settings.accept_data_loss), .takes = Takes::nothing},

    {.name = "http", .metavar = "ENDPOINT", .group = kServe, .commands = kRun,
     .help = "Where to serve HTTP: ADDRESS:PORT or [IPV6]:PORT",
     FIELD(settings.run.http)},
    {.name = "socket", .metavar = "FILE", .group = kServe, .commands = kRun | kAsk,
     .help = "The Unix socket that run serves, and probe and bootstrap ask",
     CHECKED(an_absolute_path, settings.socket)},
    {.name = "tick", .metavar = "DURATION", .group = kServe, .commands = kRun,
     .help = "How often Redis and DNS are looked at, at least",
     CHECKED(longer_than_nothing, settings.run.tick)},
    {.name = "max-lag", .metavar = "DURATION", .group = kServe, .commands = kRun | kStatus,
     .help = "A replica further behind gets no traffic",
     CHECKED(longer_than_nothing, settings.run.max_lag)},

    {.name = "output-format", .metavar = "table|wide|json|yaml", .group = kShow, .commands = kStatus,
     .help = "How to print", FIELD(settings.output), .letter = 'o'},
    {.name = "watch", .metavar = "INTERVAL", .group = kShow, .commands = kStatus,
     .help = "Print again and again, every 2s if no interval is given",
     .apply = write_watch, .show = read<FIELD_OF(settings.watch)>, .otherwise = "once", .takes = Takes::maybe_value},
    {.name = "deadline", .metavar = "DURATION", .group = kShow, .commands = kStatus | kAsk,
     .help = "How long the whole answer may take",
     CHECKED(longer_than_nothing, settings.deadline)},
    {.name = "color", .metavar = "auto|always|never", .group = kShow, .commands = kStatus,
     .help = "Colours; auto is on a terminal, unless NO_COLOR is set", FIELD(settings.color)},

    {.name = "log-format", .metavar = "text|json", .group = kGeneral, .commands = kInit | kRun,
     .help = "How to log to stderr", FIELD(settings.log_format)},
    {.name = "config", .metavar = "FILE", .group = kGeneral, .commands = kAll,
     .help = "A file of settings, one 'name = value' a line",
     FIELD(config)},
};
// clang-format on
#undef CHECKED
#undef FIELD
#undef FIELD_OF

}  // namespace

std::span<const SettingRow> setting_table() { return kTable; }

const SettingRow* find_setting(std::string_view name) {
  const auto* row = std::ranges::find(kTable, name, &SettingRow::name);
  return row == std::end(kTable) ? nullptr : row;
}

std::string flag_of(const SettingRow& row) { return cat("--", row.name); }

std::string environment_of(const SettingRow& row) {
  std::string name = cat("REDIS_AGENT_", row.name);
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
  return name;
}

std::string default_of(const SettingRow& row) {
  if (row.takes == Takes::nothing) {
    return {};
  }
  return row.show(Draft{}, row.metavar).value_or(std::string(row.otherwise));
}

std::vector<std::string_view> choices_of(const SettingRow& row) {
  auto words = split(row.metavar, '|');
  std::erase_if(words, [](std::string_view word) { return word.empty() || std::islower(word.front()) == 0; });
  return words;
}

std::string commands_of(const SettingRow& row) {
  std::string names;
  for (const auto command : {Command::init, Command::run, Command::status, Command::probe, Command::bootstrap}) {
    if (row.commands.has(command)) {
      names += cat(names.empty() ? "" : ", ", to_text(command));
    }
  }
  return names;
}

}  // namespace agent
