// A link to a Redis of a lab, and what it answered; for the files of the Redis contract.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "contract/redis_lab.h"
#include "core/text.h"
#include "core/views.h"

namespace agent {

using namespace std::chrono_literals;

// "text PONG", "error NOAUTH ...", "closed 127.0.0.1:6379: ..."
inline std::string shown(const RedisReply& reply) {
  struct Show {
    std::string operator()(const ReplyText& text) const { return "text " + text.text; }
    std::string operator()(const ReplyNumber& number) const { return cat("number ", number.value); }
    std::string operator()(const ReplyNil&) const { return "nil"; }
    std::string operator()(const ReplyError& error) const { return "error " + error.text; }
    std::string operator()(const ReplyItems& list) const {
      std::string out = "items";
      for (const auto& item : list.items) {
        out += ' ' + item;
      }
      return out;
    }
    std::string operator()(const LinkFailure& failure) const { return cat(to_text(failure.contact), ' ', failure.why); }
  };
  return std::visit(Show{}, reply);
}

inline std::string contact_of(const RedisReply& reply) {
  const auto* failure = std::get_if<LinkFailure>(&reply);
  return failure == nullptr ? "an answer: " + shown(reply) : std::string(to_text(failure->contact));
}

using MakeRedisLab = std::unique_ptr<RedisLab> (*)();

inline std::string redis_lab_name(const testing::TestParamInfo<MakeRedisLab>& which) {
  return which.param == &sim_redis        ? "sim"
         : which.param == &real_redis     ? "real"
         : which.param == &real_new_redis ? "real_new"
                                          : "real_old";
}

// The newer and the older server where there are; redis_test.cc says by name where there are none.
inline std::vector<MakeRedisLab> redis_labs() {
  std::vector<MakeRedisLab> labs{&sim_redis, &real_redis};
  if (has_new_redis()) {
    labs.push_back(&real_new_redis);
  }
  if (has_old_redis()) {
    labs.push_back(&real_old_redis);
  }
  return labs;
}

class RedisContract : public testing::TestWithParam<MakeRedisLab> {
 protected:
  void TearDown() override { link.reset(); }

  void open(const Endpoint& endpoint, const Credentials& credentials = {}) {
    replies.clear();
    link = lab->port().open(endpoint, credentials);
  }
  void send(RedisCommand command) {
    link->send(std::move(command), [this](RedisReply reply) { replies.push_back(std::move(reply)); });
  }
  bool await_replies(std::size_t count) {
    return lab->run_until([&] { return replies.size() >= count; }, 5s);
  }
  // Only with nothing else unanswered.
  std::string ask(RedisCommand command) {
    replies.clear();
    send(std::move(command));
    EXPECT_TRUE(await_replies(1));
    const auto answer = replies.empty() ? "" : shown(replies[0]);
    replies.clear();
    return answer;
  }
  // Lets time pass and everything happen that is due.
  void idle(Duration span) {
    EXPECT_FALSE(lab->run_until([] { return false; }, span));
  }

  std::unique_ptr<RedisLab> lab = GetParam()();
  std::unique_ptr<RedisLink> link;
  std::vector<RedisReply> replies;
};

}  // namespace agent
