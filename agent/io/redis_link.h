// Redis behind the port: opens a connection when there is something to send, logs in, names itself, and answers every
// command in order. When to stop waiting is the caller's business.
#pragma once

#include <memory>

#include "io/loop.h"
#include "ports/files.h"
#include "ports/redis.h"

namespace agent {

class HiredisPort : public RedisPort {
 public:
  // Password files are read through `files`, at each connect.
  HiredisPort(Loop& loop, Files& files) : loop_(loop), files_(files) {}
  [[nodiscard]] std::unique_ptr<RedisLink> open(const Endpoint& endpoint, const Credentials& credentials) override;

 private:
  Loop& loop_;
  Files& files_;
};

}  // namespace agent
