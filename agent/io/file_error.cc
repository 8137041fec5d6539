#include "io/file_error.h"

#include <system_error>

#include "core/text.h"

namespace agent {

FileError file_error(std::string_view doing, const std::string& path, int number) {
  using enum FileError::Kind;
  auto kind = other;
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      kind = not_found;
      break;
    case EACCES:
    case EPERM:
      kind = not_permitted;
      break;
    case ENOSPC:
    case EDQUOT:
      kind = no_space;
      break;
    case EROFS:
      kind = read_only;
      break;
    default:
      break;
  }
  return {kind, cat("cannot ", doing, ' ', path, ": ", std::generic_category().message(number))};
}

}  // namespace agent
