// Raw inputs for resolve() without a pod: flags as "service=redis", files by path.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/resolve.h"

namespace agent {

struct GivenInputs {
  Command command = Command::run;
  std::vector<std::string> flags;
  Environment environment;
  std::map<std::string, std::string> files;
  std::string hostname = "redis-1";
};

inline const std::string kHostsOfAPod =
    "127.0.0.1\tlocalhost\n10.1.0.7\tredis-1.redis.shop.svc.cluster.local\tredis-1\n";

// A pod of a StatefulSet as it comes: only the kubelet's /etc/hosts.
inline GivenInputs a_pod(Command command) {
  return {.command = command,
          .flags = {},
          .environment = {},
          .files = {{"/etc/hosts", kHostsOfAPod}},
          .hostname = "redis-1"};
}

inline Resolved resolve(const GivenInputs& given) {
  RawInputs inputs{
      .command = given.command,
      .flags = {},
      .environment = given.environment,
      .hostname = given.hostname,
      .read_file = [files = given.files](const std::string& path) -> std::expected<std::string, std::string> {
        const auto file = files.find(path);
        return file == files.end() ? std::unexpected("cannot read " + path + ": No such file or directory")
                                   : std::expected<std::string, std::string>(file->second);
      }};
  for (const auto& flag : given.flags) {
    const auto equals = flag.find('=');
    inputs.flags.push_back({flag.substr(0, equals), equals == std::string::npos ? "" : flag.substr(equals + 1)});
  }
  return resolve(inputs);
}

inline const SettingValue& value_of(const Resolved& resolved, std::string_view setting) {
  for (const auto& value : resolved.values) {
    if (value.row->name == setting) {
      return value;
    }
  }
  static const SettingValue kNone{.row = nullptr, .value = "no such row", .origin = "nowhere"};
  return kNone;
}

}  // namespace agent
