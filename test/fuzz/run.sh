#!/bin/bash
# test/fuzz/run.sh SECONDS: runs every fuzz target that long, two at a time, from its seeds in corpus/ and from what
# earlier runs found (build/fuzz/found/). One line for each; 1 when one crashed, with the input kept and named.
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly BUILD=build/fuzz
readonly FUZZ=test/fuzz

run_one() {
  local name=$1 seconds=$2
  local found=$BUILD/found/$name log=$BUILD/$name.log
  mkdir -p "$found"
  if "$BUILD/test/fuzz_$name" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -max_len=4096 -print_final_stats=1 \
    -artifact_prefix="$BUILD/crash-$name-" "$found" "$FUZZ/corpus/$name" >"$log" 2>&1; then
    printf '%-10s %9s runs, coverage %s\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
      "$(grep -o 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2)"
  else
    printf '%-10s FAILED; see %s\n' "$name" "$log"
    grep -E 'not so:|ERROR:|runtime error:|Test unit written' "$log" | sed 's/^/           /'
    return 1
  fi
}

if [[ ${1:-} == --one ]]; then
  run_one "$2" "$3"
  exit
fi
if [[ ! ${1:-} =~ ^[0-9]+$ ]]; then
  echo "usage: test/fuzz/run.sh SECONDS, for each target" >&2
  exit 2
fi

if [[ ! -f $BUILD/build.ninja ]]; then
  CC=clang-19 CXX=clang++-19 cmake -S . -B "$BUILD" -G Ninja -DREDIS_AGENT_FUZZ=ON -DREDIS_AGENT_TESTS=OFF \
    -DREDIS_AGENT_SANITIZE=ON -DREDIS_AGENT_PCH=ON >/dev/null
fi
cmake --build "$BUILD" --target fuzz -j2 >"$BUILD/build.log" 2>&1 || { cat "$BUILD/build.log"; exit 1; }
for source in "$FUZZ"/*.cc; do basename "$source" .cc; done | xargs -P2 -I{} "$0" --one {} "$1" || exit 1
