#include "core/duration.h"

#include <cstring>

#include "fuzz/must.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace agent;
  using fuzz::must;

  const auto text = fuzz::text_of(data, size);
  if (const auto read = parse_duration(text)) {
    must(*read >= Duration::zero() && *read <= std::chrono::days(365), "a duration is between nothing and a year");
    must(parse_duration(to_text(*read)) == *read, "what is written is read back");
  } else {
    must(read.error().starts_with("cannot read \""), "an error says what could not be read");
  }

  Duration::rep count = 0;
  std::memcpy(&count, data, std::min(size, sizeof count));
  const Duration any(count);
  must(!rough(any).empty(), "every duration can be said roughly");
  const bool readable = any >= Duration::zero() && any <= std::chrono::days(365);
  must(parse_duration(to_text(any)).has_value() == readable, "what cannot be set is not read");
  return 0;
}
