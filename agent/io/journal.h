// The journal on stderr: one line an entry, as text or as JSON, written at once. spdlog is behind it, in one source.
#pragma once

#include <memory>
#include <string>

#include "core/settings.h"
#include "ports/clock.h"
#include "ports/journal.h"

namespace agent {

class StderrJournal : public Journal {
 public:
  // `pod` stands in every JSON line.
  StderrJournal(const Clock& clock, LogFormat format, std::string pod);
  ~StderrJournal() override;

  // Control bytes of `sentence` are shown as \xHH, so that an entry is one line whatever a server said.
  void tell(Level level, Reason reason, const std::string& sentence) override;

 private:
  struct Sink;
  const Clock& clock_;
  LogFormat format_;
  std::string pod_;
  std::unique_ptr<Sink> sink_;
};

}  // namespace agent
