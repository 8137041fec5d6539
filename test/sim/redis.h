// One simulated Redis: what it is, and how it answers a command. It knows no network and no time: redis_port.h carries
// commands to it. Not a data store: keys are a count. Tests set its fields as they like.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/info.h"
#include "ports/redis.h"

namespace agent {

struct SimUser {
  std::string password;
  std::set<std::string> commands;  // lower case; empty: all of them
};

// What a link to a master looks like from the replica.
struct SimMasterLink {
  std::string host;
  std::uint16_t port = 6379;
  std::optional<TcpEndpoint> connected_to;  // whom it really talks to; absent: the link is down
  std::uint16_t local_port = 40'000;        // another one with each new connection
  bool sync_in_progress = false;
  std::int64_t last_io_seconds = 0;
  std::int64_t down_since_seconds = -1;  // -1: it never was up
};

// What the server remembers of one connection.
struct SimSession {
  std::optional<std::string> user;  // absent: not authenticated
  std::string name;
};

class SimRedis {
 public:
  // As a process of its kind and version reports it.
  ServerKind kind = ServerKind::redis;
  std::string version = "7.0.15";
  std::string run_id = std::string(39, 'a') + "0";
  std::int64_t uptime_seconds = 100;

  // Replication. A replica has a link, a master has none.
  std::optional<SimMasterLink> link;
  std::vector<AttachedReplica> replicas;
  std::string replid = std::string(40, '1');
  std::string replid2 = std::string(40, '0');
  std::int64_t offset = 0;
  std::int64_t second_offset = -1;
  std::int64_t sync_full = 0;
  std::int64_t sync_partial_ok = 0;
  std::int64_t sync_partial_err = 0;

  // Data, disk, memory.
  std::int64_t keys = 0;
  bool loading = false;
  bool busy = false;  // in a script
  bool aof_enabled = false;
  bool last_rdb_save_ok = true;
  bool last_aof_write_ok = true;
  std::int64_t changes_since_save = 0;
  std::int64_t used_memory_bytes = 1'000'000;
  std::int64_t max_memory_bytes = 0;

  // Who may ask.
  std::optional<std::string> password;   // of the default user
  std::map<std::string, SimUser> users;  // beside it
  bool too_many_clients = false;

  // Answers that come instead of the model's, by the command's first word in lower case.
  std::map<std::string, RedisReply> scripted;
  // Every command that was executed, in order, as one line each; a password is left out.
  std::vector<std::string> executed;

  RedisReply execute(SimSession& session, const RedisCommand& command);
  SimSession new_session() const;
  std::string info(const std::set<std::string>& sections) const;  // empty: all of them

 private:
  std::optional<ReplyError> refusal(const SimSession& session, const std::string& verb) const;
  RedisReply run(SimSession& session, const std::string& verb, const RedisCommand& command);
  RedisReply auth(SimSession& session, const RedisCommand& command);
  RedisReply run_info(const RedisCommand& command);
  RedisReply run_client(SimSession& session, const RedisCommand& command);
  RedisReply run_replicaof(const RedisCommand& command);
  RedisReply run_role() const;
};

}  // namespace agent
