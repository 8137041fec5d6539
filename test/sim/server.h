// One simulated redis-server with replication: a process that starts from its conf and its disk, follows and feeds
// others over the network, saves, freezes and dies. What 6.2, 7.0 and 8.0 do, as contract/replication_test.cc holds it
// to. Not the bag of fields of redis.h, which a test sets by hand.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ports/redis.h"
#include "sim/ledger.h"
#include "sim/net.h"
#include "sim/release.h"
#include "sim/volume.h"

namespace agent {

struct SimMasterOf {
  std::string host;
  std::uint16_t port = 6379;
  bool operator==(const SimMasterOf&) const = default;
};

// What stands in redis.conf, read at each start.
struct SimConf {
  SimRelease release = kRedis7;
  std::string bind = "* -::*";
  std::optional<SimMasterOf> replicaof;
  bool aof = false;
  Duration save_every{0};  // with something to save; 0: never
  std::int64_t min_replicas = 0;
  Duration max_lag = std::chrono::seconds(10);
  Duration repl_timeout = std::chrono::seconds(60);
  Duration ping_period = std::chrono::seconds(10);
  Duration sync_delay{0};                                // repl-diskless-sync-delay
  Duration transfer = std::chrono::milliseconds(30);     // of a full sync
  Duration load = std::chrono::milliseconds(20);         // of a data set into memory
  Duration aof_rewrite = std::chrono::milliseconds(50);  // after a full sync
  bool rewrites_at_start = false;                        // its append-only file, where that has grown much
  Duration aof_sync{0};                                  // fsync, each second
  std::int64_t backlog_bytes = 1'048'576;
  bool loads_from_socket = false;  // repl-diskless-load on-empty-db
};

struct SimReplLink;
using SimReplLinkPtr = std::shared_ptr<SimReplLink>;

// A piece of the replication stream.
struct SimStreamed {
  std::int64_t end = 0;  // the offset after it
  std::int32_t bytes = 0;
  SimOp op = kPing;
};

// A connection that asks: its session, as far as the server can close it.
struct SimCaller {
  NodeId from = 0;
  bool is_open = true;
  std::function<void()> on_closed;
};

class SimServer {
 public:
  struct Surroundings {
    SimClock& clock;
    SimNet& net;
    SimRandom& random;
    SimLedger& ledger;
    // Called when the data, the role, the door or the life of this server changed.
    std::function<void()> on_change = [] {};
    // Called just before a sync replaces `old` for good; `next` comes instead.
    std::function<void(DataId old, DataId next)> on_wipe = [](DataId, DataId) {};
    // Called just before `old` goes for data that this server cannot read.
    std::function<void(DataId old)> on_emptied = [](DataId) {};
  };

  SimServer(Surroundings around, NodeId node, SimVolume& volume);
  SimServer(const SimServer&) = delete;
  SimServer& operator=(const SimServer&) = delete;
  ~SimServer();

  // A new process reads conf and disk. It ends at once where it cannot read what is there.
  void start(const SimConf& conf);
  // SIGKILL. With `tells`, the others see the connections end; without, those packets are lost.
  void kill(bool tells = true);
  // SIGTERM: saves first, where the conf saves.
  void shut_down();
  void freeze();
  void thaw();
  // Its connections to masters and replicas break, and nothing else.
  void break_links();

