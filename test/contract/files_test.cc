// What Files promises, held to by the simulated and the real one.
#include <gtest/gtest.h>

#include "contract/files_lab.h"

namespace agent {
namespace {

class FilesContract : public testing::TestWithParam<std::unique_ptr<FilesLab> (*)()> {
 protected:
  void SetUp() override { lab->put(path, "old\n", 0644); }
  void write(const std::string& file, const std::string& text, bool secret = false) {
    const auto written = lab->files().write(file, text, secret);
    EXPECT_TRUE(written) << written.error().what;
  }

  std::unique_ptr<FilesLab> lab = GetParam()();
  const std::string path = lab->path("redis.conf");
};

INSTANTIATE_TEST_SUITE_P(, FilesContract, testing::Values(&sim_files, &real_files),
                         [](const auto& which) { return which.index == 0 ? "sim" : "real"; });

TEST_P(FilesContract, ReadsBackWhatWasWritten) {
  std::string every_byte;
  for (int i = 0; i < 256; ++i) {
    every_byte.push_back(static_cast<char>(i));
  }
  for (const auto& text : {std::string(), std::string("new\n"), every_byte, std::string(1U << 20U, 'x')}) {
    write(path, text);
    EXPECT_EQ(lab->files().read(path), text);
    EXPECT_EQ(lab->text(path), text);
  }
  EXPECT_EQ(lab->entries(lab->path("")), 1) << "nothing else is left beside it";
}

TEST_P(FilesContract, ANewFileIsReadableByAllUnlessItIsSecret) {
  write(lab->path("plain"), "x");
  EXPECT_EQ(lab->mode(lab->path("plain")), 0644U);
  write(lab->path("secret"), "x", true);
  EXPECT_EQ(lab->mode(lab->path("secret")), 0640U);
}

TEST_P(FilesContract, KeepsTheModeAndTakesAwayOnlyWhatASecretMustNotHave) {
  for (const auto [before, plain, secret] :
       {std::array{0644U, 0644U, 0640U}, {0600U, 0600U, 0600U}, {0664U, 0664U, 0640U}, {0640U, 0640U, 0640U}}) {
    lab->put(path, "old", before);
    write(path, "new");
    EXPECT_EQ(lab->mode(path), plain);
    write(path, "newer", true);
    EXPECT_EQ(lab->mode(path), secret);
  }
}

TEST_P(FilesContract, FollowsALinkSoThatItStaysOne) {
  const auto link = lab->path("link");
  lab->link(link, path);
  write(link, "new\n");
  EXPECT_TRUE(lab->is_link(link));
  EXPECT_EQ(lab->text(path), "new\n");
  EXPECT_EQ(lab->files().read(link), "new\n");
}

TEST_P(FilesContract, FollowsALinkToAFileThatIsNotThereYet) {
  const auto link = lab->path("link");
  lab->link(link, lab->path("later"));
  EXPECT_FALSE(lab->files().read(link));
  write(link, "new\n");
  EXPECT_TRUE(lab->is_link(link));
  EXPECT_EQ(lab->text(lab->path("later")), "new\n");
}

TEST_P(FilesContract, NamesThePathAndTheReason) {
  auto read = lab->files().read(lab->path("missing"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, FileError::Kind::not_found);
  EXPECT_EQ(read.error().what, "cannot read " + lab->path("missing") + ": No such file or directory");

  lab->make_directory(lab->path("directory"));
  read = lab->files().read(lab->path("directory"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().what, "cannot read " + lab->path("directory") + ": Is a directory");

  auto written = lab->files().write(lab->path("no/such/file"), "x", false);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, FileError::Kind::not_found);
  EXPECT_NE(written.error().what.find(lab->path("no/such/file") + ": No such file or directory"), std::string::npos);

  written = lab->files().write(lab->path("directory"), "x", false);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().what, "cannot write " + lab->path("directory") + ": Is a directory");
}

TEST_P(FilesContract, AFailedWriteLeavesTheOldFileAndNothingElse) {
  const std::vector<std::pair<FileError::Kind, std::string>> failures = {
      {FileError::Kind::not_permitted, "Permission denied"},
      {FileError::Kind::no_space, "No space left on device"},
      {FileError::Kind::read_only, "Read-only file system"}};
  for (const auto& [kind, words] : failures) {
    lab = GetParam()();
    const auto broken = lab->unwritable(kind, "old\n");
    if (broken.empty()) {
      GTEST_SKIP() << "cannot mount a file system of its own to see: " << words;
    }
    const auto directory = broken.substr(0, broken.rfind('/'));
    const auto before = lab->entries(directory);
    const auto written = lab->files().write(broken, std::string(20'000, 'n'), false);
    ASSERT_FALSE(written) << words;
    EXPECT_EQ(written.error().kind, kind) << written.error().what;
    EXPECT_NE(written.error().what.find(broken + ": " + words), std::string::npos) << written.error().what;
    EXPECT_EQ(lab->text(broken), "old\n");
    EXPECT_EQ(lab->entries(directory), before);
  }
}

TEST_P(FilesContract, MakesADirectoryOnceAndOnlyOneLevel) {
  const auto made = lab->path("made");
  for (int times = 0; times < 2; ++times) {
    const auto result = lab->files().make_directory(made);
    EXPECT_TRUE(result) << result.error().what;
  }
  write(made + "/file", "x");
  EXPECT_EQ(lab->files().read(made + "/file"), "x");
  auto result = lab->files().make_directory(lab->path("no/such"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, FileError::Kind::not_found);
  EXPECT_EQ(result.error().what, "cannot make the directory " + lab->path("no/such") + ": No such file or directory");
  result = lab->files().make_directory(path);
  ASSERT_FALSE(result) << "a file is there";
  EXPECT_EQ(result.error().what, "cannot make the directory " + path + ": File exists");
}

TEST_P(FilesContract, KnowsWhetherRedisWouldLoadSomething) {
  const auto data = lab->path("data");
  EXPECT_FALSE(lab->files().holds_no_data(data)) << "no such directory is not an empty one";
  lab->make_directory(data);
  EXPECT_EQ(lab->files().holds_no_data(data), true);
  for (const auto* harmless : {"lost+found", "nodes.conf", "temp-17.rdb", "temp-rewriteaof-bg-17.aof"}) {
    lab->put(data + "/" + harmless, "x", 0644);
  }
  lab->make_directory(data + "/appendonlydir");
  EXPECT_EQ(lab->files().holds_no_data(data), true) << "an empty appendonlydir has nothing to load";
  lab->make_directory(data + "/others");
  lab->put(data + "/others/some.rdb", "x", 0644);
  lab->make_directory(data + "/.redis-agent");
  lab->put(data + "/.redis-agent/some.manifest", "x", 0644);
  EXPECT_EQ(lab->files().holds_no_data(data), true) << "of other directories Redis reads nothing";
  int set = 0;
  for (const auto* loaded : {"dump.rdb", "other.rdb", "appendonly.aof", "appendonlydir/appendonly.aof.manifest"}) {
    const auto other = lab->path("data" + std::to_string(++set));
    lab->make_directory(other);
    lab->make_directory(other + "/appendonlydir");
    lab->put(other + "/" + loaded, "x", 0644);
    EXPECT_EQ(lab->files().holds_no_data(other), false) << loaded;
  }
  lab->make_directory(data + "/appendonlydir.old");
  lab->put(data + "/appendonlydir.old/appendonly.aof.manifest", "x", 0644);
  EXPECT_EQ(lab->files().holds_no_data(data), true) << "put aside";
}

TEST_P(FilesContract, SyncsWhatRedisWouldLoad) {
  const auto data = lab->path("data");
  const auto missing = lab->files().sync_data(data);
  ASSERT_FALSE(missing) << "no such directory";
  EXPECT_EQ(missing.error().what, "cannot read the directory " + data + ": No such file or directory");
  lab->make_directory(data);
  lab->make_directory(data + "/appendonlydir");
  EXPECT_TRUE(lab->files().sync_data(data)) << "nothing to sync is no error";
  lab->put(data + "/dump.rdb", "REDIS0010", 0644);
  lab->put(data + "/appendonlydir/appendonly.aof.1.incr.aof", "x", 0644);
  const auto synced = lab->files().sync_data(data);
  EXPECT_TRUE(synced) << synced.error().what;
}

TEST_P(FilesContract, KeepsWhatRedisWouldLoadThoughItsFilesAreReplaced) {
  const auto data = lab->path("data");
  const auto copy = lab->path("copy");
  EXPECT_FALSE(lab->files().keep_data(data, copy)) << "no such directory";
  lab->make_directory(data);
  EXPECT_EQ(lab->files().keep_data(data, copy), 0U) << "there is nothing";
  const std::vector<std::string> kept{"/dump.rdb", "/parts/written.1.incr", "/parts/written.manifest"};
  lab->make_directory(data + "/parts");  // appenddirname parts, appendfilename written
  for (const auto& name : kept) {
    lab->put(data + name, "old", 0644);
  }
  lab->put(data + "/redis.conf", "not data", 0644);
  EXPECT_EQ(lab->files().keep_data(data, copy), 9U) << "bytes, without those of redis.conf";
  write(data + "/dump.rdb", "new");
  for (const auto& name : kept) {
    EXPECT_EQ(lab->text(copy + name), "old") << name;
  }
  EXPECT_EQ(lab->files().keep_data(data, copy), 9U) << "in place of the copy before";
  EXPECT_EQ(lab->text(copy + "/dump.rdb"), "new");
}

TEST_P(FilesContract, ReadsTheHeadOfTheOneRdbFile) {
  const auto data = lab->path("data");
  EXPECT_FALSE(lab->files().rdb_head(data, 9)) << "no such directory";
  lab->make_directory(data);
  lab->make_directory(data + "/appendonlydir");
  lab->put(data + "/appendonlydir/appendonly.aof.1.base.rdb", "REDIS0010", 0644);
  lab->put(data + "/temp-17.rdb", "REDIS0011", 0644);
  const auto none = lab->files().rdb_head(data, 9);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, FileError::Kind::not_found) << none.error().what;

  lab->put(data + "/saved.rdb", std::string("REDIS0009\0\xfa", 11), 0644);
  EXPECT_EQ(lab->files().rdb_head(data, 10), std::string("REDIS0009\0", 10));
  EXPECT_EQ(lab->files().rdb_head(data, 4096), std::string("REDIS0009\0\xfa", 11)) << "all of a short one";

  lab->put(data + "/other.rdb", "REDIS0009", 0644);
  const auto several = lab->files().rdb_head(data, 9);
  ASSERT_FALSE(several) << "nobody can tell which one is loaded";
  EXPECT_NE(several.error().kind, FileError::Kind::not_found) << several.error().what;
}

TEST_P(FilesContract, TellsWhetherAMarkedFileWasRemovedOrWrittenTo) {
  const auto file = lab->path("redis.pid");
  const auto link = lab->path("process");
  const auto missing = lab->files().mark(file, link);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, FileError::Kind::not_found) << missing.error().what;
  EXPECT_FALSE(lab->files().was_removed(file, link, "")) << "nothing was marked";

  lab->put(file, "1\n", 0644);
  const auto first = lab->files().mark(file, link).value();
  EXPECT_EQ(lab->files().mark(file, link), first) << "in place of the link before";
  EXPECT_FALSE(lab->files().was_removed(file, link, first)) << "it is there";
  do {  // until the file system's clock has moved
    lab->put(file, "1\n", 0644);
  } while (lab->files().mark(file, lab->path("now")) == first);
  EXPECT_FALSE(lab->files().was_removed(file, link, first)) << "the next process wrote to it";
  lab->remove(file);
  EXPECT_FALSE(lab->files().was_removed(file, link, first)) << "and it was that one who ended in order";

  lab->put(file, "1\n", 0644);
  const auto second = lab->files().mark(file, link).value();
  EXPECT_NE(second, first);
  lab->remove(file);
  EXPECT_TRUE(lab->files().was_removed(file, link, second));
  lab->put(file, "1\n", 0644);
  EXPECT_TRUE(lab->files().was_removed(file, link, second)) << "this is the next one's";
  EXPECT_FALSE(lab->files().was_removed(file, link, first)) << "another was marked since";
}

}  // namespace
}  // namespace agent
