// What one release of Redis does otherwise than another, as far as a simulated server shows it: each difference has a
// name and was seen in the real ones. Not a place to ask for a version number.
#pragma once

#include <string>

namespace agent {

struct SimRelease {
  std::string version;
  // Of the RDB that it writes, and the newest that it reads.
  int rdb = 10;
  // A master takes its history up again from its RDB file, so that replicas continue from there.
  bool resumes_as_master = true;
  // The replicas of a server stay attached when that begins to follow another one, or is parked.
  bool keeps_feeds = true;
  // A write to the append-only file moves the offset by one where nothing is replicated.
  bool counts_alone = false;
  // From an append-only file it starts at the offset at which that file ends.
  bool resumes_aof_offset = false;
  // The state of a replica that is sent the data of a full sync.
  std::string being_synced = "send_bulk";
};

inline const SimRelease kRedis6{.version = "6.2.14", .rdb = 9, .resumes_as_master = false, .keeps_feeds = false};
inline const SimRelease kRedis7{.version = "7.0.15"};
inline const SimRelease kRedis8{.version = "8.0.2",
                                .rdb = 12,
                                .counts_alone = true,
                                .resumes_aof_offset = true,
                                .being_synced = "send_bulk_and_stream"};

}  // namespace agent
