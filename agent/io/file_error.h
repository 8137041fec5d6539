// How a failed system call on a file is told: what was done, to which path, and the system's reason.
#pragma once

#include <cerrno>
#include <expected>
#include <string>
#include <string_view>

#include "ports/files.h"

namespace agent {

FileError file_error(std::string_view doing, const std::string& path, int number);

inline std::unexpected<FileError> failed(std::string_view doing, const std::string& path, int number = errno) {
  return std::unexpected(file_error(doing, path, number));
}

}  // namespace agent
