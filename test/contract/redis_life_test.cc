// Who may talk, and when a link may be reset or destroyed, held to by the simulated and the real RedisLink.
#include <gtest/gtest.h>

#include "contract/redis_fixture.h"

namespace agent {
namespace {

class RedisLogin : public RedisContract {};
class RedisLife : public RedisContract {};

INSTANTIATE_TEST_SUITE_P(, RedisLogin, testing::ValuesIn(redis_labs()), redis_lab_name);
INSTANTIATE_TEST_SUITE_P(, RedisLife, testing::ValuesIn(redis_labs()), redis_lab_name);

Credentials with_password(const std::string& password) {
  return {.user = std::nullopt, .password = {.value = password, .file = std::nullopt}};
}
Credentials with_file(const std::string& path) {
  return {.user = std::nullopt, .password = {.value = std::nullopt, .file = path}};
}
Credentials as_user(const std::string& user, const std::string& password) {
  return {.user = user, .password = {.value = password, .file = std::nullopt}};
}

TEST_P(RedisLogin, NoPasswordWhereOneIsWanted) {
  lab->start({.password = "secret", .user = {}, .user_password = {}});
  open(lab->tcp());
  EXPECT_EQ(ask({"PING"}), "error NOAUTH Authentication required.");
  EXPECT_EQ(ask({"INFO"}), "error NOAUTH Authentication required.");
}

TEST_P(RedisLogin, TheRightPassword) {
  lab->start({.password = "se cret\n", .user = {}, .user_password = {}});
  open(lab->tcp(), with_password("se cret\n"));
  EXPECT_EQ(ask({"PING"}), "text PONG");
  EXPECT_EQ(ask({"CLIENT", "GETNAME"}), "text redis-agent");
}

TEST_P(RedisLogin, TheWrongPasswordAnswersEveryCommand) {
  lab->start({.password = "secret", .user = {}, .user_password = {}});
  open(lab->tcp(), with_password("wrong"));
  send({"PING"});
  send({"INFO"});
  EXPECT_TRUE(replies.empty());
  ASSERT_TRUE(await_replies(2));
  for (const auto& reply : replies) {
    EXPECT_EQ(shown(reply), "error WRONGPASS invalid username-password pair or user is disabled.");
  }
}

TEST_P(RedisLogin, APasswordWhereNoneIsWantedIsForgiven) {
  lab->start();
  open(lab->tcp(), with_password("needless"));
  EXPECT_EQ(ask({"PING"}), "text PONG");
}

TEST_P(RedisLogin, AUserOfItsOwn) {
  lab->start({.password = "secret", .user = "agent", .user_password = "other"});
  open(lab->tcp(), as_user("agent", "other"));
  EXPECT_EQ(ask({"PING"}), "text PONG");
  open(lab->tcp(), as_user("agent", "secret"));
  EXPECT_TRUE(ask({"PING"}).starts_with("error WRONGPASS "));
  open(lab->tcp(), as_user("nobody", "other"));
  EXPECT_TRUE(ask({"PING"}).starts_with("error WRONGPASS "));
}

TEST_P(RedisLogin, NothingRunsAsSomebodyElse) {
  lab->start();  // the default user may do everything without a password
  open(lab->tcp(), as_user("agent", "other"));
  EXPECT_TRUE(ask({"REPLICAOF", "127.0.0.1", "1"}).starts_with("error WRONGPASS "));
  open(lab->tcp());
  EXPECT_EQ(ask({"ROLE"}), "items master 0");
}

TEST_P(RedisLogin, ReadsThePasswordFileAtEachConnect) {
  lab->start({.password = "old", .user = {}, .user_password = {}});
  open(lab->tcp(), with_file(lab->put_secret("old\n")));
  EXPECT_EQ(ask({"PING"}), "text PONG");
  lab->set_password("new");
  EXPECT_EQ(ask({"PING"}), "text PONG") << "an open connection stays logged in";
  link->reset();
  EXPECT_TRUE(ask({"PING"}).starts_with("error WRONGPASS "));
  lab->put_secret("new\n");
  EXPECT_EQ(ask({"PING"}), "text PONG") << "after a refused login the next command connects anew";
}

TEST_P(RedisLogin, SaysWhyItHasNoPassword) {
  lab->start({.password = "secret", .user = {}, .user_password = {}});
  open(lab->tcp(), with_file("/no/such/file"));
  EXPECT_EQ(ask({"PING"}),
            "error NOAUTH Authentication required. (cannot read /no/such/file: No such file or directory)");
}

TEST_P(RedisLife, ResetFailsWhatIsUnansweredAndNothingAfter) {
  lab->start();
  open(lab->tcp());
  EXPECT_EQ(ask({"PING"}), "text PONG");
  lab->freeze();
  send({"PING", "1"});
  send({"PING", "2"});
  link->reset();
  EXPECT_TRUE(replies.empty()) << "called back from within reset()";
  send({"PING", "3"});
  ASSERT_TRUE(await_replies(2));
  EXPECT_EQ(contact_of(replies[0]), "closed");
  EXPECT_EQ(contact_of(replies[1]), "closed");
  lab->thaw();
  ASSERT_TRUE(await_replies(3));
  EXPECT_EQ(shown(replies[2]), "text 3");
  idle(100ms);
  EXPECT_EQ(replies.size(), 3U) << "late answers of the old connection are nobody's";
}

TEST_P(RedisLife, ResetAtAnyTimeIsHarmless) {
  lab->start();
  open(lab->tcp());
  link->reset();
  send({"PING"});
  link->reset();
  link->reset();
  ASSERT_TRUE(await_replies(1));
  EXPECT_EQ(contact_of(replies[0]), "closed");
  EXPECT_EQ(ask({"PING"}), "text PONG");
}

TEST_P(RedisLife, ACallbackMaySendAndReset) {
  lab->start();
  open(lab->tcp());
  link->send({"PING", "1"}, [this](RedisReply reply) {
    replies.push_back(std::move(reply));
    send({"PING", "3"});
    link->reset();
  });
  send({"PING", "2"});
  ASSERT_TRUE(await_replies(3));
  EXPECT_EQ(shown(replies[0]), "text 1");
  EXPECT_EQ(contact_of(replies[1]), "closed");
  EXPECT_EQ(contact_of(replies[2]), "closed");
  EXPECT_EQ(ask({"PING"}), "text PONG");
}

TEST_P(RedisLife, DestroyedWithCommandsUnanswered) {
  lab->start();
  for (const auto& endpoint : {lab->tcp(), lab->socket(), lab->black_hole()}) {
    open(endpoint);
    send({"PING"});
    link.reset();  // before it is connected
    idle(20ms);
    EXPECT_TRUE(replies.empty());
  }
  open(lab->tcp());
  EXPECT_EQ(ask({"PING"}), "text PONG");
  lab->freeze();
  send({"PING"});
  idle(20ms);
  link.reset();  // connected, silent
  lab->thaw();
  idle(50ms);
  EXPECT_TRUE(replies.empty());
}

TEST_P(RedisLife, DestroyedInsideTheCallbackOfAnAnswer) {
  lab->start();
  open(lab->tcp());
  int calls = 0;
  for (int i = 0; i < 3; ++i) {
    link->send({"PING"}, [&](const RedisReply&) {
      ++calls;
      link.reset();
    });
  }
  EXPECT_TRUE(lab->run_until([&] { return calls > 0; }, 5s));
  idle(50ms);
  EXPECT_EQ(calls, 1);
}

TEST_P(RedisLife, DestroyedInsideTheCallbackOfAFailure) {
  lab->start({.password = "secret", .user = {}, .user_password = {}});
  const Endpoint missing = UnixEndpoint{"/no/such/socket"};
  const std::vector<std::pair<Endpoint, Credentials>> ways = {{lab->tcp(), with_password("wrong")}, {missing, {}}};
  for (const auto& [endpoint, credentials] : ways) {
    open(endpoint, credentials);
    int calls = 0;
    for (int i = 0; i < 3; ++i) {
      link->send({"PING"}, [&](const RedisReply&) {
        ++calls;
        link.reset();
      });
    }
    EXPECT_TRUE(lab->run_until([&] { return calls > 0; }, 5s));
    idle(50ms);
    EXPECT_EQ(calls, 1);
  }
}

TEST_P(RedisLife, DestroyedInsideTheCallbackWhenRedisDies) {
  lab->start();
  open(lab->tcp());
  EXPECT_EQ(ask({"PING"}), "text PONG");
  lab->freeze();
  int calls = 0;
  for (int i = 0; i < 3; ++i) {
    link->send({"PING"}, [&](const RedisReply&) {
      ++calls;
      link.reset();
    });
  }
  lab->kill();
  EXPECT_TRUE(lab->run_until([&] { return calls > 0; }, 5s));
  idle(50ms);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace agent
