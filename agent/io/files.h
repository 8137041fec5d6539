// Files on the real file system. The promise of an atomic write is in ports/files.h.
#pragma once

#include <cstddef>

#include "ports/files.h"

namespace agent {

class RealFiles : public Files {
 public:
  static constexpr std::size_t kReadMax = std::size_t{16} << 20U;  // bytes; a conf or a password is never longer

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
};

}  // namespace agent
