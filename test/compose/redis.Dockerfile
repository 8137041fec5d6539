# Redis out of Debian's package, behaving as the official image does where the compose file can tell the two apart:
# /data, `redis-server FILE` or just options as command, and not as root.
FROM debian:trixie-slim
RUN groupadd --system --gid 999 redis && useradd --system --gid 999 --uid 999 redis \
 && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends redis-server \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o redis -g redis /data
COPY redis-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
WORKDIR /data
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["redis-server"]
