// What Agents promises, held to by the simulated and the real one.
#include <gtest/gtest.h>

#include "contract/agents_lab.h"

namespace agent {
namespace {

using namespace std::chrono_literals;

const Published kKnown{.run_id = "run-1",
                       .continues = Standing{.at = {.replid = std::string(40, 'a'), .offset = 1'234'567'890'123},
                                             .certainty = Certainty::complete},
                       .ancestors = {{.replid = std::string(40, 'b'), .offset = 0}},
                       .began_with = 3,
                       .once = Position{.replid = std::string(40, 'c'), .offset = 5},
                       .once_ancestors = {{.replid = std::string(40, 'd'), .offset = 4}},
                       .lost = {{.replid = std::string(40, 'e'), .offset = 6}},
                       .is_snapshot = true,
                       .may_lack_end = true};

class AgentsContract : public testing::TestWithParam<std::unique_ptr<AgentsLab> (*)()> {
 protected:
  std::optional<Published> ask(Duration timeout = 2s) {
    int answers = 0;
    std::optional<Published> told;
    lab->agents().ask(lab->other(), timeout, [&](std::optional<Published> published) {
      ++answers;
      told = std::move(published);
    });
    EXPECT_EQ(answers, 0) << "called back from within the call";
    EXPECT_TRUE(lab->run_until([&] { return answers > 0; }, timeout + 500ms)) << "never called back";
    EXPECT_FALSE(lab->run_until([&] { return answers > 1; }, 50ms)) << "called back twice";
    return told;
  }

  std::unique_ptr<AgentsLab> lab = GetParam()();
};

INSTANTIATE_TEST_SUITE_P(, AgentsContract, testing::Values(&sim_agents, &real_agents),
                         [](const auto& which) { return which.index == 0 ? "sim" : "real"; });

TEST_P(AgentsContract, TellsWhatTheOtherPublishes) {
  lab->publish(kKnown);
  EXPECT_EQ(ask(), kKnown);
  auto now = kKnown;
  now.continues->certainty = Certainty::at_least;
  lab->publish(now);
  EXPECT_EQ(ask(), now);
  now.continues.reset();
  lab->publish(now);
  EXPECT_EQ(ask(), now);
}

TEST_P(AgentsContract, AnOlderAgentTellsNothing) {
  lab->publish(std::nullopt);
  EXPECT_EQ(ask(), std::nullopt);
}

TEST_P(AgentsContract, ASilentAgentTellsNothingWhenTheTimeIsOver) {
  lab->publish(kKnown);
  lab->silence();
  EXPECT_EQ(ask(200ms), std::nullopt);
}

TEST_P(AgentsContract, WhereNobodyListensNothingIsTold) {
  lab->publish(kKnown);
  lab->take_away();
  EXPECT_EQ(ask(), std::nullopt);
}

TEST_P(AgentsContract, AnswersEachQuestionOfMany) {
  lab->publish(kKnown);
  int told = 0;
  for (int i = 0; i < 5; ++i) {
    lab->agents().ask(lab->other(), 2s, [&](const std::optional<Published>& published) { told += published ? 1 : 0; });
  }
  EXPECT_TRUE(lab->run_until([&] { return told == 5; }, 2s));
}

TEST_P(AgentsContract, ADestroyedOneCallsNobody) {
  lab->publish(kKnown);
  bool called = false;
  lab->agents().ask(lab->other(), 100ms, [&](const std::optional<Published>&) { called = true; });
  lab->destroy_agents();
  EXPECT_FALSE(lab->run_until([&] { return called; }, 300ms));
}

}  // namespace
}  // namespace agent
