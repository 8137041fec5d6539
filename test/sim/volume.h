// What survives a process: the data files of one volume, their copies, and small files beside them. Not a file system:
// data files are what they hold.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/time.h"
#include "sim/ledger.h"

namespace agent {

struct SimRdb {
  DataId data = kNoKeys;
  std::optional<std::uint64_t> replid;  // absent: saved by a server that never was in a replication
  std::int64_t offset = 0;
  Instant written{};
  int format = 10;  // the version of RDB
};

struct SimAof {
  DataId data = kNoKeys;
  std::int64_t end = 0;  // the offset at which it was begun, and the bytes since
  // What is left of it when the machine dies.
  DataId synced = kNoKeys;
  std::int64_t synced_end = 0;
  Instant appended{};   // last
  bool is_cut = false;  // a process was killed that had not written all
  int format = 10;      // the version of RDB in its base

  void sync() {
    synced = data;
    synced_end = end;
  }
};

struct SimNote {
  std::string text;
  std::optional<std::string> synced;  // what is left of it when the machine dies
};

struct SimDataFiles {
  std::optional<SimRdb> rdb;
  std::optional<SimAof> aof;
};

struct SimPidFile {
  int inode = 0;
  int writes = 0;
};

struct SimVolume {
  SimDataFiles files;
  std::shared_ptr<SimPidFile> pid_file;
  std::shared_ptr<SimPidFile> pid_link;  // the agent's, of the same file or of one before
  int inodes = 0;
  std::map<std::string, SimDataFiles> copies;  // hard links, by directory
  std::map<std::string, SimNote> notes;        // by path

  // A process writes its pid file, over the one that is there.
  void begin_process() {
    if (!pid_file) {
      pid_file = std::make_shared<SimPidFile>(SimPidFile{.inode = ++inodes});
    }
    ++pid_file->writes;
  }

  void lose_power() {
    if (files.aof) {
      files.aof->data = files.aof->synced;
      files.aof->end = files.aof->synced_end;
    }
    for (auto& [path, note] : notes) {
      note.text = note.synced.value_or("");
    }
    std::erase_if(notes, [](const auto& entry) { return !entry.second.synced; });
  }
};

}  // namespace agent
