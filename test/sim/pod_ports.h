// The ports of one simulated agent, as far as they are not Redis and DNS: its clock, its files, the other agents, its
// journal; and the gate through which everything reaches it, so that it can be frozen or gone.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "ports/agents.h"
#include "ports/files.h"
#include "ports/journal.h"
#include "sim/net.h"
#include "sim/volume.h"

namespace agent {

// What happens to an agent happens through here: now, once it is thawed, or never.
class SimGate {
 public:
  void run(auto action) {
    if (is_frozen_) {
      waiting_.emplace_back(std::move(action));
    } else if (is_alive_) {
      action();
    }
  }
  void freeze() { is_frozen_ = true; }
  void thaw() {
    is_frozen_ = false;
    while (is_alive_ && !is_frozen_ && !waiting_.empty()) {
      const auto action = std::move(waiting_.front());
      waiting_.pop_front();
      action();
    }
  }
  void close() {
    is_alive_ = is_frozen_ = false;
    waiting_.clear();
  }
  bool is_frozen() const { return is_frozen_; }

 private:
  bool is_alive_ = true;
  bool is_frozen_ = false;
  std::deque<std::function<void()>> waiting_;
};
using SimGatePtr = std::shared_ptr<SimGate>;

class PodClock : public Clock {
 public:
  PodClock(SimClock& clock, SimGatePtr gate) : clock_(clock), gate_(std::move(gate)) {}
  Instant now() const override { return clock_.now(); }
  WallTime wall() const override { return clock_.wall(); }
  [[nodiscard]] std::unique_ptr<Timer> after(Duration delay, std::function<void()> action) override;

 private:
  SimClock& clock_;
  SimGatePtr gate_;
};

// The data volume as the agent sees it: its own small files as text, Redis' files as what they hold.
class PodFiles : public Files {
 public:
  PodFiles(SimVolume& volume, const SimLedger& ledger, const std::string& boot_id)
      : volume_(volume), ledger_(ledger), boot_id_(boot_id) {}
  std::expected<std::string, FileError> read(const std::string& path) override;
  std::expected<void, FileError> write(const std::string& path, const std::string& text, bool secret) override;
  std::expected<void, FileError> restrict_access(const std::string&) override { return {}; }
  std::expected<void, FileError> make_directory(const std::string&) override { return {}; }
  std::expected<bool, FileError> holds_no_data(const std::string& directory) override;
  std::expected<std::string, FileError> rdb_head(const std::string& directory, std::size_t most) override;
  std::expected<void, FileError> note(const std::string& path, const std::string& text) override;
  std::expected<void, FileError> sync_data(const std::string& directory) override;
  std::expected<std::uint64_t, FileError> keep_data(const std::string& directory, const std::string& copy) override;
  std::expected<std::string, FileError> mark(const std::string& path, const std::string& link) override;
  bool was_removed(const std::string& path, const std::string& link, const std::string& mark) override;

  void set_full(bool is_full) { is_full_ = is_full; }

 private:
  SimVolume& volume_;
  const SimLedger& ledger_;
  const std::string& boot_id_;
  bool is_full_ = false;
};

// Reads what the agent at an address publishes, over the network.
class PodAgents : public Agents {
 public:
  using PublishedAt = std::function<std::optional<Published>(NodeId)>;
  PodAgents(SimClock& clock, SimNet& net, NodeId self, SimGatePtr gate, PublishedAt published)
      : clock_(clock), net_(net), self_(self), gate_(std::move(gate)), published_(std::move(published)) {}
  void ask(const IpAddress& ip, Duration timeout, std::function<void(std::optional<Published>)> done) override;

 private:
  SimClock& clock_;
  SimNet& net_;
  NodeId self_;
  SimGatePtr gate_;
  PublishedAt published_;
};

class PodJournal : public Journal {
 public:
  using Tell = std::function<void(Level, Reason, const std::string&)>;
  explicit PodJournal(Tell tell) : tell_(std::move(tell)) {}
  void tell(Level level, Reason reason, const std::string& sentence) override { tell_(level, reason, sentence); }

 private:
  Tell tell_;
};

}  // namespace agent
