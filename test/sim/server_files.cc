// What a simulated server reads from its volume and writes to it.
#include <utility>

#include "sim/server.h"

namespace agent {

namespace {
constexpr Duration kWrittenBack = std::chrono::seconds(35);  // by the kernel, whoever wrote it
}  // namespace

bool SimServer::can_read_disk() const {
  const auto& [rdb, aof] = volume_.files;
  return conf_.aof ? !aof || reads(aof->format) : !rdb || reads(rdb->format);
}

// An append-only file wins, and where one should be and is none, the server starts empty.
void SimServer::load_disk() {
  const auto& files = volume_.files;
  if (conf_.aof) {
    if (files.aof) {
      data_ = files.aof->data;
      is_of_cut_file_ = files.aof->is_cut;
      offset_ = conf_.release.resumes_aof_offset ? files.aof->end : 0;
    } else {
      volume_.files.aof = SimAof{.format = conf_.release.rdb};
    }
  } else if (files.rdb) {
    data_ = files.rdb->data;
    if (files.rdb->replid && master_) {
      replid_ = *files.rdb->replid;
      offset_ = files.rdb->offset;
      has_cached_ = true;
    } else if (files.rdb->replid && conf_.release.resumes_as_master) {
      replid2_ = *files.rdb->replid;
      second_ = files.rdb->offset + 1;
      offset_ = files.rdb->offset;
      create_backlog();
    }
  }
  loading_ = data_ != kNoKeys && conf_.load > Duration::zero();
  if (loading_) {
    later(conf_.load, &SimServer::loaded);
  } else {
    loaded();
  }
}

// The history goes into the file where there is one that means something.
void SimServer::save() {
  const bool in_replication = master_ ? state_ == Link::connected || has_cached_ : has_backlog_;
  volume_.files.rdb = SimRdb{.data = data_,
                             .replid = in_replication ? std::optional(replid_) : std::nullopt,
                             .offset = offset_,
                             .written = around_.clock.now(),
                             .format = conf_.release.rdb};
  changes_ = 0;
  saved_ = around_.clock.now();
}

void SimServer::append(std::int32_t bytes) {
  if (volume_.files.aof && conf_.aof && aof_follows_) {
    buffered_ += bytes;
    if (around_.clock.now() >= synced_at_) {
      write_buffered();
    }
  }
}

void SimServer::write_buffered() {
  if (auto& aof = volume_.files.aof; aof && buffered_ > 0) {
    aof->data = data_;
    aof->end += std::exchange(buffered_, 0);
    aof->appended = around_.clock.now();
    has_appended_ = true;
  }
}

void SimServer::begin_sync() {
  if (auto& aof = volume_.files.aof; aof && (has_appended_ || around_.clock.now() - aof->appended >= kWrittenBack)) {
    has_appended_ = false;
    synced_at_ = around_.clock.now() + conf_.aof_sync;
    later(conf_.aof_sync, &SimServer::synced);
  }
}

void SimServer::synced() {
  if (auto& aof = volume_.files.aof; aof) {
    aof->sync();
  }
  write_buffered();
}

void SimServer::begin_rewrite() {
  rewritten_ = around_.clock.now() + conf_.aof_rewrite;
  later(conf_.aof_rewrite, &SimServer::rewrite_aof);
}

void SimServer::rewrite_aof() {
  if (!rewritten_ || around_.clock.now() < *rewritten_) {
    return;  // ended by a sync that came after
  }
  rewritten_.reset();
  buffered_ = 0;
  around_.on_wipe(volume_.files.aof ? volume_.files.aof->data : kNoKeys, data_);
  volume_.files.aof = SimAof{.data = data_,
                             .end = offset_,
                             .synced = data_,
                             .synced_end = offset_,
                             .appended = around_.clock.now(),
                             .format = conf_.release.rdb};
  aof_follows_ = true;
}

}  // namespace agent