  bool runs() const { return runs_; }
  bool is_frozen() const { return frozen_; }
  bool is_loading() const { return loading_; }
  Instant started() const { return started_; }
  bool is_master() const { return !master_; }
  // Somebody from `from` may connect.
  bool accepts_from(NodeId from) const;
  bool is_open() const { return runs_ && !door_closed_; }
  // A client's write would be executed now.
  bool takes_writes() const;
  DataId data() const { return data_; }
  std::int64_t offset() const { return offset_; }
  std::uint64_t replid() const { return replid_; }
  std::uint64_t replid2() const { return replid2_; }
  std::int64_t second_offset() const { return second_; }
  std::uint64_t process() const { return process_; }  // another number is another process
  // It runs with what it read from an append-only file that a process before was killed over while it synced it.
  bool was_cut_short() const { return is_of_cut_file_; }
  bool is_link_up() const { return state_ == Link::connected; }
  // No longer ago than `span`, in this process.
  bool was_linked_within(Duration span) const {
    return is_link_up() || (down_since_ && around_.clock.now() - *down_since_ <= span);
  }
  const std::optional<SimMasterOf>& master() const { return master_; }
  NodeId node() const { return node_; }
  SimVolume& volume() { return volume_; }
  // The servers that this one feeds and that stand where it stands, each of them: every attached one.
  bool replicated_everywhere() const;
  int attached() const { return static_cast<int>(feeds_.size()); }

  RedisReply execute(const std::shared_ptr<SimCaller>& caller, const RedisCommand& command);
  // What would arrive now: at once, or when it is thawed.
  void receive(auto action) {
    if (frozen_) {
      waiting_.emplace_back(std::move(action));
    } else if (runs_) {
      action();
    }
  }
  void connect(const std::shared_ptr<SimCaller>& caller);

  RedisInfo info() const;

 private:
  friend struct SimReplLink;
  enum class Link { none, retry, connecting, handshake, receiving, loading, connected };

  // server.cc: life, disk, commands
  bool reads(int format) const { return format <= conf_.release.rdb; }
  bool can_read_disk() const;
  void load_disk();
  void loaded();
  void cron();
  void save();
  void close_callers();
  RedisReply run(const std::shared_ptr<SimCaller>& caller, const std::string& verb, const RedisCommand& command);
  RedisReply run_config(const RedisCommand& command);
  RedisReply run_client(const std::shared_ptr<SimCaller>& caller, const RedisCommand& command);
  RedisReply run_replicaof(const RedisCommand& command);
  RedisReply run_write(SimOp op);
  void append(std::int32_t bytes);
  RedisReply run_role() const;
  void set_bind(const std::string& bind);
  void changed() { around_.on_change(); }
  // An event of this process; it does not happen once that has ended.
  void later(Duration delay, void (SimServer::*action)());
  std::uint64_t new_id();

  // server_follow.cc: the replica's side
  void set_master(std::optional<SimMasterOf> master);
  void dial();
  void dialed(const SimReplLinkPtr& link);
  void lose_master(bool try_at_once);
  void on_refused(const SimReplLinkPtr& link);
  void on_continue(const SimReplLinkPtr& link, std::uint64_t replid, const std::vector<SimStreamed>& missing);
  void on_full(const SimReplLinkPtr& link, const SimRdb& rdb);
  void transferred(const SimReplLinkPtr& link);
  void wipe();
  void full_sync_loaded(const SimReplLinkPtr& link);
  void begin_sync();
  void synced();
  void write_buffered();
  void begin_rewrite();
  void rewrite_aof();
  bool is_loading_file() const { return state_ == Link::loading && !is_from_socket_; }  // of a full sync
  void on_stream(const SimReplLinkPtr& link, const SimStreamed& piece);
  void send_ack();
  void follow_cron();

  // server_feed.cc: the master's side
  void on_psync(const SimReplLinkPtr& link, std::uint64_t replid, std::int64_t wanted);
  bool can_continue(std::uint64_t replid, std::int64_t wanted) const;
  void begin_sync(const SimReplLinkPtr& link);
  void on_ack(const SimReplLinkPtr& link, std::int64_t offset);
  void feed(SimOp op, std::int32_t bytes);
  void pass_on(const SimStreamed& piece);
  void drop_feeds();
  void drop_feed(const SimReplLinkPtr& link);
  void create_backlog();
  void free_backlog();
  void feed_cron();
  int good_replicas() const;
  std::vector<AttachedReplica> shown_replicas() const;

  Surroundings around_;
  NodeId node_;
  SimVolume& volume_;
  SimConf conf_;

