#include "io/redis_link.h"

#include <utility>

#include "core/text.h"
#include "io/redis_connection.h"

namespace agent {

namespace {

class HiredisLink : public RedisLink {
 public:
  HiredisLink(Loop& loop, Files& files, Endpoint endpoint, Credentials credentials)
      : loop_(loop), files_(files), endpoint_(std::move(endpoint)), credentials_(std::move(credentials)) {}

  ~HiredisLink() override {
    *wanted_ = false;
    reset();
  }

  void send(RedisCommand command, std::function<void(RedisReply)> done) override {
    if (!connection_ || connection_->has_failed()) {
      open();
    }
    connection_->send(command, std::move(done));
  }

  void reset() final {
    if (connection_) {
      connection_->fail({Contact::closed, cat(to_text(endpoint_), ": closed by the agent")});
    }
  }

  std::uint64_t connection() const override { return opened_; }
  bool is_connected() const override { return connection_ && connection_->is_connected(); }

 private:
  void open() {
    connection_ = std::make_shared<RedisConnection>(loop_, endpoint_, wanted_);
    ++opened_;
    auto password = credentials_.password.value;
    if (credentials_.password.file) {
      auto read = files_.read(*credentials_.password.file);
      if (!read) {
        connection_->fail({Contact::noauth, read.error().what});
        return;
      }
      password = std::string(trim_line_ends(*read));
    }
    connection_->connect();
    if (!connection_->has_failed()) {
      connection_->log_in(credentials_.user, password);
    }
  }

  Loop& loop_;
  Files& files_;
  Endpoint endpoint_;
  Credentials credentials_;
  std::uint64_t opened_ = 0;
  std::shared_ptr<RedisConnection> connection_;
  std::shared_ptr<bool> wanted_ = std::make_shared<bool>(true);
};

}  // namespace

std::unique_ptr<RedisLink> HiredisPort::open(const Endpoint& endpoint, const Credentials& credentials) {
  return std::make_unique<HiredisLink>(loop_, files_, endpoint, credentials);
}

}  // namespace agent
