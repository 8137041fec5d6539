// The real Files: killed at every single system call of a write, the file is whole; and what only a real disk has.
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "contract/child.h"
#include "io/files.h"

namespace agent {
namespace {

enum class Fate { finished, killed, cannot_trace };

// Writes in a child that is killed at its `stop`-th system call boundary, each call having two: before and after.
Fate write_and_kill(const std::string& path, const std::string& text, int stop) {
  const pid_t child = fork();
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) {
      _exit(3);
    }
    raise(SIGSTOP);
    RealFiles files;
    _exit(files.write(path, text, false) ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  for (int seen = 0; WIFSTOPPED(status) && seen < stop; ++seen) {
    ptrace(PTRACE_SYSCALL, child, nullptr, nullptr);
    waitpid(child, &status, 0);
  }
  if (WIFSTOPPED(status)) {
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return Fate::killed;
  }
  EXPECT_NE(WEXITSTATUS(status), 1) << "the write failed";
  return WEXITSTATUS(status) == 3 ? Fate::cannot_trace : Fate::finished;
}

std::ptrdiff_t entries_of(const TempDir& directory) {
  return std::distance(std::filesystem::directory_iterator(directory.path()), {});
}

TEST(RealFilesTest, KilledAtAnySystemCallTheFileIsWhole) {
  const TempDir directory;
  const auto path = directory.path("redis.conf");
  const std::string before(10'000, 'o');
  const std::string after(300'000, 'n');
  int stops = 0;
  int saw_old = 0;
  for (Fate fate = Fate::killed; fate == Fate::killed; ++stops) {
    for (const auto& left : std::filesystem::directory_iterator(directory.path())) {
      std::filesystem::remove(left);  // or each write has more system calls than the one before: it looks at them
    }
    put_file(path, before);
    fate = write_and_kill(path, after, stops);
    if (fate == Fate::cannot_trace) {
      GTEST_SKIP() << "this machine does not allow ptrace";
    }
    const auto found = file_text(path);
    saw_old += found == before ? 1 : 0;
    ASSERT_TRUE(found == before || found == after) << "torn at stop " << stops << ": " << found.size() << " bytes";
  }
  EXPECT_GT(stops, 20) << "a write has at least ten system calls";
  EXPECT_GT(saw_old, 10) << "most of them come before the rename";
  EXPECT_EQ(file_text(path), after);
}

void put_old_file(const std::string& path) {
  put_file(path, "left");
  std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
}

TEST(RealFilesTest, RemovesWhatAKilledWriteLeft) {
  const TempDir directory;
  const auto path = directory.path("redis.conf");
  put_file(path, "old");
  for (int stops = 0; !std::filesystem::exists(directory.path("kept")); ++stops) {
    const auto fate = write_and_kill(path, "new", stops);
    if (fate == Fate::cannot_trace) {
      GTEST_SKIP() << "this machine does not allow ptrace";
    }
    ASSERT_EQ(fate, Fate::killed) << "no kill left a temporary file";
    for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
      if (entry.path() != path) {
        put_old_file(directory.path("kept"));
        std::filesystem::last_write_time(entry.path(), std::filesystem::last_write_time(directory.path("kept")));
      }
    }
  }
  EXPECT_EQ(entries_of(directory), 3) << "the conf, what was left, and the mark that it was seen";
  ASSERT_TRUE(RealFiles().write(path, "newer", false));
  EXPECT_EQ(entries_of(directory), 2);
  EXPECT_EQ(file_text(path), "newer");
}

TEST(RealFilesTest, RemovesNothingElse) {
  const TempDir directory;
  const auto path = directory.path("redis.conf");
  put_file(path, "old");
  const std::vector<std::string> others{"redis.conf.backup1", "redis.conf.save",   "redis.conf.ab-cde",
                                        "redis.confXabcdef",  "other.conf.abcdef", "redis.conf.",
                                        "xredis.conf.abcdef"};
  for (const auto& name : others) {
    put_old_file(directory.path(name));
  }
  put_file(directory.path("redis.conf.new001"), "of a write under way");
  std::filesystem::create_directory(directory.path("redis.conf.dir001"));
  put_old_file(directory.path("target"));
  std::filesystem::create_symlink(directory.path("target"), directory.path("redis.conf.link01"));
  int strangers = 0;
  if (geteuid() == 0) {
    put_old_file(directory.path("redis.conf.alien1"));
    ASSERT_EQ(chown(directory.path("redis.conf.alien1").c_str(), 999, 999), 0);
    strangers = 1;
  }
  const auto before = entries_of(directory);
  ASSERT_EQ(before, std::ssize(others) + 5 + strangers);
  put_old_file(directory.path("redis.conf.aB3xyZ"));
  ASSERT_TRUE(RealFiles().write(path, "new", false));
  EXPECT_EQ(entries_of(directory), before) << "and that one is gone";
  EXPECT_FALSE(std::filesystem::exists(directory.path("redis.conf.aB3xyZ")));
}

TEST(RealFilesTest, KeepsTheOwner) {
  if (geteuid() != 0) {
    GTEST_SKIP() << "only root can see another owner kept";
  }
  const TempDir directory;
  const auto path = directory.path("redis.conf");
  put_file(path, "old");
  ASSERT_EQ(chown(path.c_str(), 999, 998), 0);
  ASSERT_TRUE(RealFiles().write(path, "new", false));
  struct stat about{};
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_uid, 999U);
  EXPECT_EQ(about.st_gid, 998U);
}

TEST(RealFilesTest, ANewDirectoryIsForTheOwnerOfTheOneAboveIt) {
  const TempDir directory;
  const bool is_root = geteuid() == 0;
  if (is_root) {
    ASSERT_EQ(chown(directory.path().c_str(), 999, 998), 0);
  }
  ASSERT_TRUE(RealFiles().make_directory(directory.path("made")));
  struct stat about{};
  ASSERT_EQ(stat(directory.path("made").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777U, 0700U);
  EXPECT_EQ(about.st_uid, is_root ? 999U : geteuid());
}

TEST(RealFilesTest, WritesARelativePath) {
  const TempDir directory;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  const auto written = RealFiles().write("redis.conf", "new", false);
  std::filesystem::current_path(before);
  EXPECT_TRUE(written) << written.error().what;
  EXPECT_EQ(file_text(directory.path("redis.conf")), "new");
}

TEST(RealFilesTest, RefusesAFileThatIsNoConf) {
  const TempDir directory;
  put_file(directory.path("huge"), std::string(RealFiles::kReadMax + 1, 'x'));
  const auto read = RealFiles().read(directory.path("huge"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().what, "cannot read " + directory.path("huge") + ": File too large");
}

}  // namespace
}  // namespace agent
