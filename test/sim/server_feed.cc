// The master's side of a simulated server: who follows it, and what each of them gets.
#include <algorithm>

#include "sim/server.h"

namespace agent {

namespace {
constexpr std::int32_t kPingBytes = 14;
}  // namespace

void SimServer::create_backlog() {
  has_backlog_ = true;
  backlog_start_ = offset_ + 1;
  backlog_.clear();
}

void SimServer::free_backlog() {
  has_backlog_ = false;
  backlog_start_ = 0;
  backlog_.clear();
}

bool SimServer::can_continue(std::uint64_t replid, std::int64_t wanted) const {
  const bool is_mine = replid == replid_ || (replid == replid2_ && wanted <= second_);
  return replid != 0 && is_mine && has_backlog_ && wanted >= backlog_start_ && wanted <= offset_ + 1;
}

void SimServer::on_psync(const SimReplLinkPtr& link, std::uint64_t replid, std::int64_t wanted) {
  if (loading_ || (master_ && state_ != Link::connected)) {  // LOADING, NOMASTERLINK
    link->master = nullptr;
    link->tell_replica(link, around_.net, &SimServer::on_refused);
    return;
  }
  link->acked_at = around_.clock.now();
  feeds_.push_back(link);
  if (can_continue(replid, wanted)) {
    ++sync_partial_ok_;
    link->feed = SimReplLink::Feed::online;
    link->acked = wanted - 1;
    std::vector<SimStreamed> missing;
    std::ranges::copy_if(backlog_, std::back_inserter(missing), [&](const auto& piece) { return piece.end >= wanted; });
    link->tell_replica(link, around_.net, &SimServer::on_continue, replid_, missing);
    changed();
    return;
  }
  sync_partial_err_ += replid == 0 ? 0 : 1;
  ++sync_full_;
  if (feeds_.size() == 1 && !has_backlog_) {
    replid_ = new_id();
    replid2_ = 0;
    second_ = -1;
    create_backlog();
  }
  link->feed = SimReplLink::Feed::waits;
  if (conf_.sync_delay == Duration::zero()) {
    begin_sync(link);
  }
  changed();
}

void SimServer::begin_sync(const SimReplLinkPtr& link) {
  link->feed = SimReplLink::Feed::awaits_ack;
  link->kept.clear();
  link->acked_at = around_.clock.now();
  link->tell_replica(link, around_.net, &SimServer::on_full,
                     SimRdb{data_, replid_, offset_, around_.clock.now(), conf_.release.rdb});
}

// The first ack of a replica that was fully synced starts the stream to it.
void SimServer::on_ack(const SimReplLinkPtr& link, std::int64_t offset) {
  link->acked = offset;
  link->acked_at = around_.clock.now();
  if (link->feed == SimReplLink::Feed::awaits_ack) {
    link->feed = SimReplLink::Feed::online;
    for (const auto& piece : std::exchange(link->kept, {})) {
      link->tell_replica(link, around_.net, &SimServer::on_stream, piece);
    }
    changed();
  }
}

void SimServer::feed(SimOp op, std::int32_t bytes) {
  if (!has_backlog_ && feeds_.empty()) {
    offset_ += conf_.aof && conf_.release.counts_alone ? 1 : 0;
    return;
  }
  offset_ += bytes;
  pass_on({.end = offset_, .bytes = bytes, .op = op});
}

void SimServer::pass_on(const SimStreamed& piece) {
  if (has_backlog_) {
    backlog_.push_back(piece);
    while (offset_ - backlog_start_ + 1 > conf_.backlog_bytes) {
      backlog_start_ += backlog_.front().bytes;
      backlog_.pop_front();
    }
  }
  for (const auto& link : feeds_) {
    if (link->feed == SimReplLink::Feed::online) {
      link->tell_replica(link, around_.net, &SimServer::on_stream, piece);
    } else if (link->feed == SimReplLink::Feed::awaits_ack) {
      link->kept.push_back(piece);
    }
  }
}

void SimServer::drop_feed(const SimReplLinkPtr& link) {
  link->master = nullptr;
  if (link->replica != nullptr) {
    link->tell_replica(link, around_.net, &SimServer::on_refused);
  }
  if (std::erase(feeds_, link) > 0) {
    changed();
  }
}

void SimServer::drop_feeds() {
  while (!feeds_.empty()) {
    const auto link = feeds_.back();
    drop_feed(link);
  }
}

void SimServer::feed_cron() {
  const auto now = around_.clock.now();
  const auto silent = feeds_;
  for (const auto& link : silent) {
    if (link->feed == SimReplLink::Feed::waits && now - link->acked_at >= conf_.sync_delay) {
      begin_sync(link);
    } else if (now - link->acked_at > conf_.repl_timeout) {
      drop_feed(link);
    }
  }
  if (!master_ && !feeds_.empty() && now - last_ping_ >= conf_.ping_period) {
    last_ping_ = now;
    feed(kPing, kPingBytes);
  }
}

int SimServer::good_replicas() const {
  const auto now = around_.clock.now();
  return static_cast<int>(std::ranges::count_if(feeds_, [&](const auto& link) {
    return link->feed == SimReplLink::Feed::online && now - link->acked_at <= conf_.max_lag;
  }));
}

bool SimServer::replicated_everywhere() const {
  return !feeds_.empty() && std::ranges::all_of(feeds_, [this](const auto& link) {
    return link->replica != nullptr && link->replica->is_link_up() && link->replica->data_ == data_;
  });
}

std::vector<AttachedReplica> SimServer::shown_replicas() const {
  std::vector<AttachedReplica> shown;
  const auto now = around_.clock.now();
  for (const auto& link : feeds_) {
    const auto lag = std::chrono::duration_cast<std::chrono::seconds>(now - link->acked_at).count();
    const std::string states[] = {"wait_bgsave", conf_.release.being_synced, "online"};
    shown.push_back({.ip = around_.net.at(link->replica_node).ip.text,
                     .port = 6379,
                     .state = states[static_cast<std::size_t>(link->feed)],
                     .offset = link->acked,
                     .lag_seconds = lag});
  }
  return shown;
}

}  // namespace agent
