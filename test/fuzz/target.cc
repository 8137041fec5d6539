// The target of an HTTP request, as anybody may send it.
#include "show/target.h"

#include <set>

#include "fuzz/must.h"
#include "fuzz/shown.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace agent;
  using fuzz::must;

  static const auto snapshot = test::healthy_snapshot(1);
  static const std::set<int> statuses{200, 400, 404, 503};
  const std::string text(fuzz::text_of(data, size));
  const auto target = parse_target(text);
  const auto answer = respond({.method = Method::get, .target = text}, fuzz::context_of(snapshot));
  must(statuses.contains(answer.status), "an answer has one of the statuses of README.md");
  must(target.has_value() || answer.status == 400, "what cannot be read is a bad request");
  fuzz::must_be_safe(answer);
  if (target) {
    for (const auto& [key, value] : target->query) {
      must(!key.empty() && target->value_of(key).has_value(), "every parameter is found by its name");
    }
  }
  return 0;
}
