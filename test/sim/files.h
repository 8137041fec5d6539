// A file system in memory, with the errors a test asks for. Not a tree: paths are whole strings.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ports/files.h"

namespace agent {

struct SimFile {
  std::string text;
  unsigned mode = 0644;
  int writes = 0;  // how often write() replaced it
  int inode = 0;   // what hard links have in common
};

class SimFiles : public Files {
 public:
  std::expected<std::string, FileError> read(const std::string& path) override;
  std::expected<void, FileError> write(const std::string& path, const std::string& text, bool secret) override;
  std::expected<void, FileError> restrict_access(const std::string& path) override;
  std::expected<bool, FileError> holds_no_data(const std::string& directory) override;
  std::expected<std::string, FileError> rdb_head(const std::string& directory, std::size_t most) override;
  std::expected<void, FileError> make_directory(const std::string& path) override;
  std::expected<void, FileError> note(const std::string& path, const std::string& text) override;
  std::expected<void, FileError> sync_data(const std::string& directory) override;
  std::expected<std::uint64_t, FileError> keep_data(const std::string& directory, const std::string& copy) override;
  std::expected<std::string, FileError> mark(const std::string& path, const std::string& link) override;
  bool was_removed(const std::string& path, const std::string& link, const std::string& mark) override;

  // The test's hand. A file that is put has its directory, and stays the same file.
  void put(const std::string& path, const std::string& text, unsigned mode = 0644);
  void put_directory(const std::string& path) { directories_.insert(path); }
  void link(const std::string& path, const std::string& target) { links_[path] = target; }
  void remove(const std::string& path) { files_.erase(path); }
  const SimFile* file(const std::string& path) const;
  // How many files are in a directory, not counting those further down.
  int entries(const std::string& directory) const;

  // From now on reading or writing `path` fails so; absent: it works again.
  void fail_reads(const std::string& path, std::optional<FileError::Kind> kind);
  void fail_writes(const std::string& path, std::optional<FileError::Kind> kind);

 private:
  using Failures = std::map<std::string, FileError::Kind>;
  static void set_failure(Failures& failures, const std::string& path, std::optional<FileError::Kind> kind);
  std::string target_of(const std::string& path) const;
  std::string mark_of(const SimFile& file) const;
  std::vector<std::string> data_in(const std::string& directory) const;  // names below it

  std::map<std::string, SimFile> files_;
  std::map<std::string, std::string> links_;
  std::set<std::string> directories_{"/"};
  int inodes_ = 0;
  std::map<int, int> changes_;  // inode -> how often it was written to
  Failures failing_reads_;
  Failures failing_writes_;
};

}  // namespace agent
