// A Redis over hiredis' async API on the Loop: numeric addresses and Unix sockets, AUTH and CLIENT SETNAME first. Not a
// pool, no deadlines, no retries: those are the caller's. Works with hiredis 0.14 (Debian 12) and 1.2 (Debian 13).
#pragma once

#include "ports/files.h"
#include "ports/redis.h"

namespace agent {

class Loop;

class HiredisPort : public RedisPort {
 public:
  // `files` reads the password at each connect.
  HiredisPort(Loop& loop, Files& files) : loop_(loop), files_(files) {}

  [[nodiscard]] std::unique_ptr<RedisLink> open(const Endpoint& endpoint, const Credentials& credentials) override;

 private:
  Loop& loop_;
  Files& files_;
};

}  // namespace agent
