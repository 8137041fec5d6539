#include "sim/net.h"

#include <algorithm>

namespace agent {

namespace {
constexpr Duration kLoopback = std::chrono::microseconds(30);
constexpr Duration kSentAgain = std::chrono::milliseconds(200);
}  // namespace

NodeId SimNet::join(const IpAddress& ip, int place) {
  nodes_.push_back({.ip = ip, .place = place, .there = true, .server = nullptr});
  return static_cast<NodeId>(nodes_.size() - 1);
}

std::optional<NodeId> SimNet::find(const IpAddress& ip) const {
  for (std::size_t i = nodes_.size(); i > 0; --i) {
    if (nodes_[i - 1].there && nodes_[i - 1].ip == ip) {
      return static_cast<NodeId>(i - 1);
    }
  }
  return std::nullopt;
}

bool SimNet::passes(NodeId from, NodeId to) const {
  return from == to || (at(to).there && passes_places(at(from).place, at(to).place));
}

Duration SimNet::way(NodeId from, NodeId to) {
  if (from == to) {
    return kLoopback;
  }
  auto takes = least_ + Duration(static_cast<Duration::rep>(random_.next() * static_cast<double>(jitter_.count())));
  if (loss_ > 0 && random_.next() < loss_) {
    takes += kSentAgain;
  }
  return takes;
}

void SimNet::arrive(NodeId to, std::function<void()> action, Instant when) {
  clock_.post(when - clock_.now(), [this, to, action = std::move(action)] {
    if (at(to).there) {
      action();
    }
  });
}

void SimNet::send(SimLane& lane, std::function<void()> action) {
  if (!at(lane.from).there || !at(lane.to).there) {
    return;
  }
  if (lane.from != lane.to && !passes_places(at(lane.from).place, at(lane.to).place)) {
    held_.push_back({lane.from, lane.to, lane.last, std::move(action)});
    return;
  }
  lane.last = std::max(lane.last, clock_.now() + way(lane.from, lane.to));
  arrive(lane.to, std::move(action), lane.last);
}

void SimNet::heal(int from, int to) {
  if (!cut_[index(from)][index(to)]) {
    return;
  }
  cut_[index(from)][index(to)] = false;
  std::vector<Held> still;
  for (auto& held : held_) {
    if (at(held.from).place == from && at(held.to).place == to) {
      // After what was under way before it, and before whatever is sent from now on.
      arrive(held.to, std::move(held.action), std::max(clock_.now(), held.after));
    } else {
      still.push_back(std::move(held));
    }
  }
  held_ = std::move(still);
}

void SimNet::heal_all() {
  for (int from = 0; from < kPlacesMax; ++from) {
    for (int to = 0; to < kPlacesMax; ++to) {
      heal(from, to);
    }
  }
}

void SimNet::set_delay(Duration least, Duration jitter) {
  least_ = least;
  jitter_ = jitter;
}

}  // namespace agent
