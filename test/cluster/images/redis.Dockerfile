# Redis or Valkey out of Debian's package, behaving as the official image does where a manifest can tell the two apart:
# the programs are in PATH, /data is there, and nothing needs root or a writable root file system.
ARG SUITE=trixie
FROM debian:${SUITE}-slim
ARG PACKAGES=redis-server
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${PACKAGES} \
 && rm -rf /var/lib/apt/lists/* \
 && mkdir -p /data
WORKDIR /data
