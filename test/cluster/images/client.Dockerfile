# A real client, redis-py as Debian ships it, and what a test needs to look into a node.
FROM debian:trixie-slim
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-redis \
 && rm -rf /var/lib/apt/lists/*
