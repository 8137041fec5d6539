#include "app/remember.h"

#include "core/closed_door.h"
#include "core/text.h"

namespace agent {

namespace {

std::unexpected<std::string> failed(const FileError& error) {
  return std::unexpected(cat(error.what, "; --data-dir must be Redis' data directory, and writable"));
}

}  // namespace

std::expected<std::string, std::string> remember_template(Files& files, const Settings& settings,
                                                          const ConfEdit& edit) {
  const auto& directory = settings.data_dir.value();
  const auto path = state_file(directory);
  const auto state = files.read(path);
  if (!state && state.error().kind != FileError::Kind::not_found) {
    return failed(state.error());
  }
  const auto pod = pod_fqdn(settings.pod.domain, pod_name(settings.pod.identity));
  const auto now = remembered(state ? std::optional(*state) : std::nullopt, pod, edit);
  const auto text = to_text(now.memory);
  if (!state || *state != text) {
    if (const auto made = files.make_directory(path.substr(0, path.rfind('/'))); !made) {
      return failed(made.error());
    }
    if (const auto written = files.write(path, text, false); !written) {
      return failed(written.error());
    }
  }
  return now.why_anew.empty() ? "" : cat(path, ' ', now.why_anew, "; begun anew");
}

}  // namespace agent
