#include <arpa/inet.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include "contract/child.h"
#include "contract/real_loop.h"
#include "contract/redis_lab.h"
#include "core/text.h"
#include "io/files.h"
#include "io/redis_link.h"

namespace agent {

namespace {

// A blocking connection beside the tested one, to give orders over.
class Operator {
 public:
  explicit Operator(const std::string& socket) : context_(redisConnectUnix(socket.c_str())) {}
  ~Operator() { redisFree(context_); }
  Operator(const Operator&) = delete;
  Operator& operator=(const Operator&) = delete;

  bool is_connected() const { return context_ != nullptr && context_->err == 0; }

  // The reply as text. Throws on an error.
  std::string order(const std::vector<std::string>& command) {
    say(command);
    void* raw = nullptr;
    if (redisGetReply(context_, &raw) != REDIS_OK) {
      throw std::runtime_error(cat(command[0], ": ", context_->errstr));
    }
    auto* const reply = static_cast<redisReply*>(raw);
    const bool bad = reply->type == REDIS_REPLY_ERROR;
    const std::string text = reply->str == nullptr ? "" : std::string(reply->str, reply->len);
    freeReplyObject(reply);
    if (bad) {
      throw std::runtime_error(cat(command[0], ": ", text));
    }
    return text;
  }

  // Without waiting for the reply.
  void say(const std::vector<std::string>& command) {
    std::vector<const char*> words;
    std::vector<std::size_t> sizes;
    for (const auto& word : command) {
      words.push_back(word.data());
      sizes.push_back(word.size());
    }
    redisAppendCommandArgv(context_, static_cast<int>(words.size()), words.data(), sizes.data());
    for (int done = 0; done == 0;) {
      if (redisBufferWrite(context_, &done) != REDIS_OK) {
        throw std::runtime_error(context_->errstr);
      }
    }
  }

 private:
  redisContext* context_;
};

// A listener whose queue is full: Linux drops the SYN of everybody else.
class FullListener {
 public:
  FullListener() : port_(free_port()), listener_(make()) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    if (bind(listener_, generic, sizeof address) != 0 || listen(listener_, 0) != 0) {
      throw std::runtime_error("cannot listen");
    }
    for (int& client : clients_) {
      client = make();
      connect(client, generic, sizeof address);
    }
  }
  ~FullListener() {
    close(listener_);
    for (const int client : clients_) {
      close(client);
    }
  }
  FullListener(const FullListener&) = delete;
  FullListener& operator=(const FullListener&) = delete;
  int port() const { return port_; }

 private:
  static int make() { return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }
  int port_;
  int listener_;
  int clients_[4] = {};
};

class RealRedisLab : public RedisLab {
 public:
  RealRedisLab(std::string server, bool is_old) : server_(std::move(server)), is_old_(is_old) {}

  RedisPort& port() override { return port_; }
  bool run_until(const std::function<bool()>& done, Duration limit) override {
    return agent::run_until(loop_, done, limit);
  }

  Endpoint tcp() override { return TcpEndpoint{IpAddress{"127.0.0.1"}, static_cast<std::uint16_t>(tcp_port_)}; }
  Endpoint socket() override { return UnixEndpoint{directory_.path("redis.sock")}; }
  Endpoint black_hole() override {
    full_ = std::make_unique<FullListener>();
    return TcpEndpoint{IpAddress{"127.0.0.1"}, static_cast<std::uint16_t>(full_->port())};
  }
  std::string put_secret(const std::string& text) override {
    put_file(directory_.path("secret"), text);
    return directory_.path("secret");
  }

  void start(const RedisAccess& access) override {
    std::filesystem::remove(directory_.path("dump.rdb"));  // 6.2 takes no CONFIG SET while it loads
    launch({});
    if (access.user) {
      operator_->order({"ACL", "SETUSER", *access.user, "on", ">" + access.user_password.value_or(""), "~*", "+@all"});
    }
    if (access.password) {
      set_password(*access.password);
    }
  }
  void kill() override {
    process_->end();
    operator_.reset();
  }
  void freeze() override { process_->signal(SIGSTOP); }
  void thaw() override { process_->signal(SIGCONT); }
  void settle() override {
    for (int turn = 0; turn < 3; ++turn) {  // each answer is another turn of the server's loop
      operator_->order({"PING"});
    }
  }
  void set_password(const std::string& password) override {
    operator_->order({"CONFIG", "SET", "requirepass", password});
  }
  void drop_clients() override { operator_->order({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"}); }
  void fill_up() override { operator_->order({"CONFIG", "SET", "maxclients", "1"}); }
  void make_busy() override {
    operator_->order({"CONFIG", "SET", "lua-time-limit", "10"});
    operator_->say({"EVAL", "while true do end", "0"});
  }
  void start_loading() override {
    launch({"--rdbcompression", "no"});
    operator_->order({"DEBUG", "POPULATE", "3000", "key", is_old_ ? "2000" : "10"});
    operator_->order({"SAVE"});
    kill();
    if (is_old_) {
      launch({"--key-load-delay", "500"});  // it answers once in each 2 MB
    } else {
      launch({"--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024"});
    }
  }

 private:
  void launch(const std::vector<std::string>& options) {
    std::vector<std::string> command{server_,
                                     "--port",
                                     std::to_string(tcp_port_),
                                     "--bind",
                                     "127.0.0.1",
                                     "-::1",
                                     "--save",
                                     "",
                                     "--unixsocket",
                                     directory_.path("redis.sock"),
                                     "--dir",
                                     directory_.path(),
                                     "--logfile",
                                     directory_.path("log")};
    if (!is_old_) {  // where DEBUG is there without being asked for
      command.insert(command.end(), {"--enable-debug-command", "yes"});
    }
    command.insert(command.end(), options.begin(), options.end());
    std::filesystem::remove(directory_.path("redis.sock"));
    process_ = std::make_unique<Child>(command);
    for (int attempt = 0; attempt < 2'000; ++attempt) {
      operator_ = std::make_unique<Operator>(directory_.path("redis.sock"));
      if (operator_->is_connected()) {
        return;
      }
      poll(nullptr, 0, 5);
    }
    throw std::runtime_error(cat(server_, " did not start: ", file_text(directory_.path("log"))));
  }

  std::string server_;
  bool is_old_;
  Loop loop_;
  RealFiles files_;
  HiredisPort port_{loop_, files_};
  TempDir directory_;
  int tcp_port_ = free_port();
  std::unique_ptr<FullListener> full_;
  std::unique_ptr<Child> process_;
  std::unique_ptr<Operator> operator_;
};

}  // namespace

std::unique_ptr<RedisLab> real_redis() { return std::make_unique<RealRedisLab>("redis-server", false); }

bool has_new_redis() { return std::getenv("REDIS_SERVER_NEW") != nullptr; }

std::unique_ptr<RedisLab> real_new_redis() {
  return std::make_unique<RealRedisLab>(std::getenv("REDIS_SERVER_NEW"), false);
}

bool has_old_redis() { return std::getenv("REDIS_SERVER_OLD") != nullptr; }

std::unique_ptr<RedisLab> real_old_redis() {
  return std::make_unique<RealRedisLab>(std::getenv("REDIS_SERVER_OLD"), true);
}

}  // namespace agent
