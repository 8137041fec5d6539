#include "core/info.h"

#include <gtest/gtest.h>

namespace agent {
namespace {

// Cut from a Redis 7.0.15 master with one replica.
constexpr auto kMaster =
    "# Server\r\nredis_version:7.0.15\r\nrun_id:6d1f\r\nuptime_in_seconds:12\r\n\r\n"
    "# Persistence\r\nloading:0\r\nrdb_changes_since_last_save:3\r\nrdb_last_bgsave_status:ok\r\naof_enabled:1\r\n"
    "aof_last_write_status:err\r\n\r\n"
    "# Replication\r\nrole:master\r\nconnected_slaves:2\r\n"
    "slave0:ip=10.1.0.2,port=6379,state=online,offset=1400,lag=1\r\n"
    "slave1:ip=redis-2.redis.default.svc.cluster.local,port=6380,state=wait_bgsave,offset=0,lag=0\r\n"
    "slave_expires_tracked_keys:7\r\n"
    "master_replid:aa\r\nmaster_replid2:00\r\nmaster_repl_offset:1407\r\nsecond_repl_offset:-1\r\n\r\n"
    "# Keyspace\r\ndb0:keys=5,expires=0,avg_ttl=0\r\ndb15:keys=2,expires=1,avg_ttl=9\r\n";

constexpr auto kReplica =
    "# Replication\r\nrole:slave\r\nmaster_host:fd00::1\r\nmaster_port:6379\r\nmaster_link_status:up\r\n"
    "master_last_io_seconds_ago:2\r\nmaster_sync_in_progress:0\r\nslave_read_repl_offset:20\r\nslave_repl_offset:14\r\n"
    "connected_slaves:0\r\nmaster_replid:aa\r\nmaster_repl_offset:14\r\n\r\n# Keyspace\r\n";

TEST(Info, readsAMaster) {
  const auto info = parse_info(kMaster);
  EXPECT_EQ(info.kind, ServerKind::redis);
  EXPECT_EQ(info.version, "7.0.15");
  EXPECT_EQ(info.role, Role::master);
  EXPECT_FALSE(info.link);
  EXPECT_EQ(info.master_offset, 1407);
  EXPECT_EQ(info.second_offset, -1);
  EXPECT_EQ(info.keys, 7);
  EXPECT_EQ(info.expiring_keys, 1);
  EXPECT_EQ(info.loading, false);
  EXPECT_EQ(info.last_rdb_save_ok, true);
  EXPECT_EQ(info.last_aof_write_ok, false);
  ASSERT_EQ(info.replicas.size(), 2U);
  EXPECT_EQ(info.replicas[0].ip, "10.1.0.2");
  EXPECT_EQ(info.replicas[0].state, "online");
  EXPECT_EQ(info.replicas[0].offset, 1400);
  EXPECT_EQ(info.replicas[1].ip, "redis-2.redis.default.svc.cluster.local");
  EXPECT_EQ(info.replicas[1].port, 6380);
}

TEST(Info, readsAReplicaWithColonsInItsMastersAddress) {
  const auto info = parse_info(kReplica);
  EXPECT_EQ(info.role, Role::replica);
  ASSERT_TRUE(info.link);
  EXPECT_EQ(info.link->host, "fd00::1");
  EXPECT_TRUE(info.link->up);
  EXPECT_EQ(info.link->last_io_seconds, 2);
  EXPECT_EQ(info.link->replica_offset, 14);
  EXPECT_EQ(info.keys, 0) << "an empty Keyspace section is no keys";
}

TEST(Info, neverIsAbsentNotMinusOne) {
  const auto info = parse_info(
      "role:slave\r\nmaster_host:a\r\nmaster_link_status:down\r\nmaster_last_io_seconds_ago:-1\r\n"
      "master_link_down_since_seconds:-1\r\n");
  ASSERT_TRUE(info.link);
  EXPECT_FALSE(info.link->last_io_seconds);
  EXPECT_FALSE(info.link->down_since_seconds);
}

TEST(Info, whatIsNotSaidIsAbsent) {
  for (const auto* text : {"", "\r\n", "no colon here", "role:", "role:sentinel\r\n", ":::"}) {
    const auto info = parse_info(text);
    EXPECT_FALSE(info.role) << text;
    EXPECT_FALSE(info.keys) << text;
    EXPECT_FALSE(info.master_offset) << text;
    EXPECT_FALSE(info.last_rdb_save_ok) << text;
  }
}

TEST(Info, numbersThatCannotBeReadAreAbsent) {
  const auto info = parse_info("role:master\r\nmaster_repl_offset:12x\r\nuptime_in_seconds:99999999999999999999\r\n");
  EXPECT_FALSE(info.master_offset);
  EXPECT_FALSE(info.uptime_seconds);
}

TEST(Info, readsValkey) {
  const auto info = parse_info(
      "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.1\r\nserver_mode:standalone\r\nrole:master\r\n"
      "slave0:ip=10.1.0.2,port=6379,state=online,offset=1,lag=0,type=replica\r\n");
  EXPECT_EQ(info.kind, ServerKind::valkey);
  EXPECT_EQ(info.version, "8.1.1");
  ASSERT_EQ(info.replicas.size(), 1U);
  EXPECT_EQ(info.replicas[0].lag_seconds, 0);
}

TEST(MasterClient, isTheAddressOfTheFirstLine) {
  const auto master = parse_master_client("id=4 addr=10.1.0.9:6379 laddr=10.1.0.2:52110 fd=9 name= flags=M\n");
  ASSERT_TRUE(master);
  EXPECT_EQ(master->address.ip.text, "10.1.0.9");
  EXPECT_EQ(master->address.port, 6379);
  EXPECT_EQ(parse_master_client("id=4 addr=[fd00::1]:6379 flags=M\n")->address.ip.text, "fd00::1");
}

TEST(MasterClient, tellsItsConnectionFromOthers) {
  EXPECT_EQ(
      parse_master_client("id=4 addr=10.1.0.9:6379 laddr=10.1.0.2:52110 fd=9\nid=5 addr=10.1.0.9:6379\n")->connection,
      "id=4 laddr=10.1.0.2:52110");
  EXPECT_EQ(parse_master_client("id=4 addr=10.1.0.9:6379 fd=9")->connection, "id=4") << "before Redis 6.2";
  EXPECT_EQ(parse_master_client("addr=10.1.0.9:6379 fd=9")->connection, "");
}

TEST(MasterClient, isAbsentWhereThereIsNone) {
  for (const auto* text : {"", "\n", "id=4 laddr=10.1.0.2:1", "id=4 addr=?:0", "addr=/run/redis.sock:0"}) {
    EXPECT_FALSE(parse_master_client(text)) << text;
  }
}

}  // namespace
}  // namespace agent
