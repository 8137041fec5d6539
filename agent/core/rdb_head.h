// The first bytes of an RDB file: where the data in it stands in the history of its writes. A master of Redis 6.2 loads
// its file without taking that up, and then INFO cannot tell. Not a reader of RDB: no key is looked at.
#pragma once

#include <optional>
#include <string_view>

#include "core/lineage.h"

namespace agent {

// All that stands before the keys is shorter.
inline constexpr std::size_t kRdbHeadMax = 4096;

// Nothing where the file does not say it: it was saved before the server had fed or followed anybody, or it is torn, or
// no RDB file.
std::optional<Position> position_in_rdb(std::string_view head);

}  // namespace agent
