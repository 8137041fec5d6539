#include "core/conf.h"

#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>

#include "core/text.h"
#include "fuzz/must.h"

namespace {

using namespace agent;
using fuzz::must;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

std::string first_word(std::string_view line) {
  const auto words = split_conf_line(line);
  return words && !words->empty() ? words->front() : "";
}

bool follows(std::string_view line) {
  const auto word = first_word(line);
  return equal_ignoring_case(word, "slaveof") || equal_ignoring_case(word, "replicaof");
}

std::optional<std::string> optional_text(FuzzedDataProvider& input) {
  return input.ConsumeBool() ? std::optional(input.ConsumeRandomLengthString(40)) : std::nullopt;
}

ConfBlock block_from(FuzzedDataProvider& input) {
  ConfBlock block;
  block.pod = input.ConsumeRandomLengthString(20);
  block.directive = input.ConsumeBool() ? Directive::slaveof : Directive::replicaof;
  if (input.ConsumeBool()) {
    block.master = MasterRef{input.ConsumeRandomLengthString(40), input.ConsumeIntegral<std::uint16_t>()};
  }
  block.masteruser = optional_text(input);
  block.masterauth = optional_text(input);
  block.announce_ip = optional_text(input);
  block.tune = input.ConsumeBool();
  block.closed = input.ConsumeBool();
  return block;
}

// What stands above our block, line by line, is what was there, but for what was taken out and a block of before.
void must_keep_lines(std::string_view conf, const ConfEdit& edit) {
  const auto before = lines_of(conf);
  const auto after = lines_of(edit.text);
  const auto begins = [](std::string_view line) { return trim(line).starts_with("# BEGIN redis-agent: pod "); };
  const auto block = std::ranges::find_if(after, begins);
  must(block != after.end(), "there is a block");
  auto at = before.begin();
  std::size_t gone = 0;
  for (auto line = after.begin(); line != block; ++line) {
    const auto same = [&](std::string_view old) {
      return old == *line || (!old.ends_with('\n') && line->starts_with(old));
    };
    const auto found = std::find_if(at, before.end(), same);
    must(found != before.end(), "every line above the block was there, in this order");
    gone += static_cast<std::size_t>(found - at);
    at = found + 1;
  }
  gone += static_cast<std::size_t>(before.end() - at);
  const auto old_begin =
      std::ranges::find_if(before, [](auto line) { return trim(line).starts_with("# BEGIN redis-agent"); });
  if (old_begin == before.end()) {
    must(gone == edit.removed.size(), "nothing is gone but what was said");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider input(data, size);
  const auto block = block_from(input);
  const auto conf = input.ConsumeRemainingBytesAsString();

  for (const auto& value : {block.pod, block.masterauth.value_or(""), conf}) {
    must(split_conf_line(quote_conf_value(value)) == std::vector{value}, "a quoted value is read back");
  }
  const auto edit = edit_conf(conf, block);
  if (!edit) {
    must(edit.error().starts_with("line "), "an error names its line");
    return 0;
  }
  const auto again = edit_conf(edit->text, block);
  must(again && again->text == edit->text, "a second run changes nothing");
  must(again->bind == edit->bind && again->min_replicas == edit->min_replicas,
       "what the block says is not the template's");
  must(again->removed.empty() && again->includes.size() == edit->includes.size(), "and takes nothing out");
  must_keep_lines(conf, *edit);

  std::optional<std::string> auth;
  std::size_t following = 0;
  bool ours = false;
  for (const auto line : lines_of(edit->text)) {
    ours = ours || line.starts_with("# BEGIN redis-agent: pod ");
    following += follows(line) ? 1 : 0;
    if (ours && first_word(line) == "masterauth") {
      auth = split_conf_line(line).value()[1];
    }
  }
  must(following == (block.master ? 1U : 0U), "one line follows the master, or none");
  must(auth == block.masterauth, "Redis reads the password that was given");
  return 0;
}
