// What only a real Redis link meets: IPv6, descriptors that must not leak, paths that are too long; and whether the
// simulated server's INFO has the fields of a real one.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <utility>

#include "contract/redis_fixture.h"
#include "core/info.h"

namespace agent {
namespace {

class RealRedis : public RedisContract {};

INSTANTIATE_TEST_SUITE_P(, RealRedis, testing::Values(&real_redis), redis_lab_name);

std::ptrdiff_t open_descriptors() { return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}); }

TEST_P(RealRedis, TalksOverIPv6) {
  lab->start();
  auto endpoint = std::get<TcpEndpoint>(lab->tcp());
  endpoint.ip = IpAddress{"::1"};
  open(endpoint);
  const auto answer = ask({"PING"});
  if (answer.ends_with("Cannot assign requested address")) {
    GTEST_SKIP() << "this machine has no ::1";
  }
  EXPECT_EQ(answer, "text PONG");
}

TEST_P(RealRedis, LeavesNoDescriptorOpen) {
  lab->start({.password = "secret", .user = {}, .user_password = {}});
  const Credentials wrong{.user = std::nullopt, .password = {.value = "wrong", .file = std::nullopt}};
  const auto nobody = UnixEndpoint{"/no/such/socket"};
  auto refused = std::get<TcpEndpoint>(lab->tcp());
  refused.port = 1;
  open(lab->tcp());
  ask({"PING"});
  link.reset();
  const auto before = open_descriptors();
  for (int round = 0; round < 10; ++round) {
    for (const auto& [endpoint, credentials] :
         std::vector<std::pair<Endpoint, Credentials>>{{lab->tcp(), wrong}, {nobody, {}}, {refused, {}}}) {
      open(endpoint, credentials);
      ask({"PING"});
      ask({"PING"});
      send({"PING"});
      link->reset();
      send({"PING"});
      link.reset();
    }
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST_P(RealRedis, RefusesASocketPathThatIsTooLong) {
  open(UnixEndpoint{"/" + std::string(200, 'x')});
  send({"PING"});
  ASSERT_TRUE(await_replies(1));
  EXPECT_EQ(contact_of(replies[0]), "unreachable");
  EXPECT_TRUE(shown(replies[0]).ends_with("File name too long"));
}

// The connection to the master, once there is one that is not `old`.
std::optional<MasterClient> await_master_client(RedisLab& lab, RedisLink& link, const std::string& old) {
  struct Look {
    bool asking = false;
    std::optional<MasterClient> master;
  };
  const auto look = std::make_shared<Look>();
  lab.run_until(
      [&] {
        if (look->master && look->master->connection != old) {
          return true;
        }
        if (!std::exchange(look->asking, true)) {
          link.send({"CLIENT", "LIST", "TYPE", "master"}, [look](const RedisReply& reply) {
            const auto* text = std::get_if<ReplyText>(&reply);
            *look = {.asking = false, .master = text == nullptr ? std::nullopt : parse_master_client(text->text)};
          });
        }
        return false;
      },
      10s);
  return look->master;
}

// By this a link that dropped and came back between two looks is seen (core/step.cc).
TEST(RealReplica, TellsEachConnectionToItsMasterFromTheOneBefore) {
  for (const auto make : redis_labs()) {
    if (make == &sim_redis) {
      continue;  // has no master that it could connect to
    }
    const auto first = make();
    const auto second = make();
    first->start();
    second->start();
    const auto link = second->port().open(second->tcp(), {});
    const auto ignore = [](const RedisReply&) {};
    link->send({"REPLICAOF", "127.0.0.1", cat(std::get<TcpEndpoint>(first->tcp()).port)}, ignore);
    const auto before = await_master_client(*second, *link, "");
    ASSERT_TRUE(before);
    EXPECT_EQ(before->address, std::get<TcpEndpoint>(first->tcp()));
    EXPECT_EQ(await_master_client(*second, *link, "")->connection, before->connection) << "while it is the same one";
    link->send({"CLIENT", "KILL", "TYPE", "master"}, ignore);
    const auto after = await_master_client(*second, *link, before->connection);
    ASSERT_TRUE(after);
    EXPECT_NE(after->connection, before->connection);
  }
}

// Which facts an INFO tells, not their values.
std::vector<std::string> facts_of(const RedisInfo& info) {
  std::vector<std::string> facts;
  const auto note = [&](bool is_there, const char* name) {
    if (is_there) {
      facts.emplace_back(name);
    }
  };
  note(!info.version.empty(), "version");
  note(info.run_id.size() == 40, "run_id");
  note(info.replid.size() == 40, "replid");
  note(info.replid2 == std::string(40, '0'), "replid2");
  note(info.second_offset == -1, "second_offset");
  note(info.uptime_seconds.has_value(), "uptime");
  note(info.role.has_value(), "role");
  note(info.master_offset.has_value(), "master_offset");
  note(info.loading == false, "not loading");
  note(info.aof_enabled == false, "no aof");
  note(info.last_rdb_save_ok == true, "rdb ok");
  note(info.last_aof_write_ok == true, "aof ok");
  note(info.changes_since_save.has_value(), "changes");
  note(info.keys.has_value(), "keys");
  note(info.used_memory_bytes.has_value(), "memory");
  note(info.max_memory_bytes == 0, "max_memory");
  note(info.sync_full == 0 && info.sync_partial_ok == 0 && info.sync_partial_err == 0, "syncs");
  note(info.connected_clients.has_value(), "clients");
  if (info.link) {
    note(true, "link");
    note(info.link->port.has_value(), "link port");
    note(!info.link->up, "link down");
    note(info.link->last_io_seconds == -1, "no last io");
    note(info.link->down_since_seconds.has_value(), "down since");
    note(info.link->replica_offset.has_value(), "replica offset");
  }
  return facts;
}

using Facts = std::vector<std::vector<std::string>>;

// As a master without replicas, then as a replica whose master is not there.
Facts facts_of_a_life(RedisLab& lab) {
  lab.start();
  const auto link = lab.port().open(lab.tcp(), {});
  Facts facts;
  const auto tell = [&](RedisReply reply) {
    if (const auto* text = std::get_if<ReplyText>(&reply); text != nullptr && text->text.starts_with('#')) {
      facts.push_back(facts_of(parse_info(text->text)));
    } else {
      facts.push_back({shown(reply)});
    }
  };
  link->send({"INFO"}, tell);
  link->send({"CLIENT", "LIST", "TYPE", "master"}, tell);
  link->send({"REPLICAOF", "127.0.0.1", "0"}, tell);
  link->send({"INFO"}, tell);
  link->send({"CLIENT", "LIST", "TYPE", "master"}, tell);
  EXPECT_TRUE(lab.run_until([&] { return facts.size() == 5; }, 5s));
  return facts;
}

TEST(SimulatedRedis, TellsTheFactsThatARealOneTells) {
  const auto simulated = facts_of_a_life(*sim_redis());
  for (const auto make : redis_labs()) {
    EXPECT_EQ(facts_of_a_life(*make()), simulated);
  }
}

}  // namespace
}  // namespace agent
