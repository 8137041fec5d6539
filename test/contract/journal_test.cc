// What a Journal promises, held to by the simulated and the real one; and the real one's JSON.
#include "io/journal.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>  // compiled in io/published.cc

#include "core/text.h"
#include "sim/journal.h"

namespace agent {
namespace {

class JournalLab {
 public:
  JournalLab() = default;
  JournalLab(const JournalLab&) = delete;
  JournalLab& operator=(const JournalLab&) = delete;
  virtual ~JournalLab() = default;
  virtual Journal& journal() = 0;
  // Everything told so far, as text; asked once.
  virtual std::string told() = 0;
};

class SimJournalLab : public JournalLab {
 public:
  Journal& journal() override { return journal_; }
  std::string told() override { return journal_.text(); }

 private:
  SimClock clock_;
  SimJournal journal_{clock_};
};

class RealJournalLab : public JournalLab {
 public:
  explicit RealJournalLab(LogFormat format = LogFormat::text) : journal_(clock_, format, "redis-\"1\"") {
    testing::internal::CaptureStderr();
  }
  ~RealJournalLab() override {
    if (capturing_) {
      testing::internal::GetCapturedStderr();
    }
  }
  Journal& journal() override { return journal_; }
  std::string told() override {
    capturing_ = false;
    return testing::internal::GetCapturedStderr();
  }

 private:
  SimClock clock_;
  StderrJournal journal_;
  bool capturing_ = true;
};

std::unique_ptr<JournalLab> sim_journal() { return std::make_unique<SimJournalLab>(); }
std::unique_ptr<JournalLab> real_journal() { return std::make_unique<RealJournalLab>(); }

const std::string kHostile = "first\nsecond \x1b[31mred\x07 {} %v \"quoted\" \\ \xff";

class JournalContract : public testing::TestWithParam<std::unique_ptr<JournalLab> (*)()> {
 protected:
  std::unique_ptr<JournalLab> lab = GetParam()();
};

INSTANTIATE_TEST_SUITE_P(, JournalContract, testing::Values(&sim_journal, &real_journal),
                         [](const auto& which) { return which.index == 0 ? "sim" : "real"; });

TEST_P(JournalContract, TellsOneLineAnEntryInOrder) {
  lab->journal().tell(Level::info, Reason::serving, "redis-0 serves");
  lab->journal().tell(Level::warning, Reason::link_down, "redis-1 lost its link");
  lab->journal().tell(Level::error, Reason::could_not, "cannot write");
  const auto told = lab->told();
  const auto lines = split(told, '\n');
  ASSERT_EQ(lines.size(), 4U) << told;
  EXPECT_TRUE(lines[0].ends_with(" serving: redis-0 serves")) << lines[0];
  EXPECT_TRUE(lines[1].ends_with(" link_down: redis-1 lost its link")) << lines[1];
  EXPECT_TRUE(lines[2].ends_with(" could_not: cannot write")) << lines[2];
  EXPECT_NE(lines[0].find(" info "), std::string::npos);
  EXPECT_NE(lines[1].find(" warning "), std::string::npos);
  EXPECT_NE(lines[2].find(" error "), std::string::npos);
}

TEST_P(JournalContract, NothingInASentenceBreaksTheLine) {
  lab->journal().tell(Level::info, Reason::serving, kHostile);
  const auto told = lab->told();
  EXPECT_EQ(split(told, '\n').size(), 2U) << told;
  EXPECT_EQ(told.find_first_of("\x1b\x07\r"), std::string::npos);
  EXPECT_NE(told.find("first\\x0asecond \\x1b[31mred\\x07 {} %v \"quoted\""), std::string::npos) << told;
}

TEST(RealJournalTest, TextHasTheTimeInUtc) {
  RealJournalLab lab;
  lab.journal().tell(Level::info, Reason::serving, "x");
  EXPECT_EQ(lab.told(), "2024-10-04T01:00:00.000Z info    serving: x\n");
}

TEST(RealJournalTest, JsonIsOneObjectALine) {
  RealJournalLab lab(LogFormat::json);
  lab.journal().tell(Level::warning, Reason::link_down, kHostile);
  lab.journal().tell(Level::info, Reason::serving, "");
  const auto told = lab.told();
  const auto lines = split(told, '\n');
  ASSERT_EQ(lines.size(), 3U) << told;
  const auto entry = boost::json::parse(lines[0]).as_object();
  EXPECT_EQ(entry.at("time"), "2024-10-04T01:00:00.000Z");
  EXPECT_EQ(entry.at("level"), "warning");
  EXPECT_EQ(entry.at("reason"), "link_down");
  EXPECT_EQ(entry.at("pod"), "redis-\"1\"");
  EXPECT_EQ(entry.at("message"), "first\nsecond \x1b[31mred\x07 {} %v \"quoted\" \\ \\xff");
  EXPECT_EQ(boost::json::parse(lines[1]).at("message"), "");
}

}  // namespace
}  // namespace agent
