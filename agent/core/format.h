// Whether one server can read the data of another: an older replica pointed at a master whose RDB it cannot read is
// emptied, and retries for ever, alive (FACTS). Not a parser of RDB files.
#pragma once

#include "core/info.h"

namespace agent {

// What is not known is not readable: a false "no" holds a replica, a false "yes" empties it.
bool can_read(const RedisInfo& reader, const RedisInfo& writer);

}  // namespace agent
