#!/bin/bash
# Layout by clang-format and findings by clang-tidy: every C++ file's layout, every source of agent/. A source that was
# clean and whose own text, headers of ours and .clang-tidy did not change since is not read again (build/lint/).
set -euo pipefail
cd "$(dirname "$0")/.."
readonly CLANG=${CLANG_VERSION:-19}
readonly BUILD=${LINT_BUILD:-build/debug} # with compile_commands.json
readonly CACHE=build/lint

# The source and every header of ours that it sees.
closure() {
  local -A seen=()
  local queue=("$1") file header
  while ((${#queue[@]})); do
    file=${queue[0]}
    queue=("${queue[@]:1}")
    [[ -z ${seen[$file]:-} && -f $file ]] || continue
    seen[$file]=1
    while read -r header; do queue+=("agent/$header"); done < <(sed -n 's/^#include "\([^"]*\)".*/\1/p' "$file")
  done
  printf '%s\n' "${!seen[@]}" | sort
}

lint_one() {
  local source=$1 key out
  key=$(closure "$source" | xargs cat .clang-tidy CMakeLists.txt test/lint.sh | sha256sum | cut -c1-40)
  [[ -e $CACHE/$key ]] && return 0
  if out=$("clang-tidy-$CLANG" --quiet -p "$BUILD" "$source" 2>&1); then
    touch "$CACHE/$key"
  else
    grep -v ' warnings\? generated\|^Suppressed\|^Use -header-filter\|treated as error' <<<"$out" || true
    return 1
  fi
}

if [[ ${1:-} == --one ]]; then
  lint_one "$2"
  exit
fi

mkdir -p "$CACHE"
mapfile -t cpp < <(git ls-files -co --exclude-standard '*.cc' '*.h')
failed=0
"clang-format-$CLANG" --dry-run -Werror "${cpp[@]}" || failed=1

[[ -f $BUILD/compile_commands.json ]] || cmake -S . -B "$BUILD" -G Ninja -DREDIS_AGENT_SANITIZE=ON >/dev/null
mapfile -t sources < <(git ls-files -co --exclude-standard 'agent/*.cc')
printf '%s\0' "${sources[@]}" | xargs -0 -n1 -P2 "$0" --one || failed=1
if ((failed)); then
  echo "lint: see above; clang-format-$CLANG -i FILE puts the layout right" >&2
  exit 1
fi
echo "lint: ${#cpp[@]} files laid out, ${#sources[@]} sources without a finding, in $SECONDS s"
