#include "core/rdb_head.h"

#include "fuzz/must.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto position = agent::position_in_rdb(agent::fuzz::text_of(data, size));
  if (position) {
    agent::fuzz::must(position->offset >= 0, "an offset counts bytes");
    agent::fuzz::must(position->replid.size() == 40, "a history has 40 digits");
  }
  return 0;
}
