#!/usr/bin/env bash
# Prints the path of a redis-server from Debian 13 that runs on this machine, for tests against two versions: taken out of
# the image that test/compose makes, started with its own C library. Without a Docker engine it fails and says why.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD/build/newer-redis
image=redis-agent-test-redis

if [ ! -x "$root/redis-server" ]; then
  docker info >/dev/null 2>&1 || { echo "no Docker engine answers" >&2; exit 1; }
  docker build --quiet --tag $image --file test/compose/redis.Dockerfile test/compose >/dev/null
  rm -rf "$root"
  mkdir -p "$root"
  container=$(docker create $image)
  docker export "$container" | tar -x -C "$root" --wildcards 'usr/lib/*-linux-gnu' usr/bin/redis-check-rdb usr/bin/redis-server
  docker rm "$container" >/dev/null
  loader=$(echo "$root"/usr/lib/*-linux-gnu/ld-linux-*)
  cat >"$root/redis-server" <<END
#!/bin/sh
exec "$loader" --argv0 redis-server --library-path "${loader%/*}" "$root/usr/bin/redis-server" "\$@"
END
  chmod +x "$root/redis-server"
fi
echo "$root/redis-server"
