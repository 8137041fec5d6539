#include "core/format.h"

#include <span>
#include <utility>

#include "core/text.h"

namespace agent {

namespace {

using Release = std::pair<int, int>;  // major, minor

std::optional<Release> release_of(const RedisInfo& info) {
  const auto parts = split(info.version, '.');
  const auto major = to_number<int>(parts[0]);
  const auto minor = parts.size() < 2 ? std::nullopt : to_number<int>(parts[1]);
  return major && minor ? std::optional(Release(*major, *minor)) : std::nullopt;
}

// The releases of one kind since which they write the same RDB version; a release that is newer than all here is read
// only by itself and what is newer still.
Release format_of(ServerKind kind, Release release) {
  static constexpr Release kRedis[] = {{5, 0}, {7, 0}, {7, 2}, {7, 4}, {8, 0}};  // RDB 9, 10, 11, 12, 12
  static constexpr Release kValkey[] = {{7, 2}};                                 // RDB 11 up to 8.1
  static constexpr Release kRedisKnown{8, 0};
  static constexpr Release kValkeyKnown{8, 1};
  const bool is_redis = kind == ServerKind::redis;
  if (release > (is_redis ? kRedisKnown : kValkeyKnown)) {
    return release;
  }
  Release format{0, 0};
  for (const auto& since : is_redis ? std::span<const Release>(kRedis) : std::span<const Release>(kValkey)) {
    format = since <= release ? since : format;
  }
  return format;
}

}  // namespace

bool can_read(const RedisInfo& reader, const RedisInfo& writer) {
  const auto mine = release_of(reader);
  const auto theirs = release_of(writer);
  if (!mine || !theirs) {
    return reader.kind == writer.kind && reader.version == writer.version;
  }
  if (reader.kind == writer.kind) {
    return *mine >= *theirs || format_of(reader.kind, *mine) >= format_of(writer.kind, *theirs);
  }
  // Valkey began as Redis 7.2 and reads what that wrote; the other way round nothing is promised.
  return reader.kind == ServerKind::valkey && *theirs <= Release(7, 2);
}

}  // namespace agent
