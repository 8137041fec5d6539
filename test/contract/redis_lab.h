// A Redis that a test can start, freeze, lock and stop, simulated or real, behind one set of words.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "ports/redis.h"

namespace agent {

struct RedisAccess {
  std::optional<std::string> password;  // of the default user
  std::optional<std::string> user;      // a second user, which may do everything
  std::optional<std::string> user_password;
};

class RedisLab {
 public:
  RedisLab() = default;
  RedisLab(const RedisLab&) = delete;
  RedisLab& operator=(const RedisLab&) = delete;
  virtual ~RedisLab() = default;

  virtual RedisPort& port() = 0;
  virtual bool run_until(const std::function<bool()>& done, Duration limit) = 0;

  // The Redis listens on both, once started.
  virtual Endpoint tcp() = 0;
  virtual Endpoint socket() = 0;
  // An address whose packets get lost.
  virtual Endpoint black_hole() = 0;
  // A file with this text; returns its path.
  virtual std::string put_secret(const std::string& text) = 0;

  virtual void start(const RedisAccess& access = {}) = 0;
  virtual void kill() = 0;
  virtual void freeze() = 0;
  virtual void thaw() = 0;
  // Waits, while the link sees nothing, until the server has done what there was to do.
  virtual void settle() = 0;
  virtual void set_password(const std::string& password) = 0;
  virtual void drop_clients() = 0;
  // No client more than there are; only after a start without a password.
  virtual void fill_up() = 0;
  virtual void make_busy() = 0;
  virtual void start_loading() = 0;
};

std::unique_ptr<RedisLab> sim_redis();
std::unique_ptr<RedisLab> real_redis();      // redis-server of the PATH
std::unique_ptr<RedisLab> real_new_redis();  // the one that REDIS_SERVER_NEW names
bool has_new_redis();
std::unique_ptr<RedisLab> real_old_redis();  // the one that REDIS_SERVER_OLD names: Redis 6.2
bool has_old_redis();

}  // namespace agent
