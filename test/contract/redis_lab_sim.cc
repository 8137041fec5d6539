#include "contract/redis_lab.h"
#include "sim/clock.h"
#include "sim/files.h"
#include "sim/redis_port.h"

namespace agent {

namespace {

class SimRedisLab : public RedisLab {
 public:
  RedisPort& port() override { return port_; }
  bool run_until(const std::function<bool()>& done, Duration limit) override { return clock_.run_until(done, limit); }

  Endpoint tcp() override { return TcpEndpoint{IpAddress{"127.0.0.1"}, 6379}; }
  Endpoint socket() override { return UnixEndpoint{"/run/redis.sock"}; }
  Endpoint black_hole() override {
    const TcpEndpoint lost{IpAddress{"10.255.255.1"}, 6379};
    port_.cut(lost);
    return lost;
  }
  std::string put_secret(const std::string& text) override {
    files_.put("/secret", text);
    return "/secret";
  }

  void start(const RedisAccess& access) override {
    for (const auto& endpoint : {tcp(), socket()}) {
      auto& redis = port_.start(endpoint);
      redis.password = access.password;
      if (access.user) {
        redis.users[*access.user] = SimUser{access.user_password.value_or(""), {}};
      }
    }
  }
  void kill() override { each(&SimRedisPort::stop); }
  void freeze() override { each(&SimRedisPort::freeze); }
  void thaw() override { each(&SimRedisPort::thaw); }
  void settle() override {}  // it does everything at once
  void drop_clients() override { each(&SimRedisPort::close_connections); }
  void set_password(const std::string& password) override {
    port_.at(tcp()).password = port_.at(socket()).password = password;
  }
  void fill_up() override { port_.at(tcp()).too_many_clients = port_.at(socket()).too_many_clients = true; }
  void make_busy() override { port_.at(tcp()).busy = port_.at(socket()).busy = true; }
  void start_loading() override {
    start({});
    port_.at(tcp()).loading = port_.at(socket()).loading = true;
  }

 private:
  void each(void (SimRedisPort::*act)(const Endpoint&)) {
    (port_.*act)(tcp());
    (port_.*act)(socket());
  }

  SimClock clock_;
  SimFiles files_;
  SimRedisPort port_{clock_, &files_};
};

}  // namespace

std::unique_ptr<RedisLab> sim_redis() { return std::make_unique<SimRedisLab>(); }

}  // namespace agent
