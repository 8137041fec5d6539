// What the pod itself tells of its place, where nobody gave a setting: hostname, /etc/hosts, the service account's
// namespace, the search list of resolv.conf. Not the rules of names, which are core's.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/setting_table.h"

namespace agent {

// The text of a file, or why not: "cannot read /etc/hosts: No such file or directory".
using ReadText = std::function<std::expected<std::string, std::string>(const std::string& path)>;

// Setting's name -> where its value came from, "flag --service". What is not in it has its default.
using Origins = std::map<std::string_view, std::string>;

// Fills in what `draft` lacks, notes where it came from, and gives what could not be told, each with the way out.
std::vector<std::string> ask_pod(Draft& draft, Origins& origins, const std::string& hostname, const ReadText& read);

}  // namespace agent
