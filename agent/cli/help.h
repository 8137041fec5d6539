// What --help prints, made from the tables of commands and settings. CLI11 parses but does not print: what it prints
// changes from one of its versions to the next.
#pragma once

#include <string>

#include "cli/command_table.h"

namespace agent {

std::string help_of_all();
std::string help_of(const CommandRow& command);

}  // namespace agent
