// The script on real servers. Each has two addresses on loopback: 127.0.0.1, where it is told what to do and which a
// closed door leaves open, and 127.0.1.N, where the others find it.
#include <hiredis/hiredis.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>

#include "contract/child.h"
#include "contract/replication_script.h"
#include "core/text.h"
#include "core/time.h"

namespace agent {

namespace {

constexpr int kPatienceMs = 12'000;
constexpr int kLookMs = 10;

struct ReplyDeleter {
  void operator()(void* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, ReplyDeleter>;

class RealServer {
 public:
  RealServer(std::string program, int number, bool aof)
      : program_(std::move(program)), aof_(aof), port_(lasting_port()), address_(cat("127.0.1.", number + 1)) {}
  ~RealServer() { disconnect(); }
  RealServer(const RealServer&) = delete;
  RealServer& operator=(const RealServer&) = delete;

  // Others find it when it is ready for them. False when it ends by itself.
  bool start(const std::vector<std::string>& options, bool closed) {
    disconnect();
    process_.reset();
    std::vector<std::string> command{program_, "--port", std::to_string(port_), "--dir", directory_.path(),
                                     "--save", ""};
    for (const char* word : {"--protected-mode", "no", "--repl-ping-replica-period", "3600", "--repl-timeout", "3600",
                             "--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0", "--bind", "127.0.0.1"}) {
      command.emplace_back(word);
    }
    // Only a master pings, and 6.2 may crash over another bind while its link to a master comes about.
    const bool opens_later = options.empty() && !closed;
    if (!opens_later && !closed) {
      command.push_back(address_);
    }
    command.insert(command.end(), {"--appendonly", aof_ ? "yes" : "no", "--logfile", directory_.path("log")});
    command.insert(command.end(), options.begin(), options.end());
    process_ = std::make_unique<Child>(command);
    for (int waited = 0; waited < kPatienceMs; waited += kLookMs) {
      context_ = redisConnect("127.0.0.1", port_);
      // It listens before it reads its disk, and may end over that.
      if (context_ != nullptr && context_->err == 0 &&
          Reply(static_cast<redisReply*>(redisCommand(context_, "ROLE")))) {
        await_first_cron();
        if (opens_later) {
          text({"CONFIG", "SET", "bind", "127.0.0.1 " + address_});
        }
        return true;
      }
      disconnect();
      if (process_->has_ended()) {
        return false;
      }
      poll(nullptr, 0, kLookMs);
    }
    throw std::runtime_error(cat("no answer from ", program_, ": ", file_text(directory_.path("log"))));
  }

  Reply ask(const std::vector<std::string>& command) {
    std::vector<const char*> words;
    std::vector<std::size_t> sizes;
    for (const auto& word : command) {
      words.push_back(word.data());
      sizes.push_back(word.size());
    }
    Reply reply(static_cast<redisReply*>(
        redisCommandArgv(context_, static_cast<int>(words.size()), words.data(), sizes.data())));
    if (!reply) {
      throw std::runtime_error(cat(command[0], ": ", context_->errstr, ": ", file_text(directory_.path("log"))));
    }
    return reply;
  }
  std::string text(const std::vector<std::string>& command) {
    const auto reply = ask(command);
    return reply->str == nullptr ? "" : std::string(reply->str, reply->len);
  }

  bool runs() const { return context_ != nullptr; }
  int port() const { return port_; }
  const std::string& address() const { return address_; }

 private:
  // A master that loaded something pings once, up to a second later, whoever is attached by then: the offset depended
  // on who comes first. So nobody comes before.
  void await_first_cron() {
    for (int waited = 0; waited < kPatienceMs; waited += kLookMs) {
      const auto info = parse_info(text({"INFO"}));
      const bool may_ping = info.role == Role::master && (info.loading == true || info.keys != 0);
      if (!may_ping || info.uptime_seconds.value_or(0) >= 2) {
        return;
      }
      poll(nullptr, 0, kLookMs);
    }
  }
  void disconnect() {
    if (context_ != nullptr) {
      redisFree(context_);
      context_ = nullptr;
    }
  }

  std::string program_;
  bool aof_;
  int port_;
  std::string address_;
  TempDir directory_;
  std::unique_ptr<Child> process_;
  redisContext* context_ = nullptr;
};

class RealTrio {
 public:
  RealTrio(const Script& script, const Programs& programs) : script_(script) {
    for (int i = 0; i < kServers; ++i) {
      const auto index = static_cast<std::size_t>(i);
      servers_[index] = std::make_unique<RealServer>(programs[index], i, script.aof[index]);
      at(i).start({}, false);
    }
  }

  std::string do_step(const ScriptStep& step) {
    auto& me = at(step.server);
    const auto other = at(step.other % kServers).address();
    const auto port = std::to_string(at(step.other % kServers).port());
    if (!me.runs() && command_needs_it(step.verb)) {
      return kEnded;
    }
    switch (step.verb) {
      case ScriptVerb::set:
        return answer(me.ask({"SET", std::to_string(step.other), "value"}));
      case ScriptVerb::flush_all:
        return answer(me.ask({"FLUSHALL"}));
      case ScriptVerb::save:
        return answer(me.ask({"SAVE"}));
      case ScriptVerb::follow:
        return answer(me.ask({"REPLICAOF", other, port}));
      case ScriptVerb::park:
        return answer(me.ask({"REPLICAOF", "127.0.0.1", "0"}));
      case ScriptVerb::promote:
        return answer(me.ask({"REPLICAOF", "NO", "ONE"}));
      case ScriptVerb::open_door:
        return answer(me.ask({"CONFIG", "SET", "bind", "127.0.0.1 " + me.address()}));
      case ScriptVerb::fence:
        return answer(me.ask({"CONFIG", "SET", "min-replicas-to-write", "2147483647"}));
      case ScriptVerb::lift_fence:
        return answer(me.ask({"CONFIG", "SET", "min-replicas-to-write", "0"}));
      case ScriptVerb::cut_master:
        return answer(me.ask({"CLIENT", "KILL", "TYPE", "master"}));
      case ScriptVerb::cut_replicas:
        return answer(me.ask({"CLIENT", "KILL", "TYPE", "replica"}));
      default:
        return restart(step);
    }
  }

  std::vector<ScriptSight> look() {
    std::vector<ScriptSight> sights;
    for (int i = 0; i < kServers; ++i) {
      if (!at(i).runs()) {
        sights.push_back({.info = {}, .keys = {}, .runs = false});
        continue;
      }
      const auto info = at(i).text({"INFO"});
      ScriptSight sight{.info = parse_info(info), .keys = {}};
      // What came while a slow disk synced the append-only file waits in memory: a restart, which kills, would lose it.
      const bool is_unwritten = info.contains("aof_buffer_length:") && !info.contains("aof_buffer_length:0\r");
      busy_ = busy_ || is_unwritten || info.contains("aof_rewrite_in_progress:1") ||
              info.contains("aof_rewrite_scheduled:1") ||
              (!script_.has_loop && info.contains("rdb_bgsave_in_progress:1"));
      for (int j = 0; j < kServers; ++j) {
        if (sight.info.link && sight.info.link->port == at(j).port()) {
          sight.follows = j;
        }
      }
      const auto keys = at(i).ask({"KEYS", "*"});
      for (std::size_t k = 0; k < keys->elements; ++k) {
        sight.keys.push_back(to_number<int>(keys->element[k]->str).value_or(-1));
      }
      std::ranges::sort(sight.keys);
      const auto line = info.find("connected_slaves:");
      sight.attached = to_number<int>(trim(std::string_view(info).substr(line + 17, 2))).value_or(-1);
      sights.push_back(std::move(sight));
    }
    return sights;
  }

  // What is told once that is what is expected and nothing is being written; else what is told at last.
  std::string settled(const std::string& answer, const std::string& expected) {
    std::string tale;
    for (int waited = 0; waited < kPatienceMs; waited += kLookMs) {
      busy_ = false;
      tale = told(script_, look(), answer);
      if (tale == expected && !busy_) {
        return tale;
      }
      poll(nullptr, 0, kLookMs);
    }
    return tale;
  }

 private:
  RealServer& at(int i) { return *servers_[static_cast<std::size_t>(i)]; }

  std::string restart(const ScriptStep& step) {
    std::vector<std::string> options;
    if (step.verb == ScriptVerb::restart_parked) {
      options = {"--replicaof", "127.0.0.1", "0"};
    } else if (step.verb == ScriptVerb::restart_following) {
      options = {"--replicaof", at(step.other).address(), std::to_string(at(step.other).port())};
    }
    return at(step.server).start(options, step.verb == ScriptVerb::restart_closed) ? "OK" : kEnded;
  }

  static bool command_needs_it(ScriptVerb verb) {
    return verb != ScriptVerb::restart_master && verb != ScriptVerb::restart_closed &&
           verb != ScriptVerb::restart_parked && verb != ScriptVerb::restart_following;
  }

  static std::string answer(const Reply& reply) {
    return reply->type == REDIS_REPLY_ERROR ? std::string(reply->str, reply->len) : "OK";
  }

  const Script& script_;
  std::array<std::unique_ptr<RealServer>, kServers> servers_;
  bool busy_ = false;
};

}  // namespace

std::string play_real(const Script& script, const Programs& programs, const std::vector<std::string>& expected) {
  RealTrio servers(script, programs);
  const auto& steps = script.steps;
  std::string story = cat("script ", script.name, '\n');
  for (std::size_t i = 0; i < steps.size(); ++i) {
    story += cat(to_text(steps[i]), '\n');
    const auto answer = servers.do_step(steps[i]);
    const auto tale = servers.settled(answer, expected[i]);
    if (tale != expected[i]) {
      return cat(story, "the real servers:\n", tale, "the simulated ones:\n", expected[i],
                 i == 0 ? "" : "before:\n" + expected[i - 1]);
    }
  }
  return "";
}

}  // namespace agent
