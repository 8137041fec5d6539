#include "sim/pod_ports.h"

#include "core/text.h"
#include "sim/server.h"

namespace agent {

namespace {

class PodTimer : public Timer {
 public:
  std::shared_ptr<bool> alive = std::make_shared<bool>(true);
  std::unique_ptr<Timer> inner;
};

// One request and its answer, whichever comes first: the answer or the deadline.
struct Asked {
  std::function<void(std::optional<Published>)> done;
  SimLane there;
  SimLane back;

  void answer(const std::optional<Published>& published) {
    if (const auto take = std::exchange(done, nullptr)) {
      take(published);
    }
  }
};

FileError not_found(const std::string& path) {
  return {FileError::Kind::not_found, cat("cannot read ", path, ": No such file or directory")};
}
FileError full(const std::string& path) {
  return {FileError::Kind::no_space, cat("cannot write ", path, ": No space left on device")};
}

// As Redis writes it; the offset as a string, which is how it writes a large one.
std::string spelled_head(const SimRdb& rdb) {
  const auto field = [](std::string_view name, std::string_view value) {
    const auto text = [](std::string_view bytes) { return cat(static_cast<char>(bytes.size()), bytes); };
    return cat('\xfa', text(name), text(value));
  };
  auto head = cat("REDIS", with_zeros(rdb.format, 4), field("redis-ver", "0.0.0"));
  if (rdb.replid) {
    head += cat(field("repl-id", spelled_id(*rdb.replid)), field("repl-offset", cat(rdb.offset)));
  }
  return head;
}

std::string mark_of(const SimPidFile& file) { return cat(file.inode, " written ", file.writes); }

}  // namespace

std::unique_ptr<Timer> PodClock::after(Duration delay, std::function<void()> action) {
  auto timer = std::make_unique<PodTimer>();
  timer->inner =
      clock_.after(delay, [gate = gate_, alive = std::weak_ptr(timer->alive), action = std::move(action)]() mutable {
        gate->run([alive = std::move(alive), action = std::move(action)] {
          if (!alive.expired()) {
            action();
          }
        });
      });
  return timer;
}

std::expected<std::string, FileError> PodFiles::read(const std::string& path) {
  if (path == "/proc/sys/kernel/random/boot_id") {
    return boot_id_ + "\n";
  }
  const auto found = volume_.notes.find(path);
  return found == volume_.notes.end() ? std::expected<std::string, FileError>(std::unexpected(not_found(path)))
                                      : found->second.text;
}

std::expected<void, FileError> PodFiles::write(const std::string& path, const std::string& text, bool /*secret*/) {
  if (is_full_) {
    return std::unexpected(full(path));
  }
  volume_.notes[path] = {.text = text, .synced = text};
  return {};
}

std::expected<void, FileError> PodFiles::note(const std::string& path, const std::string& text) {
  if (is_full_) {
    return std::unexpected(full(path));
  }
  volume_.notes[path].text = text;
  return {};
}

std::expected<bool, FileError> PodFiles::holds_no_data(const std::string& /*directory*/) {
  return !volume_.files.rdb && !volume_.files.aof;
}

std::expected<std::string, FileError> PodFiles::rdb_head(const std::string& directory, std::size_t most) {
  const auto& rdb = volume_.files.rdb;
  if (!rdb) {
    return std::unexpected(not_found(directory));
  }
  return spelled_head(*rdb).substr(0, most);
}

std::expected<void, FileError> PodFiles::sync_data(const std::string& /*directory*/) {
  if (auto& aof = volume_.files.aof; aof) {
    aof->sync();
  }
  return {};
}

std::expected<std::uint64_t, FileError> PodFiles::keep_data(const std::string& /*directory*/, const std::string& copy) {
  volume_.copies.erase(copy);
  if (!volume_.files.rdb && !volume_.files.aof) {
    return 0;
  }
  volume_.copies[copy] = volume_.files;
  int keys = 0;
  keys += volume_.files.rdb ? ledger_.keys(volume_.files.rdb->data) : 0;
  keys += volume_.files.aof ? ledger_.keys(volume_.files.aof->data) : 0;
  return static_cast<std::uint64_t>(keys) * 100 + 100;
}

std::expected<std::string, FileError> PodFiles::mark(const std::string& path, const std::string& /*link*/) {
  if (!volume_.pid_file) {
    return std::unexpected(not_found(path));
  }
  volume_.pid_link = volume_.pid_file;
  return mark_of(*volume_.pid_link);
}

bool PodFiles::was_removed(const std::string& /*path*/, const std::string& /*link*/, const std::string& mark) {
  return volume_.pid_link && mark_of(*volume_.pid_link) == mark && volume_.pid_file != volume_.pid_link;
}

void PodAgents::ask(const IpAddress& ip, Duration timeout, std::function<void(std::optional<Published>)> done) {
  const auto asked = std::make_shared<Asked>();
  asked->done = [gate = gate_, done = std::move(done)](const std::optional<Published>& published) {
    gate->run([done, published] { done(published); });
  };
  clock_.post(timeout, [asked] { asked->answer({}); });
  const auto target = ip.text.starts_with("127.") ? std::optional(self_) : net_.find(ip);
  if (!target) {
    return;
  }
  asked->there = {.from = self_, .to = *target};
  asked->back = {.from = *target, .to = self_};
  net_.send(asked->there, [asked, target = *target, &net = net_, published = published_] {
    if (auto answer = published(target)) {
      net.send(asked->back, [asked, answer = std::move(answer)] { asked->answer(answer); });
    }
  });
}

}  // namespace agent
