// `status` for people: one row a pod, then what is wrong and the way out of it. Not the programs' form: json.h.
#pragma once

#include <string>

#include "core/set_status.h"

namespace agent {

struct TableStyle {
  bool wide = false;   // every column, as broad as it takes; else at most 120 columns
  bool color = false;  // ANSI colours
};

std::string status_table(const SetStatus& set, TableStyle style);

}  // namespace agent
