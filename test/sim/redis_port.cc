#include "sim/redis_port.h"

#include <algorithm>

#include "core/text.h"
#include "sim/redis_link.h"

namespace agent {

SimRedisPort::~SimRedisPort() = default;

// An event one way of the network later; it does not happen once the port is gone.
void SimRedisPort::post(std::function<void()> action) {
  clock_.post(latency_, [alive = std::weak_ptr(alive_), action = std::move(action)] {
    if (!alive.expired()) {
      action();
    }
  });
}

SimRedisHost& SimRedisPort::host(const Endpoint& endpoint) {
  auto& host = hosts_[endpoint];
  if (!host) {
    host = std::make_shared<SimRedisHost>();
  }
  return *host;
}

SimRedis& SimRedisPort::start(const Endpoint& endpoint) {
  stop(endpoint);
  host(endpoint).redis = SimRedis{};
  host(endpoint).process = SimRedisHost::Process::running;
  return at(endpoint);
}

SimRedis& SimRedisPort::at(const Endpoint& endpoint) { return host(endpoint).redis; }

void SimRedisPort::stop(const Endpoint& endpoint) {
  host(endpoint).process = SimRedisHost::Process::stopped;
  close_connections(endpoint);
}

SimRedis& SimRedisPort::restart(const Endpoint& endpoint) {
  stop(endpoint);
  auto& restarted = host(endpoint);
  restarted.process = SimRedisHost::Process::running;
  restarted.redis.run_id = cat(std::string(30, 'b'), 1'000'000'000 + ++restarted.restarts);
  restarted.redis.uptime_seconds = 0;
  restarted.redis.replicas.clear();
  if (auto& link = restarted.redis.link) {
    link->connected_to.reset();
    link->down_since_seconds = -1;
  }
  return restarted.redis;
}

void SimRedisPort::freeze(const Endpoint& endpoint) { host(endpoint).process = SimRedisHost::Process::frozen; }

void SimRedisPort::thaw(const Endpoint& endpoint) {
  host(endpoint).process = SimRedisHost::Process::running;
  serve(host(endpoint));
}

void SimRedisPort::cut(const Endpoint& endpoint) { host(endpoint).cut = true; }

void SimRedisPort::heal(const Endpoint& endpoint) {
  auto& healed = host(endpoint);
  healed.cut = false;
  for (const auto& wire : healed.wires_alive()) {
    while (!healed.cut && !wire->held.empty()) {
      const auto reply = std::move(wire->held.front());
      wire->held.pop_front();
      wire->deliver(reply);
    }
  }
  serve(healed);
}

void SimRedisPort::close(const std::shared_ptr<SimRedisWire>& wire, const std::string& why) {
  wire->open = false;
  post([wire, why] {
    if (const auto gone = std::exchange(wire->on_close, nullptr)) {
      gone(why);
    }
  });
}

void SimRedisPort::close_connections(const Endpoint& endpoint) {
  for (const auto& wire : host(endpoint).wires_alive()) {
    close(wire, "Server closed the connection");
  }
  host(endpoint).wires.clear();
}

void SimRedisPort::arrive(const std::shared_ptr<SimRedisHost>& host, const std::shared_ptr<SimRedisWire>& wire,
                          RedisCommand command) {
  wire->inbox.push_back(std::move(command));
  post([this, host, wire] {
    ++wire->arrived;
    serve(*host);
  });
}

// Who has connected is accepted, and everything that has arrived is executed, connection by connection; each answer
// takes its way back.
void SimRedisPort::serve(SimRedisHost& host) {
  if (host.process != SimRedisHost::Process::running || host.cut) {
    return;
  }
  for (const auto& wire : host.wires_alive()) {
    if (!std::exchange(wire->accepted, true)) {
      wire->session = host.redis.new_session();
      if (host.redis.too_many_clients) {
        close(wire, "ERR max number of clients reached");
      }
    }
    for (; wire->open && wire->arrived > 0; --wire->arrived) {
      wire->replies.push_back(host.redis.execute(wire->session, wire->inbox.front()));
      wire->inbox.pop_front();
      post([wire, &host] {
        auto reply = std::move(wire->replies.front());
        wire->replies.pop_front();
        if (host.cut) {
          wire->held.push_back(std::move(reply));
        } else {
          wire->deliver(reply);
        }
      });
    }
  }
}

std::unique_ptr<RedisLink> SimRedisPort::open(const Endpoint& endpoint, const Credentials& credentials) {
  host(endpoint);
  return std::make_unique<SimRedisLink>(*this, hosts_[endpoint], endpoint, credentials);
}

std::vector<std::shared_ptr<SimRedisWire>> SimRedisHost::wires_alive() {
  std::erase_if(wires, [](const auto& wire) { return wire.expired(); });
  std::vector<std::shared_ptr<SimRedisWire>> alive;
  for (const auto& wire : wires) {
    alive.push_back(wire.lock());
  }
  return alive;
}

}  // namespace agent
