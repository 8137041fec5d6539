// The replica's side of a simulated server: whom it follows, how it gets there, what it takes from there.
#include "core/text.h"
#include "sim/server.h"

namespace agent {

RedisReply SimServer::run_replicaof(const RedisCommand& command) {
  if (equal_ignoring_case(command[1], "no") && equal_ignoring_case(command[2], "one")) {
    if (master_) {
      set_master({});
    }
    return ReplyText{"OK"};
  }
  const auto port = to_number<std::uint16_t>(command[2]);
  if (!port) {
    return ReplyError{"ERR Invalid master port"};
  }
  SimMasterOf wanted{command[1], *port};
  if (master_ == wanted) {
    return ReplyText{"OK Already connected to specified master"};
  }
  set_master(std::move(wanted));
  return ReplyText{"OK"};
}

// A master that begins to follow keeps its history and continues from it; a replica that is promoted begins a new one.
void SimServer::set_master(std::optional<SimMasterOf> master) {
  const bool was_master = !master_;
  lose_master(false);
  if (!master) {
    has_cached_ = false;
    down_since_.reset();  // measured with 6.2.14, 7.0.15 and 8.0.2
    replid2_ = replid_;
    second_ = offset_ + 1;
    replid_ = new_id();
    drop_feeds();
    state_ = Link::none;
    if (conf_.aof && !aof_follows_) {
      begin_rewrite();
    }
  }
  master_ = std::move(master);
  if (master_) {
    if (!conf_.release.keeps_feeds) {
      drop_feeds();
    }
    has_cached_ = has_cached_ || was_master;
    state_ = Link::retry;
    dial();
  }
  changed();
}

void SimServer::dial() {
  link_since_ = around_.clock.now();
  const auto ip = parse_ip(master_->host);
  if (!ip || master_->port == 0) {
    state_ = Link::retry;  // parked: nobody listens there
    return;
  }
  const auto target = around_.net.find(*ip);
  state_ = Link::connecting;
  if (!target) {
    return;  // its packets get lost
  }
  link_ = std::make_shared<SimReplLink>();
  link_->replica = this;
  link_->replica_node = node_;
  link_->master_node = *target;
  link_->up = {.from = node_, .to = *target};
  link_->down = {.from = *target, .to = node_};
  // There and back; the answer of the network's end is not the server's, so a frozen one accepts too.
  around_.net.send(link_->up, [link = link_, &net = around_.net] {
    auto* const server = net.at(link->master_node).server;
    if (server != nullptr && server->accepts_from(link->replica_node)) {
      link->master = server;
      link->master_process = server->process();
      link->tell_replica(link, net, &SimServer::dialed);
    } else {
      link->tell_replica(link, net, &SimServer::on_refused);
    }
  });
}

void SimServer::dialed(const SimReplLinkPtr& link) {
  if (link != link_) {
    return;
  }
  state_ = Link::handshake;
  link_since_ = last_io_ = around_.clock.now();
  link->tell_master(link, around_.net, &SimServer::on_psync, has_cached_ ? replid_ : 0, offset_ + 1);
}

// Refused, closed or told to try later: again at the next cron. A server that reads a file looks at its links when it
// is done, and has the data then.
void SimServer::on_refused(const SimReplLinkPtr& link) {
  if (link != link_) {
    return;
  }
  if (is_loading_file()) {
    is_master_gone_ = true;
    return;
  }
  lose_master(state_ == Link::connected);
}

void SimServer::lose_master(bool try_at_once) {
  const bool was_up = state_ == Link::connected;
  if (link_) {
    const auto link = std::exchange(link_, nullptr);
    link->replica = nullptr;
    if (link->master != nullptr) {
      link->tell_master(link, around_.net, &SimServer::drop_feed);
    }
  }
  if (was_up) {
    has_cached_ = true;
    down_since_ = around_.clock.now();
  }
  if (state_ == Link::loading) {
    loading_ = false;
  }
  wiped_ = is_master_gone_ = false;
  if (master_ && runs_) {
    state_ = Link::retry;
    if (try_at_once) {
      dial();
    }
    changed();
  }
}

void SimServer::on_continue(const SimReplLinkPtr& link, std::uint64_t replid, const std::vector<SimStreamed>& missing) {
  if (link != link_) {
    return;
  }
  if (replid != replid_) {
    replid2_ = replid_;
    second_ = offset_ + 1;
    replid_ = replid;
    drop_feeds();
  }
  state_ = Link::connected;
  is_of_cut_file_ = false;
  last_io_ = around_.clock.now();
  has_cached_ = false;
  if (!has_backlog_) {
    create_backlog();
  }
  for (const auto& piece : missing) {
    on_stream(link, piece);
  }
  changed();
}

void SimServer::on_full(const SimReplLinkPtr& link, const SimRdb& rdb) {
  if (link != link_) {
    return;
  }
  state_ = Link::receiving;
  link_since_ = last_io_ = around_.clock.now();
  sync_ = rdb;
  is_from_socket_ = conf_.loads_from_socket && data_ == kNoKeys;
  if (is_from_socket_) {
    wipe();
  }
  const auto takes = std::max(conf_.transfer, Duration(1));
  around_.net.send(link->up, [] {});  // the way is used, so that what follows comes after it
  around_.clock.post(takes, [link, &net = around_.net] {
    // The last piece comes only over a way that is not cut.
    net.send(link->down, [link] {
      if (link->replica != nullptr) {
        link->replica->receive([link] {
          if (link->replica != nullptr) {
            link->replica->transferred(link);
          }
        });
      }
    });
  });
}

// A format that this server cannot read is seen only when the old data is gone, and it tries again for ever.
void SimServer::transferred(const SimReplLinkPtr& link) {
  if (link != link_ || state_ != Link::receiving) {
    return;
  }
  if (!is_from_socket_) {
    wipe();
    volume_.files.rdb = sync_;
  }
  if (!reads(sync_.format)) {
    lose_master(true);
    return;
  }
  state_ = Link::loading;
  loading_ = true;
  last_io_ = around_.clock.now();
  around_.clock.post(conf_.load, [link] {
    if (link->replica != nullptr) {
      link->replica->receive([link] {
        if (link->replica != nullptr) {
          link->replica->full_sync_loaded(link);
        }
      });
    }
  });
}

// The instant after which nothing of the old is left here. The append-only file keeps it until it is written anew.
void SimServer::wipe() {
  if (!reads(sync_.format)) {
    around_.on_emptied(data_);
  }
  around_.on_wipe(data_, sync_.data);
  data_ = kNoKeys;
  wiped_ = true;
  has_cached_ = false;
  aof_follows_ = false;
  buffered_ = 0;
  rewritten_.reset();
  drop_feeds();
  free_backlog();
  changed();
}

void SimServer::full_sync_loaded(const SimReplLinkPtr& link) {
  if (link != link_ || state_ != Link::loading) {
    return;
  }
  loading_ = wiped_ = false;
  data_ = sync_.data;
  replid_ = *sync_.replid;
  offset_ = sync_.offset;
  replid2_ = 0;
  second_ = -1;
  changes_ = 0;
  state_ = Link::connected;
  is_of_cut_file_ = false;
  last_io_ = around_.clock.now();
  if (!has_backlog_) {
    create_backlog();
  }
  if (conf_.aof) {
    begin_rewrite();
  }
  changed();
  if (is_master_gone_) {
    lose_master(true);
  }
}

void SimServer::on_stream(const SimReplLinkPtr& link, const SimStreamed& piece) {
  if (link != link_ || state_ != Link::connected) {
    return;
  }
  last_io_ = around_.clock.now();
  offset_ = piece.end;
  if (piece.op != kPing) {
    data_ = around_.ledger.after(data_, piece.op);
    ++changes_;
    append(piece.bytes);
  }
  pass_on(piece);
}

// To a pod that is gone it gets lost; to another one at that address, or a dead process, it is answered with a reset.
void SimServer::send_ack() {
  const auto link = link_;
  around_.net.send(link->up, [link, offset = offset_, &net = around_.net] {
    if (link->master == nullptr) {
      link->tell_replica(link, net, &SimServer::on_refused);
    } else {
      link->master->receive([link, offset] {
        if (link->master != nullptr) {
          link->master->on_ack(link, offset);
        }
      });
    }
  });
}

void SimServer::follow_cron() {
  const auto now = around_.clock.now();
  switch (state_) {
    case Link::none:
      return;
    case Link::retry:
      dial();
      return;
    case Link::connecting:
      if (now - link_since_ > conf_.repl_timeout) {
        lose_master(true);
      }
      return;
    case Link::connected:
      send_ack();
      [[fallthrough]];
    default:
      if (now - last_io_ > conf_.repl_timeout && !is_loading_file()) {
        lose_master(true);
      }
  }
}

}  // namespace agent
