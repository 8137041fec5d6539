// What a write that was killed left beside its file: the temporary file of an atomic write (files.cc). Not anybody
// else's file, and not that of a write under way.
#pragma once

#include <cstddef>
#include <string>

namespace agent {

// Between the name of the file and the six characters that mkostemp put in the place of as many X.
inline constexpr char kTemporaryMark = '.';
inline constexpr std::size_t kTemporaryCharacters = 6;

// Removes the leftovers of writes to `target`: beside it, named as above, regular files, owned by this user or by the
// owner of `target`, written before this process began. What cannot be removed stays: it harms nobody.
void remove_leftovers(const std::string& target);

}  // namespace agent
