// One pod in words, as the table and the page show it. What is not known is empty text.
#pragma once

#include <string>
#include <vector>

#include "core/set_status.h"

namespace agent {

struct PodRow {
  std::string name;
  std::string addresses;
  std::string role;
  std::string follows;    // whom it was told to follow: a pod of the set by name, else host:port
  std::string connected;  // whom it is connected to
  std::string link;       // "up", "down 12s", "sync"
  std::string lag;        // "0 B, 0.3s"
  std::string keys;
  std::string version;  // "redis 7.0.15"
  std::string offset;
  std::string replid;  // its first 8 characters
  std::string memory;
  std::string clients;
  std::string uptime;
  std::string contact;
  std::string reason;
  std::string way_out;
  std::string sentence;
  Health health = Health::unknown;
  bool is_self = false;
};

std::vector<PodRow> pod_rows(const SetStatus& set);

}  // namespace agent
