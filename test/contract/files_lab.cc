#include "contract/files_lab.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "contract/child.h"
#include "io/files.h"
#include "sim/files.h"

namespace agent {

namespace {

class SimFilesLab : public FilesLab {
 public:
  Files& files() override { return files_; }
  std::string path(const std::string& name) const override { return name.empty() ? "/lab" : "/lab/" + name; }
  void put(const std::string& path, const std::string& text, unsigned mode) override { files_.put(path, text, mode); }
  void remove(const std::string& path) override { files_.remove(path); }
  void make_directory(const std::string& path) override { files_.put_directory(path); }
  void link(const std::string& path, const std::string& target) override { files_.link(path, target); }
  bool is_link(const std::string& path) const override { return files_.file(path) == nullptr; }
  std::string text(const std::string& path) const override { return files_.file(path)->text; }
  unsigned mode(const std::string& path) const override { return files_.file(path)->mode; }
  int entries(const std::string& directory) const override { return files_.entries(directory); }

  std::string unwritable(FileError::Kind kind, const std::string& text) override {
    put(path("broken/file"), text, 0644);
    files_.fail_writes(path("broken/file"), kind);
    return path("broken/file");
  }

 private:
  SimFiles files_;
};

// A mount of our own, gone with this process; false where that is not allowed.
bool mount_small_tmpfs(const std::string& path) {
  static const bool separate =
      unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  return separate && mount("tmpfs", path.c_str(), "tmpfs", 0, "size=64k") == 0;
}

class RealFilesLab : public FilesLab {
 public:
  ~RealFilesLab() override {
    if (!mounted_.empty()) {
      umount2(mounted_.c_str(), MNT_DETACH);
    }
    if (was_root_) {
      static_cast<void>(seteuid(0));
    }
  }

  Files& files() override { return files_; }
  std::string path(const std::string& name) const override { return directory_.path(name); }
  void put(const std::string& path, const std::string& text, unsigned mode) override {
    put_file(path, text);
    chmod(path.c_str(), mode);
  }
  void remove(const std::string& path) override { std::filesystem::remove(path); }
  void make_directory(const std::string& path) override { std::filesystem::create_directory(path); }
  void link(const std::string& path, const std::string& target) override {
    std::filesystem::create_symlink(target, path);
  }
  bool is_link(const std::string& path) const override { return std::filesystem::is_symlink(path); }
  std::string text(const std::string& path) const override { return file_text(path); }
  unsigned mode(const std::string& path) const override {
    struct stat about{};
    stat(path.c_str(), &about);
    return about.st_mode & 07777U;
  }
  int entries(const std::string& directory) const override {
    return static_cast<int>(std::distance(std::filesystem::directory_iterator(directory), {}));
  }

  std::string unwritable(FileError::Kind kind, const std::string& text) override {
    const auto inside = path("broken");
    make_directory(inside);
    if (kind == FileError::Kind::not_permitted) {
      put(inside + "/file", text, 0644);
      chmod(inside.c_str(), 0555);
      chmod(directory_.path().c_str(), 0755);
      was_root_ = geteuid() == 0 && seteuid(65'534) == 0;
      return inside + "/file";
    }
    if (!mount_small_tmpfs(inside)) {
      return "";
    }
    mounted_ = inside;
    put(inside + "/file", text, 0644);
    if (kind == FileError::Kind::no_space) {
      put(inside + "/fill", std::string(100'000, 'x'), 0644);
    } else {
      mount(nullptr, inside.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, "size=64k");
    }
    return inside + "/file";
  }

 private:
  TempDir directory_;
  std::string mounted_;
  bool was_root_ = false;
  RealFiles files_;
};

}  // namespace

std::unique_ptr<FilesLab> sim_files() { return std::make_unique<SimFilesLab>(); }
std::unique_ptr<FilesLab> real_files() { return std::make_unique<RealFilesLab>(); }

}  // namespace agent
