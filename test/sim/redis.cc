#include "sim/redis.h"

#include <algorithm>

#include "core/text.h"

namespace agent {

namespace {
const std::set<std::string> kWhileLoading{"auth", "info", "role", "config", "client", "replicaof", "slaveof"};
constexpr std::string_view kNoPassword =
    "ERR AUTH <password> called without any password configured for the default user. "
    "Are you sure your configuration is correct?";

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

std::string one_line(const std::string& verb, const RedisCommand& command) {
  std::string line = verb;
  for (std::size_t i = 1; i < command.size() && verb != "auth"; ++i) {
    line += ' ' + command[i];
  }
  return line;
}

ReplyError wrong_arguments(const std::string& verb) {
  return {cat("ERR wrong number of arguments for '", verb, "' command")};
}
}  // namespace

SimSession SimRedis::new_session() const {
  return {password ? std::nullopt : std::optional<std::string>("default"), ""};
}

RedisReply SimRedis::execute(SimSession& session, const RedisCommand& command) {
  const auto verb = lower(command.at(0));
  executed.push_back(one_line(verb, command));
  if (const auto script = scripted.find(verb); script != scripted.end()) {
    return script->second;
  }
  if (auto no = refusal(session, verb)) {
    return *no;
  }
  return run(session, verb, command);
}

// The order in which Redis itself refuses.
std::optional<ReplyError> SimRedis::refusal(const SimSession& session, const std::string& verb) const {
  if (verb == "auth") {
    return std::nullopt;
  }
  if (!session.user) {
    return ReplyError{"NOAUTH Authentication required."};
  }
  if (const auto user = users.find(*session.user);
      user != users.end() && !user->second.commands.empty() && !user->second.commands.contains(verb)) {
    return ReplyError{cat("NOPERM this user has no permissions to run the '", verb, "' command")};
  }
  if (verb == "ping" && !link && (!last_rdb_save_ok || !last_aof_write_ok)) {
    return ReplyError{
        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk."};
  }
  if (loading && (!kWhileLoading.contains(verb) || verb == "replicaof" || verb == "slaveof")) {
    return ReplyError{"LOADING Redis is loading the dataset in memory"};
  }
  if (busy) {
    return ReplyError{"BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE."};
  }
  return std::nullopt;
}

RedisReply SimRedis::run(SimSession& session, const std::string& verb, const RedisCommand& command) {
  if (verb == "ping") {
    return ReplyText{command.size() > 1 ? command[1] : "PONG"};
  }
  if (verb == "auth") {
    return auth(session, command);
  }
  if (verb == "info") {
    return run_info(command);
  }
  if (verb == "client") {
    return run_client(session, command);
  }
  if (verb == "role") {
    return run_role();
  }
  if (verb == "dbsize") {
    return ReplyNumber{keys};
  }
  if (verb == "replicaof" || verb == "slaveof") {
    return run_replicaof(command);
  }
  return ReplyError{cat("ERR unknown command '", command[0], "', with args beginning with: ")};
}

RedisReply SimRedis::auth(SimSession& session, const RedisCommand& command) {
  if (command.size() != 2 && command.size() != 3) {
    return wrong_arguments("auth");
  }
  const std::string user = command.size() == 3 ? command[1] : "default";
  if (command.size() == 2 && !password) {
    return ReplyError{std::string(kNoPassword)};
  }
  const auto known = users.find(user);
  const bool right = user == "default" ? !password || *password == command.back()
                                       : known != users.end() && known->second.password == command.back();
  if (!right) {
    return ReplyError{"WRONGPASS invalid username-password pair or user is disabled."};
  }
  session.user = user;
  return ReplyText{"OK"};
}

RedisReply SimRedis::run_info(const RedisCommand& command) {
  const bool one_section_only = kind == ServerKind::redis && to_number<int>(split(version, '.')[0]).value_or(0) < 7;
  if (command.size() > 2 && one_section_only) {
    return ReplyError{"ERR syntax error"};
  }
  std::set<std::string> sections;
  std::for_each(command.begin() + 1, command.end(), [&](const auto& name) { sections.insert(lower(name)); });
  return ReplyText{info(sections)};
}

RedisReply SimRedis::run_client(SimSession& session, const RedisCommand& command) {
  const auto what = command.size() > 1 ? lower(command[1]) : "";
  if (what == "setname" && command.size() == 3) {
    session.name = command[2];
    return ReplyText{"OK"};
  }
  if (what == "getname") {
    return ReplyText{session.name};
  }
  if (what == "list") {
    const bool masters = command.size() == 4 && lower(command[2]) == "type" && lower(command[3]) == "master";
    if (!masters) {
      return ReplyError{"ERR syntax error"};
    }
    if (!link || !link->connected_to) {
      return ReplyText{""};
    }
    return ReplyText{cat("id=7 addr=", to_text(*link->connected_to), " laddr=127.0.0.1:", link->local_port,
                         " fd=9 name= age=10 idle=0 flags=M db=0 sub=0 psub=0 multi=-1 cmd=replconf",
                         " user=(superuser)\n")};
  }
  return what.empty() ? RedisReply(wrong_arguments("client")) : ReplyError{"ERR unknown subcommand"};
}

RedisReply SimRedis::run_replicaof(const RedisCommand& command) {
  if (command.size() != 3) {
    return wrong_arguments("replicaof");
  }
  if (lower(command[1]) == "no" && lower(command[2]) == "one") {
    link.reset();
    return ReplyText{"OK"};
  }
  const auto port = to_number<std::uint16_t>(command[2]);
  if (!port) {
    return ReplyError{"ERR Invalid master port"};
  }
  replicas.clear();
  link = SimMasterLink{};
  link->host = command[1];
  link->port = *port;
  return ReplyText{"OK"};
}

RedisReply SimRedis::run_role() const {
  if (!link) {
    ReplyItems told{{"master", std::to_string(offset)}};
    for (const auto& replica : replicas) {
      told.items.insert(told.items.end(), {replica.ip, std::to_string(replica.port.value_or(0)),
                                           std::to_string(replica.offset.value_or(0))});
    }
    return told;
  }
  return ReplyItems{{"slave", link->host, std::to_string(link->port), link->connected_to ? "connected" : "connect",
                     std::to_string(offset)}};
}

}  // namespace agent
