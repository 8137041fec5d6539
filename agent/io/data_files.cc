// The part of RealFiles that knows which files of a directory Redis would load.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include "io/file_error.h"
#include "io/files.h"

namespace agent {

namespace {

namespace fs = std::filesystem;
using Error = std::error_code;

constexpr std::string_view kAppendDirectory = "appendonlydir";  // unless appenddirname names another
constexpr std::string_view kManifest = ".manifest";
constexpr std::string_view kRdb = ".rdb";

// What a save or a rewrite left behind when it was interrupted (temp-*) is never loaded.
bool is_data(const fs::path& path) {
  const auto name = path.filename().string();
  return (name.ends_with(".rdb") || name.ends_with(".aof")) && !name.starts_with("temp-");
}

std::vector<fs::path> names_in(const fs::path& directory, Error& error) {
  std::vector<fs::path> names;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    names.push_back(entry->path().filename());
  }
  return names;
}

// Where Redis 7 and newer keep an append-only file in parts: whatever appenddirname calls it, a manifest lists them.
// Directories whose names begin with a dot are the agent's own. Nothing for any other directory.
std::vector<fs::path> append_parts(const fs::path& directory, Error& error) {
  const auto name = directory.filename().string();
  Error unreadable;  // another's directory, such as lost+found
  if (name.starts_with('.') || !fs::is_directory(directory, unreadable)) {
    return {};
  }
  if (name == kAppendDirectory) {
    return names_in(directory, error);
  }
  auto parts = names_in(directory, unreadable);
  if (std::ranges::none_of(parts, [](const fs::path& part) { return part.extension() == kManifest; })) {
    return {};
  }
  std::erase_if(parts, [&](const fs::path& part) { return !fs::is_regular_file(directory / part, unreadable); });
  return parts;
}

// The names below `directory` of all that Redis may load; `error` says what could not be read.
std::vector<fs::path> data_in(const fs::path& directory, Error& error) {
  const auto names = names_in(directory, error);
  if (error) {
    return {};
  }
  std::vector<fs::path> found;
  for (const auto& name : names) {
    for (const auto& part : append_parts(directory / name, error)) {
      found.push_back(name / part);
    }
    if (is_data(name)) {
      found.push_back(name);
    }
  }
  return found;
}

}  // namespace

std::expected<bool, FileError> RealFiles::holds_no_data(const std::string& directory) {
  Error error;
  auto found = data_in(directory, error);
  if (error) {
    return failed("read the directory", directory, error.value());
  }
  std::erase_if(found, [](const fs::path& name) {  // what another directory holds may be what somebody put aside
    return name.has_parent_path() && name.parent_path() != kAppendDirectory;
  });
  return found.empty();
}

std::expected<std::string, FileError> RealFiles::rdb_head(const std::string& directory, std::size_t most) {
  Error error;
  auto found = data_in(directory, error);
  if (error) {
    return failed("read the directory", directory, error.value());
  }
  std::erase_if(found, [](const fs::path& name) { return name.has_parent_path() || name.extension() != kRdb; });
  if (found.size() != 1) {
    return failed("tell which RDB file is loaded in", directory, found.empty() ? ENOENT : EEXIST);
  }
  const auto path = (fs::path(directory) / found.front()).string();
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return failed("read", path);
  }
  std::string head(most, '\0');
  const auto count = ::read(fd, head.data(), head.size());
  const int number = errno;
  close(fd);
  if (count < 0) {
    return failed("read", path, number);
  }
  head.resize(static_cast<std::size_t>(count));
  return head;
}

std::expected<void, FileError> RealFiles::note(const std::string& path, const std::string& text) {
  if (const auto made = make_directory(fs::path(path).parent_path().string()); !made) {
    return made;
  }
  const auto temporary = path + ".new";
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) {
    return failed("write", temporary);
  }
  const auto written = ::write(fd, text.data(), text.size());
  const int number = written < 0 ? errno : ENOSPC;
  close(fd);
  if (written != static_cast<ssize_t>(text.size())) {
    return failed("write", temporary, number);
  }
  return rename(temporary.c_str(), path.c_str()) == 0 ? std::expected<void, FileError>{} : failed("write", path);
}

std::expected<void, FileError> RealFiles::sync_data(const std::string& directory) {
  Error error;
  const auto names = data_in(directory, error);
  if (error) {
    return failed("read the directory", directory, error.value());
  }
  for (const auto& name : names) {
    const auto path = (fs::path(directory) / name).string();
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0 && (errno == ENOENT || errno == EACCES)) {
      continue;  // replaced meanwhile, by one that Redis synced; or of another user, who keeps it to himself
    }
    const int number = fd < 0 || fsync(fd) != 0 ? errno : 0;
    if (fd >= 0) {
      close(fd);
    }
    if (number != 0) {
      return failed("sync", path, number);
    }
  }
  return {};
}

std::expected<std::uint64_t, FileError> RealFiles::keep_data(const std::string& directory, const std::string& copy) {
  Error error;
  const auto names = data_in(directory, error);
  if (error) {
    return failed("read the directory", directory, error.value());
  }
  fs::remove_all(copy, error);
  std::uint64_t bytes = 0;
  for (const auto& name : names) {
    const auto link = fs::path(copy) / name;
    if (!error) {
      fs::create_directories(link.parent_path(), error);
    }
    if (!error) {
      fs::create_hard_link(fs::path(directory) / name, link, error);
    }
    if (error) {
      return failed("keep a hard link", link.string(), error.value());
    }
    bytes += fs::file_size(link, error);
  }
  return error ? std::expected<std::uint64_t, FileError>(failed("remove", copy, error.value())) : bytes;
}

}  // namespace agent
