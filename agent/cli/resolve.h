// Raw texts to Settings, layer by layer: flag, REDIS_AGENT_<FLAG>, settings file, what the pod tells, default. Says of
// each setting where its value came from, and every error at once. Reads nothing itself: main hands it the texts.
#pragma once

#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/pod_layer.h"
#include "cli/setting_table.h"

namespace agent {

struct FlagValue {
  std::string name;   // of the setting
  std::string value;  // empty for --watch alone
};

struct RawInputs {
  Command command = Command::config;
  std::vector<FlagValue> flags;
  Environment environment;
  std::string hostname;
  ReadText read_file;
};

struct SettingValue {
  const SettingRow* row = nullptr;
  std::string value;   // masked if secret; empty where there is none
  std::string origin;  // "flag --service", "environment REDIS_AGENT_SERVICE", "pod: /etc/hosts", "default", ...
};

struct Resolved {
  Settings settings;
  std::vector<SettingValue> values;  // of the command's settings, in the order of the table
  std::vector<std::string> errors;   // each with what, where and the way out; empty: the settings can be used
  std::vector<std::string> warnings;
};

Resolved resolve(const RawInputs& inputs);

}  // namespace agent
