// The script on simulated servers, each a node of a network without faults.
#include <algorithm>
#include <array>

#include "contract/replication_script.h"
#include "core/text.h"
#include "sim/server.h"

namespace agent {

namespace {

constexpr auto kOpen = "* -::*";
constexpr auto kClosed = "127.0.0.1";

class SimTrio {
 public:
  explicit SimTrio(const Script& script) : random_(1), net_(clock_, random_) {
    for (int i = 0; i < kServers; ++i) {
      const auto node = net_.join(IpAddress{cat("10.0.0.", i + 1)}, i);
      at(i) = std::make_unique<SimServer>(SimServer::Surroundings{clock_, net_, random_, ledger_}, node,
                                          volumes_[index(i)]);
      confs_[index(i)].release = script.releases[index(i)];
      confs_[index(i)].aof = script.aof[index(i)];
      confs_[index(i)].ping_period = confs_[index(i)].repl_timeout = std::chrono::hours(1);
      start(i, {}, kOpen);
    }
    clock_.run_for(std::chrono::seconds(1));
  }

  // What it answers, as text.
  std::string do_step(const ScriptStep& step) {
    const auto me = step.server;
    switch (step.verb) {
      case ScriptVerb::restart_master:
        return start(me, {}, kOpen);
      case ScriptVerb::restart_closed:
        return start(me, {}, kClosed);
      case ScriptVerb::restart_parked:
        return start(me, SimMasterOf{"127.0.0.1", 0}, kOpen);
      case ScriptVerb::restart_following:
        return start(me, SimMasterOf{address(step.other), 6379}, kOpen);
      default:
        return ask(me, command_of(step));
    }
  }

  void settle() { clock_.run_for(std::chrono::seconds(5)); }

  std::vector<ScriptSight> look() {
    std::vector<ScriptSight> sights;
    for (int i = 0; i < kServers; ++i) {
      ScriptSight sight{.info = parse_info(info_text(at(i)->info())), .keys = {}, .runs = at(i)->runs()};
      for (int j = 0; j < kServers; ++j) {
        if (sight.info.link && sight.info.link->host == address(j)) {
          sight.follows = j;
        }
      }
      sight.keys = ledger_.keys_of(at(i)->data());
      std::ranges::sort(sight.keys);
      sight.attached = at(i)->attached();
      sights.push_back(std::move(sight));
    }
    return sights;
  }

 private:
  static std::size_t index(int i) { return static_cast<std::size_t>(i); }
  static std::string address(int i) { return cat("10.0.0.", i + 1); }
  std::unique_ptr<SimServer>& at(int i) { return servers_[index(i)]; }

  std::string start(int i, std::optional<SimMasterOf> master, const std::string& bind) {
    auto conf = confs_[index(i)];
    conf.replicaof = std::move(master);
    conf.bind = bind;
    at(i)->start(conf);
    return at(i)->runs() ? "OK" : kEnded;
  }

  static RedisCommand command_of(const ScriptStep& step) {
    switch (step.verb) {
      case ScriptVerb::set:
        return {"SET", std::to_string(step.other), "value"};
      case ScriptVerb::flush_all:
        return {"FLUSHALL"};
      case ScriptVerb::follow:
        return {"REPLICAOF", address(step.other), "6379"};
      case ScriptVerb::park:
        return {"REPLICAOF", "127.0.0.1", "0"};
      case ScriptVerb::promote:
        return {"REPLICAOF", "NO", "ONE"};
      case ScriptVerb::open_door:
        return {"CONFIG", "SET", "bind", kOpen};
      case ScriptVerb::fence:
        return {"CONFIG", "SET", "min-replicas-to-write", "2147483647"};
      case ScriptVerb::lift_fence:
        return {"CONFIG", "SET", "min-replicas-to-write", "0"};
      case ScriptVerb::cut_master:
        return {"CLIENT", "KILL", "TYPE", "master"};
      case ScriptVerb::cut_replicas:
        return {"CLIENT", "KILL", "TYPE", "replica"};
      default:
        return {"SAVE"};
    }
  }

  std::string ask(int i, const RedisCommand& command) {
    if (!at(i)->runs()) {
      return kEnded;
    }
    const auto caller = std::make_shared<SimCaller>();
    const auto reply = at(i)->execute(caller, command);
    if (const auto* error = std::get_if<ReplyError>(&reply)) {
      return error->text;
    }
    return "OK";
  }

  SimClock clock_;
  SimRandom random_;
  SimNet net_;
  SimLedger ledger_;
  std::array<SimVolume, kServers> volumes_;
  std::array<SimConf, kServers> confs_;
  std::array<std::unique_ptr<SimServer>, kServers> servers_;
};

}  // namespace

std::vector<std::string> play_simulated(const Script& script) {
  SimTrio servers(script);
  std::vector<std::string> tales;
  for (const auto& step : script.steps) {
    const auto answer = servers.do_step(step);
    servers.settle();
    tales.push_back(told(script, servers.look(), answer));
  }
  return tales;
}

}  // namespace agent