  bool runs_ = false;
  bool frozen_ = false;
  bool loading_ = false;
  bool door_closed_ = false;
  std::uint64_t process_ = 0;
  std::string run_id_;
  Instant started_{};
  std::deque<std::function<void()>> waiting_;  // what arrives at a frozen process
  std::vector<std::weak_ptr<SimCaller>> callers_;

  DataId data_ = kNoKeys;
  std::int64_t changes_ = 0;  // since the last save
  Instant saved_{};
  bool is_of_cut_file_ = false;  // what it holds it read from its append-only file
  bool aof_follows_ = true;      // false while a sync's data is not rewritten yet
  std::int32_t buffered_ = 0;    // bytes that wait while the append-only file is synced: for up to 2 s (everysec)
  Instant synced_at_{};
  bool has_appended_ = false;         // since its file was synced; what a process before wrote it does not sync
  std::optional<Instant> rewritten_;  // when the append-only file will be what memory holds

  std::uint64_t replid_ = 0;
  std::uint64_t replid2_ = 0;
  std::int64_t offset_ = 0;
  std::int64_t second_ = -1;
  bool has_backlog_ = false;
  std::int64_t backlog_start_ = 0;  // the first byte in it
  std::deque<SimStreamed> backlog_;
  std::int64_t sync_full_ = 0;
  std::int64_t sync_partial_ok_ = 0;
  std::int64_t sync_partial_err_ = 0;

  std::optional<SimMasterOf> master_;
  Link state_ = Link::none;
  bool has_cached_ = false;  // a master to continue from
  SimReplLinkPtr link_;
  Instant link_since_{};  // of the state
  Instant last_io_{};
  std::optional<Instant> down_since_;
  SimRdb sync_;                  // of the full sync under way
  bool is_from_socket_ = false;  // it is not written to a file first
  bool wiped_ = false;           // emptied for it
  bool is_master_gone_ = false;  // noticed when the file is loaded

  std::vector<SimReplLinkPtr> feeds_;
  Instant last_ping_{};
};

// Between a replica and its master. Each end lets go of its pointer when it has closed.
struct SimReplLink {
  enum class Feed { waits, awaits_ack, online };
  SimServer* replica = nullptr;
  SimServer* master = nullptr;
  std::uint64_t master_process = 0;  // that accepted it; for another one the system answers that it is closed
  NodeId replica_node = 0;
  NodeId master_node = 0;
  SimLane up;    // to the master
  SimLane down;  // to the replica
  Feed feed = Feed::waits;
  std::vector<SimStreamed> kept;  // of the stream, until the replica asks for it by its first ack
  std::int64_t acked = 0;
  Instant acked_at{};

  // Called by one end, delivered to the other.
  template <class... Parameters, class... Arguments>
  void tell_master(const SimReplLinkPtr& self, SimNet& net,
                   void (SimServer::*what)(const SimReplLinkPtr&, Parameters...), Arguments... arguments) {
    net.send(up, [self, what, &net, arguments...] {
      if (self->master != nullptr && self->master->process() != self->master_process) {
        self->master = nullptr;
        self->tell_replica(self, net, &SimServer::on_refused);
      }
      if (self->master != nullptr) {
        self->master->receive([self, what, arguments...] {
          if (self->master != nullptr) {
            (self->master->*what)(self, arguments...);
          }
        });
      }
    });
  }
  template <class... Parameters, class... Arguments>
  void tell_replica(const SimReplLinkPtr& self, SimNet& net,
                    void (SimServer::*what)(const SimReplLinkPtr&, Parameters...), Arguments... arguments) {
    net.send(down, [self, what, arguments...] {
      if (self->replica != nullptr) {
        self->replica->receive([self, what, arguments...] {
          if (self->replica != nullptr) {
            (self->replica->*what)(self, arguments...);
          }
        });
      }
    });
  }
};

std::string info_text(const RedisInfo& info);
std::string spelled_id(std::uint64_t id);  // 40 digits; 0 is all zeros

}  // namespace agent
