#include "core/action.h"

#include <array>

#include "core/text.h"

namespace agent {

namespace {
constexpr std::array<std::string_view, 7> kDeeds{"open_door", "follow", "promote",  "park",
                                                 "set_fence", "save",   "keep_copy"};

std::vector<std::vector<std::string>> demotion_to(const TcpEndpoint& target, bool drop_clients) {
  std::vector<std::vector<std::string>> commands{{"REPLICAOF", target.ip.text, std::to_string(target.port)}};
  if (drop_clients) {  // a connection stays open across a demotion and gets READONLY for ever
    commands.push_back({"CLIENT", "KILL", "TYPE", "normal"});
    commands.push_back({"CLIENT", "KILL", "TYPE", "pubsub"});
  }
  return commands;
}
}  // namespace

std::string_view to_text(Deed deed) { return kDeeds.at(static_cast<std::size_t>(deed)); }

std::vector<std::vector<std::string>> commands_of(const Action& action) {
  switch (action.deed) {
    case Deed::open_door:
      return {{"CONFIG", "SET", "bind", action.bind}};
    case Deed::follow:
      return demotion_to(action.target, action.drop_clients);
    case Deed::promote:
      return {{"REPLICAOF", "NO", "ONE"}};
    case Deed::park:
      return demotion_to(kParked, action.drop_clients);
    case Deed::set_fence:
      return {{"CONFIG", "SET", "min-replicas-to-write", std::to_string(action.min_replicas)}};
    case Deed::save:
      return {{"BGSAVE"}};
    case Deed::keep_copy:
      break;
  }
  return {};
}

std::string to_text(const Action& action) {
  const auto commands = commands_of(action);
  if (commands.empty()) {
    return "keep hard links of the data files";
  }
  std::string text;
  for (const auto& word : commands.front()) {
    text += cat(text.empty() ? "" : " ", word.empty() || word.contains(' ') ? cat('"', word, '"') : word);
  }
  return text;
}

}  // namespace agent
