#include "sim/files.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "core/text.h"

namespace agent {

namespace {
std::string_view words_of(FileError::Kind kind) {
  switch (kind) {
    case FileError::Kind::not_found:
      return "No such file or directory";
    case FileError::Kind::not_permitted:
      return "Permission denied";
    case FileError::Kind::no_space:
      return "No space left on device";
    case FileError::Kind::read_only:
      return "Read-only file system";
    case FileError::Kind::other:
      break;
  }
  return "Input/output error";
}

std::unexpected<FileError> error(std::string_view verb, const std::string& path, FileError::Kind kind) {
  return std::unexpected(FileError{kind, cat("cannot ", verb, ' ', path, ": ", words_of(kind))});
}

std::unexpected<FileError> is_a_directory(std::string_view verb, const std::string& path) {
  return std::unexpected(FileError{FileError::Kind::other, cat("cannot ", verb, ' ', path, ": Is a directory")});
}

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool is_data(std::string_view name) {
  return (name.ends_with(".rdb") || name.ends_with(".aof")) && !name.starts_with("temp-");
}
}  // namespace

std::string SimFiles::target_of(const std::string& path) const {
  const auto link = links_.find(path);
  return link == links_.end() ? path : link->second;
}

std::expected<std::string, FileError> SimFiles::read(const std::string& path) {
  const auto target = target_of(path);
  if (const auto failure = failing_reads_.find(target); failure != failing_reads_.end()) {
    return error("read", path, failure->second);
  }
  const auto found = files_.find(target);
  if (found == files_.end()) {
    return directories_.contains(target) ? is_a_directory("read", path)
                                         : error("read", path, FileError::Kind::not_found);
  }
  return found->second.text;
}

std::expected<void, FileError> SimFiles::write(const std::string& path, const std::string& text, bool secret) {
  const auto target = target_of(path);
  if (const auto failure = failing_writes_.find(target); failure != failing_writes_.end()) {
    return error("write", path, failure->second);
  }
  if (directories_.contains(target)) {
    return is_a_directory("write", path);
  }
  if (!directories_.contains(directory_of(target))) {
    return error("write", path, FileError::Kind::not_found);
  }
  auto& file = files_[target];
  file.text = text;
  file.mode = secret ? file.mode & 0640U : file.mode;
  file.inode = ++inodes_;
  ++file.writes;
  return {};
}

std::expected<void, FileError> SimFiles::restrict_access(const std::string& path) {
  const auto found = files_.find(target_of(path));
  if (found == files_.end()) {
    return error("restrict the mode of", path, FileError::Kind::not_found);
  }
  found->second.mode &= 0640U;
  return {};
}

std::expected<bool, FileError> SimFiles::holds_no_data(const std::string& directory) {
  if (!directories_.contains(directory)) {
    return error("read", directory, FileError::Kind::not_found);
  }
  return std::ranges::none_of(data_in(directory), [](const std::string& name) {
    return !name.contains('/') || name.starts_with("appendonlydir/");
  });
}

std::expected<std::string, FileError> SimFiles::rdb_head(const std::string& directory, std::size_t most) {
  auto found = data_in(directory);
  std::erase_if(found, [](const std::string& name) { return name.contains('/') || !name.ends_with(".rdb"); });
  if (found.size() != 1) {
    return error("tell which RDB file is loaded in", directory,
                 found.empty() ? FileError::Kind::not_found : FileError::Kind::other);
  }
  const auto text = read(directory + "/" + found.front());
  return text ? std::expected<std::string, FileError>(text->substr(0, most)) : text;
}

std::vector<std::string> SimFiles::data_in(const std::string& directory) const {
  const auto inside = directory + "/";
  std::set<std::string> append_directories{"appendonlydir"};
  std::vector<std::string> names;
  for (const auto& [path, file] : files_) {
    if (path.starts_with(inside)) {
      names.push_back(path.substr(inside.size()));
    }
  }
  for (const auto& name : names) {
    if (name.ends_with(".manifest") && name.contains('/') && !name.starts_with('.')) {
      append_directories.insert(name.substr(0, name.find('/')));
    }
  }
  std::erase_if(names, [&append_directories](const std::string& name) {
    return name.contains('/') ? !append_directories.contains(name.substr(0, name.find('/'))) : !is_data(name);
  });
  return names;
}

std::expected<void, FileError> SimFiles::make_directory(const std::string& path) {
  if (files_.contains(path)) {
    return std::unexpected(FileError{FileError::Kind::other, cat("cannot make the directory ", path, ": File exists")});
  }
  if (const auto failure = failing_writes_.find(path); failure != failing_writes_.end()) {
    return error("make the directory", path, failure->second);
  }
  if (!directories_.contains(path) && !directories_.contains(directory_of(path))) {
    return error("make the directory", path, FileError::Kind::not_found);
  }
  directories_.insert(path);
  return {};
}

std::expected<void, FileError> SimFiles::note(const std::string& path, const std::string& text) {
  if (const auto made = make_directory(directory_of(path)); !made) {
    return made;
  }
  return write(path, text, false);
}

std::expected<void, FileError> SimFiles::sync_data(const std::string& directory) {
  if (!directories_.contains(directory)) {
    return error("read the directory", directory, FileError::Kind::not_found);
  }
  if (const auto failure = failing_writes_.find(directory); failure != failing_writes_.end()) {
    return error("sync the files of", directory, failure->second);
  }
  return {};
}

std::expected<std::uint64_t, FileError> SimFiles::keep_data(const std::string& directory, const std::string& copy) {
  if (!directories_.contains(directory)) {
    return error("read the directory", directory, FileError::Kind::not_found);
  }
  if (const auto failure = failing_writes_.find(copy); failure != failing_writes_.end()) {
    return error("make the directory", copy, failure->second);
  }
  std::erase_if(files_, [&copy](const auto& entry) { return entry.first.starts_with(copy + "/"); });
  std::uint64_t bytes = 0;
  for (const auto& name : data_in(directory)) {
    const auto& text = files_[directory + "/" + name].text;
    put(copy + "/" + name, text);
    bytes += text.size();
  }
  return bytes;
}

std::expected<std::string, FileError> SimFiles::mark(const std::string& path, const std::string& link) {
  const auto found = files_.find(path);
  if (found == files_.end() || !directories_.contains(directory_of(link))) {
    return error("keep a hard link of", path, FileError::Kind::not_found);
  }
  if (const auto failure = failing_writes_.find(link); failure != failing_writes_.end()) {
    return error("keep a hard link of", path, failure->second);
  }
  files_[link] = found->second;
  return mark_of(found->second);
}

bool SimFiles::was_removed(const std::string& path, const std::string& link, const std::string& mark) {
  const auto marked = files_.find(link);
  const auto now = files_.find(path);
  return marked != files_.end() && mark_of(marked->second) == mark &&
         (now == files_.end() || now->second.inode != marked->second.inode);
}

std::string SimFiles::mark_of(const SimFile& file) const {
  const auto changes = changes_.find(file.inode);
  return cat(file.inode, " changed ", changes == changes_.end() ? 0 : changes->second);
}

void SimFiles::put(const std::string& path, const std::string& text, unsigned mode) {
  const auto known = files_.find(path);
  const auto inode = known == files_.end() ? ++inodes_ : known->second.inode;
  ++changes_[inode];
  files_[path] = {.text = text, .mode = mode, .inode = inode};
  for (auto directory = directory_of(path); directories_.insert(directory).second;) {
    directory = directory_of(directory);
  }
}

const SimFile* SimFiles::file(const std::string& path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second;
}

int SimFiles::entries(const std::string& directory) const {
  int count = 0;
  for (const auto& [path, file] : files_) {
    count += directory_of(path) == directory ? 1 : 0;
  }
  return count;
}

void SimFiles::set_failure(Failures& failures, const std::string& path, std::optional<FileError::Kind> kind) {
  failures.erase(path);
  if (kind) {
    failures.emplace(path, *kind);
  }
}

void SimFiles::fail_reads(const std::string& path, std::optional<FileError::Kind> kind) {
  set_failure(failing_reads_, path, kind);
}

void SimFiles::fail_writes(const std::string& path, std::optional<FileError::Kind> kind) {
  set_failure(failing_writes_, path, kind);
}

}  // namespace agent
