#include <cstdio>

#include "cli/version.h"

int main() { std::puts(agent::version().data()); }
