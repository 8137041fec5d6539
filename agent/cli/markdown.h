// The tables of README.md that follow from code in this folder.
#pragma once

#include <string>
#include <string_view>

namespace agent {

// Text for a cell of a table: a bar would end the cell, and <set> would be a tag.
std::string markdown_cell(std::string_view text);

// Every setting: flag, environment, default, who takes it, what it is.
std::string settings_markdown();

}  // namespace agent
