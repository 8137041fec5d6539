#include "sim/pod_redis.h"

#include "core/text.h"

namespace agent {

namespace {
// Something that happens at the agent's end of a wire, unless its link has let go.
void at_agent(SimNet& net, const SimGatePtr& gate, const std::shared_ptr<PodWire>& wire,
              std::function<void(PodRedisLink&)> action) {
  net.send(wire->down, [gate, wire, action = std::move(action)]() mutable {
    gate->run([wire, action = std::move(action)] {
      if (wire->link != nullptr) {
        action(*wire->link);
      }
    });
  });
}
}  // namespace

std::unique_ptr<RedisLink> PodRedis::open(const Endpoint& endpoint, const Credentials& /*credentials*/) {
  return std::make_unique<PodRedisLink>(net_, self_, gate_, endpoint);
}

void PodRedisLink::send(RedisCommand command, std::function<void(RedisReply)> done) {
  pending_.push_back(std::move(done));
  if (connected_) {
    transmit(std::move(command));
    return;
  }
  unsent_.push_back(std::move(command));
  if (!wire_) {
    connect();
  }
}

void PodRedisLink::connect() {
  wire_ = std::make_shared<PodWire>();
  wire_->link = this;
  const auto* const tcp = std::get_if<TcpEndpoint>(&endpoint_);
  const bool is_own = tcp == nullptr || tcp->ip.text.starts_with("127.");
  const auto target = is_own ? std::optional(self_) : net_.find(tcp->ip);
  if (!target) {
    return;  // its packets get lost
  }
  wire_->up = {.from = self_, .to = *target};
  wire_->down = {.from = *target, .to = self_};
  net_.send(wire_->up, [&net = net_, gate = gate_, wire = wire_] {
    auto* const server = net.at(wire->up.to).server;
    if (server == nullptr || !server->accepts_from(wire->up.from)) {
      refuse(net, gate, wire, Contact::refused);
      return;
    }
    wire->server = server;
    wire->process = server->process();
    wire->caller = std::make_shared<SimCaller>();
    wire->caller->on_closed = [&net, gate, weak = std::weak_ptr(wire)] {
      if (const auto closed = weak.lock()) {
        refuse(net, gate, closed, Contact::closed);
      }
    };
    server->connect(wire->caller);
    at_agent(net, gate, wire, [](PodRedisLink& link) { link.connected(); });
  });
}

void PodRedisLink::refuse(SimNet& net, const SimGatePtr& gate, const WirePtr& wire, Contact contact) {
  at_agent(net, gate, wire, [contact](PodRedisLink& link) {
    const bool closed = contact == Contact::closed;
    link.end_with({contact, cat(closed ? "" : "cannot connect to ", to_text(link.endpoint_),
                                closed ? ": Server closed the connection" : ": Connection refused")});
  });
}

void PodRedisLink::connected() {
  ++opened_;
  connected_ = true;
  for (auto& command : std::exchange(unsent_, {})) {
    transmit(std::move(command));
  }
}

void PodRedisLink::transmit(RedisCommand command) {
  wire_->outbox.push_back(std::move(command));
  if (wire_->outbox.size() == 1) {
    net_.send(wire_->up, [&net = net_, gate = gate_, wire = wire_] { execute(net, gate, wire); });
  }
}

// At the server's end: a process that ended meanwhile is answered for by its system.
void PodRedisLink::execute(SimNet& net, const SimGatePtr& gate, const WirePtr& wire) {
  auto commands = std::exchange(wire->outbox, {});
  if (net.at(wire->up.to).server != wire->server || wire->server->process() != wire->process || !wire->server->runs() ||
      !wire->caller->is_open) {
    refuse(net, gate, wire, Contact::closed);
    return;
  }
  wire->server->receive([&net, gate, wire, commands = std::move(commands)] {
    std::vector<RedisReply> replies;
    replies.reserve(commands.size());
    for (const auto& command : commands) {
      replies.push_back(wire->server->execute(wire->caller, command));
    }
    net.send(wire->down, [gate, wire, replies = std::move(replies)]() mutable {
      gate->run([wire, replies = std::move(replies)]() mutable {
        if (wire->link != nullptr) {
          wire->link->answered(wire, std::move(replies));
        }
      });
    });
  });
}

// A callback may send, reset or destroy this; then what is left is not this link's any more.
void PodRedisLink::answered(const WirePtr& wire, std::vector<RedisReply> replies) {
  for (auto& reply : replies) {
    if (wire->link == nullptr || pending_.empty()) {
      return;
    }
    const auto done = std::move(pending_.front());
    pending_.pop_front();
    done(std::move(reply));
  }
}

void PodRedisLink::let_go() {
  if (wire_) {
    wire_->link = nullptr;
    if (wire_->caller) {
      wire_->caller->is_open = false;
    }
  }
  wire_.reset();
  connected_ = false;
  unsent_.clear();
}

void PodRedisLink::reset() {
  let_go();
  net_.clock().post(Duration::zero(),
                    [this, gate = gate_, alive = std::weak_ptr(alive_), failed = std::exchange(pending_, {})] {
                      gate->run([this, alive, failed] {
                        if (!alive.expired()) {
                          fail(failed, {Contact::closed, cat(to_text(endpoint_), ": closed by this agent")});
                        }
                      });
                    });
}

void PodRedisLink::end_with(const LinkFailure& failure) {
  let_go();
  if (pending_.empty()) {
    if (on_idle_close_) {
      on_idle_close_();
    }
    return;
  }
  fail(std::exchange(pending_, {}), failure);
}

void PodRedisLink::fail(std::deque<std::function<void(RedisReply)>> failed, const LinkFailure& failure) {
  const auto alive = std::weak_ptr(alive_);
  for (const auto& done : failed) {
    done(failure);
    if (alive.expired()) {
      return;
    }
  }
}

}  // namespace agent
