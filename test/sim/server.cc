#include "sim/server.h"

#include <algorithm>

#include "core/closed_door.h"
#include "core/text.h"

namespace agent {

namespace {
constexpr Duration kCron = std::chrono::seconds(1);
constexpr int kIdDigits = 40;
constexpr std::int32_t kWriteBytes = 50;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

ReplyError wrong_arguments(std::string_view verb) {
  return {cat("ERR wrong number of arguments for '", verb, "' command")};
}
}  // namespace

std::string spelled_id(std::uint64_t id) {
  std::string out(kIdDigits, '0');
  for (std::size_t i = 0; id != 0; id >>= 4U) {
    out[i++] = "0123456789abcdef"[id & 0xfU];
  }
  return out;
}

SimServer::SimServer(Surroundings around, NodeId node, SimVolume& volume)
    : around_(std::move(around)), node_(node), volume_(volume) {
  around_.net.at(node_).server = this;
}

// The pod is gone, and nobody hears of it.
SimServer::~SimServer() {
  around_.on_change = [] {};
  kill(false);
  around_.net.at(node_).server = nullptr;
}

std::uint64_t SimServer::new_id() { return around_.random.next_bits() | 1U; }

void SimServer::later(Duration delay, void (SimServer::*action)()) {
  around_.clock.post(delay, [this, &net = around_.net, node = node_, process = process_, action] {
    if (net.at(node).server == this && process_ == process && runs_) {
      receive([this, process, action] {
        if (process_ == process && runs_) {
          (this->*action)();
        }
      });
    }
  });
}

void SimServer::start(const SimConf& conf) {
  kill();
  conf_ = conf;
  volume_.begin_process();
  if (!can_read_disk()) {
    return;
  }
  runs_ = true;
  ++process_;
  run_id_ = spelled_id(new_id());
  started_ = around_.clock.now();
  saved_ = started_;
  data_ = kNoKeys;
  changes_ = 0;
  is_of_cut_file_ = false;
  aof_follows_ = true;
  has_appended_ = false;
  buffered_ = 0;
  synced_at_ = {};
  rewritten_.reset();
  replid_ = new_id();
  replid2_ = 0;
  offset_ = 0;
  second_ = -1;
  free_backlog();
  sync_full_ = sync_partial_ok_ = sync_partial_err_ = 0;
  has_cached_ = false;
  wiped_ = is_master_gone_ = false;
  down_since_.reset();
  master_ = conf.replicaof;
  state_ = master_ ? Link::retry : Link::none;
  door_closed_ = is_loopback_only(conf.bind);
  last_ping_ = started_;
  load_disk();
  later(kCron, &SimServer::cron);
  changed();
}

void SimServer::loaded() {
  loading_ = false;
  if (conf_.aof && data_ != kNoKeys && conf_.rewrites_at_start) {
    begin_rewrite();
  }
  if (master_) {
    dial();
  }
  changed();
}

void SimServer::kill(bool tells) {
  if (!runs_) {
    return;
  }
  if (buffered_ > 0 && volume_.files.aof) {
    volume_.files.aof->is_cut = true;
  }
  runs_ = frozen_ = loading_ = false;
  waiting_.clear();
  if (tells) {
    close_callers();
    lose_master(false);
    drop_feeds();
  } else {
    if (link_) {
      link_->replica = nullptr;
    }
    for (const auto& feed : feeds_) {
      feed->master = nullptr;
    }
  }
  link_.reset();
  feeds_.clear();
  callers_.clear();
  data_ = kNoKeys;
  state_ = Link::none;
  changed();
}

void SimServer::shut_down() {
  if (runs_ && !frozen_) {
    write_buffered();
    if (auto& aof = volume_.files.aof; aof && conf_.aof) {
      aof->sync();
    }
    if (!loading_ && aof_follows_) {  // else it just ends, or is killed in the end
      volume_.pid_file.reset();
    }
  }
  if (runs_ && !frozen_ && !loading_ && conf_.save_every > Duration::zero()) {
    save();
  }
  kill();
}

void SimServer::freeze() {
  frozen_ = runs_;
  changed();
}

void SimServer::thaw() {
  frozen_ = false;
  while (!frozen_ && !waiting_.empty()) {
    const auto action = std::move(waiting_.front());
    waiting_.pop_front();
    action();
  }
  changed();
}

void SimServer::break_links() {
  if (link_) {
    lose_master(true);
  }
  drop_feeds();
}

void SimServer::cron() {
  later(kCron, &SimServer::cron);
  begin_sync();
  if (loading_) {
    return;
  }
  if (conf_.save_every > Duration::zero() && changes_ > 0 && around_.clock.now() - saved_ >= conf_.save_every) {
    save();
  }
  follow_cron();
  feed_cron();
}

bool SimServer::accepts_from(NodeId from) const { return runs_ && (from == node_ || !door_closed_); }

void SimServer::set_bind(const std::string& bind) {
  conf_.bind = bind;
  door_closed_ = is_loopback_only(bind);
  changed();
}

void SimServer::connect(const std::shared_ptr<SimCaller>& caller) {
  std::erase_if(callers_, [](const auto& known) { return known.expired(); });
  callers_.push_back(caller);
}

void SimServer::close_callers() {
  for (const auto& known : std::exchange(callers_, {})) {
    if (const auto caller = known.lock(); caller && caller->is_open) {
      caller->is_open = false;
      caller->on_closed();
    }
  }
}

bool SimServer::takes_writes() const {
  return runs_ && !frozen_ && !loading_ && !door_closed_ && !master_ &&
         (conf_.min_replicas == 0 || good_replicas() >= conf_.min_replicas);
}

RedisReply SimServer::execute(const std::shared_ptr<SimCaller>& caller, const RedisCommand& command) {
  const auto verb = lower(command.at(0));
  if (loading_ && (verb == "ping" || verb == "dbsize" || verb == "set" || verb == "flushall" || verb == "save" ||
                   verb == "bgsave" || verb == "replicaof" || verb == "slaveof")) {
    return ReplyError{"LOADING Redis is loading the dataset in memory"};
  }
  return run(caller, verb, command);
}

RedisReply SimServer::run(const std::shared_ptr<SimCaller>& caller, const std::string& verb,
                          const RedisCommand& command) {
  if (verb == "ping") {
    return ReplyText{"PONG"};
  }
  if (verb == "info") {
    return ReplyText{info_text(info())};
  }
  if (verb == "client") {
    return run_client(caller, command);
  }
  if (verb == "config") {
    return run_config(command);
  }
  if (verb == "replicaof" || verb == "slaveof") {
    return command.size() == 3 ? run_replicaof(command) : wrong_arguments(verb);
  }
  if (verb == "set" && command.size() == 3) {
    return run_write(to_number<SimOp>(command[1]).value_or(0));
  }
  if (verb == "flushall") {
    return run_write(kFlushAll);
  }
  if (verb == "dbsize") {
    return ReplyNumber{around_.ledger.keys(data_)};
  }
  if (verb == "role") {
    return run_role();
  }
  if (verb == "save" || verb == "bgsave") {
    save();
    return ReplyText{"OK"};
  }
  if (verb == "auth" || verb == "readonly") {
    return ReplyText{"OK"};
  }
  return ReplyError{cat("ERR unknown command '", command[0], "', with args beginning with: ")};
}

RedisReply SimServer::run_write(SimOp op) {
  if (!master_ && conf_.min_replicas > 0 && good_replicas() < conf_.min_replicas) {
    return ReplyError{"NOREPLICAS Not enough good replicas to write."};
  }
  if (master_) {
    return ReplyError{"READONLY You can't write against a read only replica."};
  }
  data_ = around_.ledger.after(data_, op);
  ++changes_;
  append(kWriteBytes);
  feed(op, kWriteBytes);
  return ReplyText{"OK"};
}

RedisReply SimServer::run_config(const RedisCommand& command) {
  const auto what = command.size() > 2 ? lower(command[1]) : "";
  if (what == "get") {
    ReplyItems told;
    for (std::size_t i = 2; i < command.size(); ++i) {
      if (command[i] == "bind") {
        told.items.insert(told.items.end(), {"bind", conf_.bind});
      } else if (command[i] == "min-replicas-to-write") {
        told.items.insert(told.items.end(), {command[i], std::to_string(conf_.min_replicas)});
      }
    }
    return told;
  }
  if (what != "set" || command.size() != 4) {
    return ReplyError{"ERR syntax error"};
  }
  const auto name = lower(command[2]);
  if (name == "bind") {
    set_bind(command[3]);
    return ReplyText{"OK"};
  }
  if (const auto number = to_number<std::int64_t>(command[3]); number && name == "min-replicas-to-write") {
    conf_.min_replicas = *number;
    changed();
    return ReplyText{"OK"};
  }
  return ReplyError{"ERR Unknown option or number of arguments for CONFIG SET"};
}

RedisReply SimServer::run_client(const std::shared_ptr<SimCaller>& caller, const RedisCommand& command) {
  const auto what = command.size() > 1 ? lower(command[1]) : "";
  const auto type = command.size() == 4 && lower(command[2]) == "type" ? lower(command[3]) : "";
  if (what == "list" && type == "master") {
    if (state_ != Link::connected || !link_) {
      return ReplyText{""};
    }
    const TcpEndpoint there{around_.net.at(link_->master_node).ip, master_->port};
    return ReplyText{cat("id=7 addr=", to_text(there), " flags=M cmd=replconf\n")};
  }
  if (what != "kill" || type.empty()) {
    return what.empty() ? RedisReply(wrong_arguments("client")) : ReplyText{"OK"};
  }
  std::int64_t killed = 0;
  if (type == "normal") {
    std::erase_if(callers_, [&](const auto& known) {
      const auto other = known.lock();
      const bool goes = other && other != caller && other->is_open;
      if (goes) {
        ++killed;
        other->is_open = false;
        other->on_closed();
      }
      return goes;
    });
  } else if (type == "master" && state_ == Link::connected) {
    killed = 1;
    lose_master(true);
  } else if (type == "replica" || type == "slave") {
    killed = static_cast<std::int64_t>(feeds_.size());
    drop_feeds();
  }
  return ReplyNumber{killed};
}

}  // namespace agent
