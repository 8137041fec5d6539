# Compose v2 out of Debian 13, for machines that have only docker-compose 1.29 (Debian 12).
FROM debian:trixie-slim
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends docker-cli docker-compose \
 && rm -rf /var/lib/apt/lists/*
