// What a RedisLink promises while all is well or the connection fails, held to by the simulated and the real one.
#include <gtest/gtest.h>

#include "contract/redis_fixture.h"

namespace agent {
namespace {

INSTANTIATE_TEST_SUITE_P(, RedisContract, testing::ValuesIn(redis_labs()), redis_lab_name);

TEST(RedisContractServers, IncludeANewerOne) {
  if (!has_new_redis()) {
    GTEST_SKIP() << "no newer redis-server: REDIS_SERVER_NEW is not set";
  }
}

TEST(RedisContractServers, IncludeAnOlderOne) {
  if (!has_old_redis()) {
    GTEST_SKIP() << "no redis-server 6.2: REDIS_SERVER_OLD is not set";
  }
}

TEST_P(RedisContract, AnswersInTheOrderOfSending) {
  lab->start();
  open(lab->tcp());
  for (int i = 0; i < 200; ++i) {
    send({"PING", std::to_string(i)});
  }
  EXPECT_TRUE(replies.empty()) << "called back from within the call";
  ASSERT_TRUE(await_replies(200));
  for (std::size_t i = 0; i < 200; ++i) {
    EXPECT_EQ(shown(replies[i]), "text " + std::to_string(i));
  }
}

TEST_P(RedisContract, KnowsTheKindsOfReplies) {
  lab->start();
  for (const auto& endpoint : {lab->tcp(), lab->socket()}) {
    open(endpoint);
    EXPECT_EQ(ask({"PING"}), "text PONG");
    EXPECT_EQ(ask({"DBSIZE"}), "number 0");
    EXPECT_EQ(ask({"ROLE"}), "items master 0");
    EXPECT_TRUE(ask({"INFO", "replication"}).starts_with("text # Replication\r\nrole:master\r\n"));
    EXPECT_TRUE(ask({"NO-SUCH-COMMAND"}).starts_with("error ERR unknown command"));
    EXPECT_EQ(ask({"CLIENT", "GETNAME"}), "text redis-agent");
  }
}

TEST_P(RedisContract, TellsWhenAnIdleConnectionEnds) {
  lab->start();
  open(lab->tcp());
  int closed = 0;
  link->on_idle_close([&closed] { ++closed; });
  EXPECT_EQ(ask({"PING"}), "text PONG");
  lab->settle();
  EXPECT_EQ(closed, 0);
  lab->kill();
  EXPECT_TRUE(lab->run_until([&closed] { return closed == 1; }, 5s));
  EXPECT_FALSE(link->is_connected());
  ask({"PING"});
  EXPECT_EQ(closed, 1) << "a command that fails is answered, not told beside";
}

TEST_P(RedisContract, CountsConnections) {
  open(lab->tcp());
  EXPECT_EQ(link->connection(), 0U);
  EXPECT_FALSE(link->is_connected());
  ask({"PING"});
  EXPECT_EQ(link->connection(), 0U) << "a refused connect opens nothing";
  lab->start();
  EXPECT_EQ(ask({"PING"}), "text PONG");
  EXPECT_EQ(link->connection(), 1U);
  EXPECT_TRUE(link->is_connected());
  EXPECT_EQ(ask({"PING"}), "text PONG");
  EXPECT_EQ(link->connection(), 1U);
  link->reset();
  EXPECT_FALSE(link->is_connected());
  EXPECT_EQ(ask({"PING"}), "text PONG");
  EXPECT_EQ(link->connection(), 2U);
}

TEST_P(RedisContract, RefusedWhereNobodyListens) {
  open(lab->tcp());
  send({"PING"});
  send({"INFO"});
  EXPECT_TRUE(replies.empty());
  ASSERT_TRUE(await_replies(2));
  EXPECT_EQ(contact_of(replies[0]), "refused");
  EXPECT_EQ(contact_of(replies[1]), "refused");
  const auto& why = std::get<LinkFailure>(replies[0]).why;
  EXPECT_EQ(why, "cannot connect to " + to_text(lab->tcp()) + ": Connection refused");
}

TEST_P(RedisContract, UnreachableWithoutASocketFile) {
  open(lab->socket());
  send({"PING"});
  ASSERT_TRUE(await_replies(1));
  EXPECT_EQ(contact_of(replies[0]), "unreachable");
  EXPECT_EQ(std::get<LinkFailure>(replies[0]).why,
            "cannot connect to " + to_text(lab->socket()) + ": No such file or directory");
}

TEST_P(RedisContract, RefusedByAnOrphanedSocketFile) {
  lab->start();
  lab->kill();
  open(lab->socket());
  send({"PING"});
  ASSERT_TRUE(await_replies(1));
  EXPECT_EQ(contact_of(replies[0]), "refused");
}

TEST_P(RedisContract, SaysNothingWhileTheNetworkSwallowsTheConnect) {
  open(lab->black_hole());
  send({"PING"});
  idle(300ms);
  EXPECT_TRUE(replies.empty());
  EXPECT_FALSE(link->is_connected());
  link->reset();
  ASSERT_TRUE(await_replies(1));
  EXPECT_EQ(contact_of(replies[0]), "closed");
}

TEST_P(RedisContract, SaysNothingWhileRedisIsFrozenAndAllOfItAfterwards) {
  lab->start();
  open(lab->tcp());
  EXPECT_EQ(ask({"PING"}), "text PONG");
  lab->freeze();
  send({"PING", "1"});
  send({"PING", "2"});
  idle(200ms);
  EXPECT_TRUE(replies.empty());
  lab->thaw();
  ASSERT_TRUE(await_replies(2));
  EXPECT_EQ(shown(replies[0]), "text 1");
  EXPECT_EQ(shown(replies[1]), "text 2");
  EXPECT_EQ(link->connection(), 1U);
}

TEST_P(RedisContract, ConnectsToAFrozenRedis) {
  lab->start();
  lab->freeze();
  for (const auto& endpoint : {lab->tcp(), lab->socket()}) {
    open(endpoint);
    send({"PING"});
    EXPECT_TRUE(lab->run_until([&] { return link->is_connected(); }, 2s));
    idle(50ms);
    EXPECT_TRUE(replies.empty());
  }
  lab->thaw();
  EXPECT_TRUE(await_replies(1));
}

TEST_P(RedisContract, ClosedWhenRedisDiesBeforeItAnswers) {
  lab->start();
  open(lab->tcp());
  EXPECT_EQ(ask({"PING"}), "text PONG");
  lab->freeze();
  send({"PING", "1"});
  send({"PING", "2"});
  lab->kill();
  ASSERT_TRUE(await_replies(2));
  EXPECT_EQ(contact_of(replies[0]), "closed");
  EXPECT_EQ(contact_of(replies[1]), "closed");
  EXPECT_FALSE(link->is_connected());
  EXPECT_TRUE(ask({"PING"}).starts_with("refused"));
  lab->start();
  EXPECT_EQ(ask({"PING"}), "text PONG");
  EXPECT_EQ(link->connection(), 2U);
}

TEST_P(RedisContract, ReconnectsAfterAnIdleConnectionWasClosed) {
  lab->start();
  open(lab->tcp());
  EXPECT_EQ(ask({"PING"}), "text PONG");
  lab->drop_clients();
  ASSERT_TRUE(lab->run_until([&] { return !link->is_connected(); }, 2s));
  EXPECT_EQ(ask({"PING"}), "text PONG");
  EXPECT_EQ(link->connection(), 2U);
}

TEST_P(RedisContract, ClosedWithTheWordsOfAFullServer) {
  lab->start();
  lab->fill_up();
  open(lab->tcp());
  send({"PING"});
  send({"INFO"});
  ASSERT_TRUE(await_replies(2));
  for (const auto& reply : replies) {
    EXPECT_EQ(shown(reply), "closed " + to_text(lab->tcp()) + ": ERR max number of clients reached");
  }
}

TEST_P(RedisContract, ClosedWithItsWordsAlsoWhenTheCommandsWereThereFirst) {
  lab->start();
  lab->fill_up();
  lab->freeze();
  open(lab->tcp());
  send({"PING"});
  idle(100ms);
  EXPECT_TRUE(link->is_connected());
  lab->thaw();
  lab->settle();
  send({"INFO"});  // a write that fails must not hide the words
  ASSERT_TRUE(await_replies(2));
  for (const auto& reply : replies) {
    EXPECT_EQ(shown(reply), "closed " + to_text(lab->tcp()) + ": ERR max number of clients reached");
  }
}

TEST_P(RedisContract, BusyAndLoadingAreAnswers) {
  lab->start_loading();
  open(lab->tcp());
  EXPECT_TRUE(ask({"PING"}).starts_with("error LOADING "));
  EXPECT_TRUE(ask({"INFO"}).starts_with("text # Server"));
  EXPECT_TRUE(ask({"ROLE"}).starts_with("items "));
  lab->kill();
  lab->start();
  open(lab->tcp());
  lab->make_busy();
  ASSERT_TRUE(lab->run_until([&] { return ask({"PING"}).starts_with("error BUSY "); }, 5s));
  EXPECT_TRUE(ask({"INFO"}).starts_with("error BUSY "));
}

}  // namespace
}  // namespace agent
