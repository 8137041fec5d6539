#include "io/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "core/text.h"
#include "io/file_error.h"
#include "io/leftovers.h"

namespace agent {

namespace {

constexpr mode_t kNewFileMode = 0644;
constexpr mode_t kNewDirectoryMode = 0700;
constexpr mode_t kSecretModeMax = 0640;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) {
      close(fd_);
    }
  }
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

// Removes the temporary file unless it was renamed away.
class Temporary {
 public:
  explicit Temporary(std::string path) : path_(std::move(path)) {}
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (!path_.empty()) {
      unlink(path_.c_str());
    }
  }
  const std::string& path() const { return path_; }
  void keep() { path_.clear(); }

 private:
  std::string path_;
};

// The file that a link names, there or not, so that the link stays one. A circle of links ends at one of them.
std::filesystem::path resolved(const std::string& path) {
  constexpr int kLinksMax = 40;
  std::filesystem::path target = path;
  std::error_code error;
  for (int links = 0; links < kLinksMax && std::filesystem::is_symlink(target, error); ++links) {
    target = target.parent_path() / std::filesystem::read_symlink(target, error);
  }
  return target;
}

std::optional<int> write_all(int fd, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const auto count = ::write(fd, text.data() + done, text.size() - done);
    if (count < 0 && errno != EINTR) {
      return errno;
    }
    done += count < 0 ? 0 : static_cast<std::size_t>(count);
  }
  return std::nullopt;
}

// Owner before mode: changing the owner may clear mode bits. Only root may give a file away; others keep at least the
// group, by which Redis may be the one to read it.
std::optional<int> set_owner_and_mode(int fd, const struct stat* before, bool secret) {
  auto mode = before == nullptr ? kNewFileMode : before->st_mode & mode_t{07777};
  if (secret) {
    mode &= kSecretModeMax;
  }
  if (before != nullptr && fchown(fd, before->st_uid, before->st_gid) != 0 &&
      fchown(fd, static_cast<uid_t>(-1), before->st_gid) != 0 && errno != EPERM) {
    return errno;
  }
  return fchmod(fd, mode) == 0 ? std::nullopt : std::optional(errno);
}

std::expected<void, FileError> sync_directory(const std::string& directory) {
  const Descriptor opened(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open() || (fsync(opened.get()) != 0 && errno != EINVAL)) {
    return failed("sync", directory);
  }
  return {};
}

std::string mark_of(const struct stat& about) {
  return cat(about.st_ino, " written ", about.st_mtim.tv_sec, '.', with_zeros(about.st_mtim.tv_nsec, 9));
}

}  // namespace

std::expected<std::string, FileError> RealFiles::read(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat about{};
  if (!file.is_open() || fstat(file.get(), &about) != 0) {
    return failed("read", path);
  }
  if (S_ISDIR(about.st_mode)) {
    return failed("read", path, EISDIR);
  }
  std::string text;
  std::array<char, 65'536> buffer{};
  for (;;) {
    const auto count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno != EINTR) {
      return failed("read", path);
    }
    if (count == 0) {
      return text;
    }
    text.append(buffer.data(), count < 0 ? 0 : static_cast<std::size_t>(count));
    if (text.size() > kReadMax) {
      return failed("read", path, EFBIG);
    }
  }
}

std::expected<void, FileError> RealFiles::write(const std::string& path, const std::string& text, bool secret) {
  const auto target = resolved(path);
  const auto directory = target.has_parent_path() ? target.parent_path().string() : ".";
  struct stat before{};
  const bool exists = stat(target.c_str(), &before) == 0;
  if (!exists && errno != ENOENT) {
    return failed("write", path);
  }
  if (exists && !S_ISREG(before.st_mode)) {
    return failed("write", path, S_ISDIR(before.st_mode) ? EISDIR : EINVAL);
  }
  remove_leftovers(target.string());
  std::string pattern = target.string() + kTemporaryMark + std::string(kTemporaryCharacters, 'X');
  const Descriptor file(mkostemp(pattern.data(), O_CLOEXEC));
  if (!file.is_open()) {
    return failed("write a temporary file beside", path);
  }
  Temporary temporary(std::move(pattern));
  auto error = write_all(file.get(), text);
  if (!error) {
    error = set_owner_and_mode(file.get(), exists ? &before : nullptr, secret);
  }
  if (error) {
    return failed("write", path, *error);
  }
  if (fsync(file.get()) != 0 || rename(temporary.path().c_str(), target.c_str()) != 0) {
    return failed("write", path);
  }
  temporary.keep();
  return sync_directory(directory);
}

std::expected<void, FileError> RealFiles::make_directory(const std::string& path) {
  if (mkdir(path.c_str(), kNewDirectoryMode) != 0) {
    struct stat about{};
    const int number = errno;
    const bool is_there = number == EEXIST && stat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode);
    return is_there ? std::expected<void, FileError>{} : failed("make the directory", path, number);
  }
  const auto parent = std::filesystem::path(path).parent_path().string();
  struct stat above{};
  // Only root may give it away, and then Redis' user is the one to write here.
  if (stat(parent.c_str(), &above) != 0 || (chown(path.c_str(), above.st_uid, above.st_gid) != 0 && errno != EPERM)) {
    return failed("make the directory", path);
  }
  return sync_directory(parent);
}

std::expected<void, FileError> RealFiles::restrict_access(const std::string& path) {
  struct stat about{};
  if (stat(path.c_str(), &about) != 0) {
    return failed("restrict the mode of", path);
  }
  const auto mode = about.st_mode & mode_t{07777};
  if ((mode & ~kSecretModeMax) != 0 && chmod(path.c_str(), mode & kSecretModeMax) != 0) {
    return failed("restrict the mode of", path);
  }
  return {};
}

std::expected<std::string, FileError> RealFiles::mark(const std::string& path, const std::string& link) {
  struct stat about{};
  if ((unlink(link.c_str()) != 0 && errno != ENOENT) || ::link(path.c_str(), link.c_str()) != 0 ||
      stat(link.c_str(), &about) != 0) {
    return failed("keep a hard link of", path);
  }
  for (const auto& name : {path, link}) {
    if (auto synced = sync_directory(std::filesystem::path(name).parent_path().string()); !synced) {
      return std::unexpected(synced.error());
    }
  }
  return mark_of(about);
}

// The link holds the inode, so that its number is given to no other file.
bool RealFiles::was_removed(const std::string& path, const std::string& link, const std::string& mark) {
  struct stat marked{};
  struct stat now{};
  if (stat(link.c_str(), &marked) != 0 || mark_of(marked) != mark) {
    return false;
  }
  return stat(path.c_str(), &now) == 0 ? now.st_ino != marked.st_ino : errno == ENOENT;
}

}  // namespace agent
