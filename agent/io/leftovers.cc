#include "io/leftovers.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

namespace agent {

namespace {

namespace fs = std::filesystem;

timespec wall_now() noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return now;
}

const timespec kProcessBegan = wall_now();

bool is_temporary_of(std::string_view file, std::string_view name) {
  if (!name.starts_with(file) || name.size() != file.size() + 1 + kTemporaryCharacters ||
      name[file.size()] != kTemporaryMark) {
    return false;
  }
  return std::ranges::all_of(name.substr(file.size() + 1), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

bool is_older(const timespec& a, const timespec& b) {
  return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

// A write gives its temporary file to the owner of the target just before it is renamed.
bool is_leftover(const std::string& path, const std::string& target) {
  struct stat about{};
  struct stat wanted{};
  if (lstat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode) || !is_older(about.st_mtim, kProcessBegan)) {
    return false;
  }
  return about.st_uid == geteuid() || (stat(target.c_str(), &wanted) == 0 && about.st_uid == wanted.st_uid);
}

}  // namespace

void remove_leftovers(const std::string& target) {
  const fs::path file(target);
  const auto name = file.filename().string();
  std::error_code error;
  std::vector<std::string> found;
  for (fs::directory_iterator entry(file.has_parent_path() ? file.parent_path() : ".", error), end;
       !error && entry != end; entry.increment(error)) {
    if (is_temporary_of(name, entry->path().filename().string()) && is_leftover(entry->path().string(), target)) {
      found.push_back(entry->path().string());
    }
  }
  for (const auto& path : found) {
    unlink(path.c_str());
  }
}

}  // namespace agent
