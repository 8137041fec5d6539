// Wiring: each command's ports as the real things, run to its end. Decides nothing but the exit code, which is what
// each function returns. One source a command, so that none pays for what another includes.
#pragma once

#include <string>

#include "core/settings.h"

namespace agent {

inline constexpr int kDone = 0;
inline constexpr int kCouldNot = 1;
inline constexpr int kUsage = 2;
inline constexpr int kBySignal = 128;  // plus the signal's number, as a shell says it

int run_init(const Settings& settings);
int run_sidecar(const Settings& settings);
int run_status(const Settings& settings);
int run_probe(const Settings& settings);
int run_bootstrap(const Settings& settings);

// To stdout; false where it cannot be written (a full disk, a closed pipe), which is said on stderr.
bool print(const std::string& text);

// To stderr.
void complain(const std::string& text);

}  // namespace agent
