// A whole simulated set, of one plan: its pods with real agents and simulated servers, DNS, network, clients, and the
// oracle that watches. Faults are done to it by name; when, is run.h's.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/oracle.h"
#include "sim/plan.h"
#include "sim/pod.h"

namespace agent {

struct SimLine {
  Duration at{};
  std::string text;
};

// One pod after the other gets another release.
struct SimRoll {
  SimRelease release{};
  Duration takes{};  // until a pod is back
  int step = -1;     // to the ordinal that is next
  int turn = 0;
};

class SimSet {
 public:
  SimSet(const Plan& plan, bool records);
  SimSet(const SimSet&) = delete;
  SimSet& operator=(const SimSet&) = delete;
  ~SimSet();

  void begin();
  void suffer(const PlannedFault& fault);
  // Every fault ends: what is cut is healed, what is dead starts, what is frozen goes on. Clients stop writing.
  void heal();
  // One write by a client that looks for a master everywhere. True when it was acknowledged.
  bool write_once();
  // All attached, all equal, all take part.
  bool has_converged();
  std::string why_not_converged();
  // The operator says so wherever an agent holds; how many took the word.
  int accept_data_loss();

  void run_for(Duration span);
  template <class Done>
  bool run_until(const Done& done, Duration limit) {
    const auto end = clock_.now() + limit;
    while (!violation_ && clock_.now() < end) {
      if (done()) {
        return true;
      }
      run_for(std::chrono::milliseconds(250));
    }
    return !violation_ && done();
  }

  const std::optional<std::string>& violation() const { return violation_; }
  const std::vector<SimLine>& lines() const { return lines_; }
  void tell(const std::string& text);
  Duration age() const { return clock_.now() - began_; }
  int acknowledgements() const { return oracle_.acknowledgements(); }

 private:
  SimPod& pod(int ordinal) { return *pods_[static_cast<std::size_t>(ordinal)]; }
  SimServer* server_of(int ordinal) { return pod(ordinal).node ? pod(ordinal).server.get() : nullptr; }
  Settings settings_of(const SimPod& pod) const;
  SimConf conf_of(const SimPod& pod) const;
  void later(Duration delay, std::function<void()> action) { clock_.post(delay, std::move(action)); }
  Duration soon();

  // set_pods.cc: how pods come and go
  void create_pod(int ordinal, const std::optional<IpAddress>& ip);
  void bring_back(int ordinal, Duration delay, std::optional<IpAddress> ip);
  void remove_pod(int ordinal);
  void init_pod(SimPod& pod);
  void start_server(int ordinal);
  void start_agent(int ordinal);
  void kill_server(int ordinal, Duration back, bool tells);
  void kill_agent(int ordinal, Duration back);
  bool is_ready(int ordinal);
  void replace(SimPod& old, const SimRelease& release, Duration takes);
  void roll(int ordinal, const SimRoll& how);
  void end_roll();
  void publish();
  void housekeeping();

  // set_faults.cc
  void cloud(const PlannedFault& fault);
  void suffer_containers(const PlannedFault& fault);
  void suffer_places(const PlannedFault& fault);
  void suffer_net(const PlannedFault& fault);
  void suffer_hand(const PlannedFault& fault);
  void each_pod(const PlannedFault& fault, const std::function<void(int)>& happens);
  void end_pod(int ordinal, const PlannedFault& fault);
  void lose_power(int ordinal, Duration back, bool is_in_order);
  void cut_off(int ordinal, Duration lasts);
  void by_hand(int ordinal, const RedisCommand& command);

  // set_watch.cc: what the oracle needs
  void write_round();
  void on_change();
  void on_open();
  bool can_answer(const SimPod& pod) const;
  bool is_from_survivor(DataId data) const;
  bool do_links_count(int ordinal, DataId next) const;
  void on_wipe(int ordinal, DataId old, DataId next);
  void on_emptied(int ordinal, DataId old);
  void collect(const SimDataFiles& files, std::vector<DataId>& out) const;
  void violate(const std::string& what);
  void tell_standing(const SimPod& pod);

  const Plan& plan_;
  bool records_;
  SimClock clock_;
  SimRandom random_;
  SimNet net_;
  SimLedger ledger_;
  SimDns dns_;
  SimOracle oracle_;
  Domain domain_;
  Instant began_;
  int addresses_ = 0;
  int rolls_ = 0;  // so that of two rolling updates only the last goes on
  bool is_healed_ = false;
  bool was_open_ = false;  // the first pod, at the last look
  Instant names_from_{};   // DNS names everybody who is there for long enough from then on
  Instant calm_from_{};    // and nobody is frozen or cut off
  Instant hand_until_{};   // somebody promoted by hand; the agents have until then
  std::vector<std::unique_ptr<SimPod>> pods_;
  std::optional<std::string> violation_;
  std::vector<SimLine> lines_;
};

}  // namespace agent
