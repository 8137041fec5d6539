// What app needs of the file system: whole files in, whole files out.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

namespace agent {

// `what` names the path and the system's reason: "cannot write /etc/redis/redis.conf: No space left on device".
struct FileError {
  enum class Kind { not_found, not_permitted, no_space, read_only, other } kind;
  std::string what;
};

class Files {
 public:
  virtual ~Files() = default;

  virtual std::expected<std::string, FileError> read(const std::string& path) = 0;

  // The file is either as it was or as `text`, whatever happens at any instant: a temporary file in the same directory,
  // fsync, rename, fsync of the directory. Owner and mode of an existing file are kept; a new one gets 0644. With
  // `secret`, nothing is readable by others: at most 0640. A symbolic link is followed, so that it stays one.
  // Being killed leaves the temporary file behind; the next write to the same path removes it.
  virtual std::expected<void, FileError> write(const std::string& path, const std::string& text, bool secret) = 0;

  // What holds a secret and was not written anew: takes away every right that `write` with `secret` would not have
  // given.
  virtual std::expected<void, FileError> restrict_access(const std::string& path) = 0;

  // True when the directory holds nothing that Redis would load by its default names: no *.rdb, no *.aof, and nothing
  // in appendonlydir.
  virtual std::expected<bool, FileError> holds_no_data(const std::string& directory) = 0;

  // The first `most` bytes of the one *.rdb in the directory: not_found where there is none, and an error where there
  // are several, for nobody can tell which of them Redis has loaded.
  virtual std::expected<std::string, FileError> rdb_head(const std::string& directory, std::size_t most) = 0;

  // The directory is there, and stays there after a crash of the machine. A new one is only for its owner, who is the
  // owner of the directory it is in, where that may be given.
  virtual std::expected<void, FileError> make_directory(const std::string& path) = 0;

  // As write(), but without waiting for the disk: whoever reads meanwhile sees the old text or the new one; after a
  // crash of the machine it may be the old one or nothing. Makes the directory as make_directory() does.
  virtual std::expected<void, FileError> note(const std::string& path, const std::string& text) = 0;

  // Everything in `directory` that Redis may load, with each directory in it that holds a *.manifest, as appenddirname
  // may name one, is on the disk when this returns, as far as it was written before, by whatever process; but for files
  // that this user may not open. Waits for the disk.
  virtual std::expected<void, FileError> sync_data(const std::string& directory) = 0;

  // Hard links of everything in `directory` that Redis may load, as above, in the new directory `copy` beside it: they
  // keep the bytes when Redis replaces its files, and cost nothing before. A `copy` that was there is removed first.
  // Returns how many bytes they hold; 0 where there was nothing to keep, and then there is no `copy`.
  virtual std::expected<std::uint64_t, FileError> keep_data(const std::string& directory, const std::string& copy) = 0;

  // A hard link `link` of the file `path`, in place of the one that was there, and in a directory that is there; both
  // names stay after a crash of the machine. Returns what tells this file, as it is now, from every other: one line.
  virtual std::expected<std::string, FileError> mark(const std::string& path, const std::string& link) = 0;

  // True when the file that was marked so was removed from `path` since, and nobody had written to it before. False
  // where that cannot be told.
  virtual bool was_removed(const std::string& path, const std::string& link, const std::string& mark) = 0;
};

}  // namespace agent
