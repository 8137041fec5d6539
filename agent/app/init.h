// The init container's job: waits until the master's name resolves (replicas), looks whether an empty first pod would
// wipe its peers, writes redis.conf. With a guarded boot it does neither: it writes a closed or parked redis.conf, and
// what the sidecar must know to end that. Runs against ports only; ends by calling `done` with the exit code.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "app/survey.h"
#include "ports/files.h"
#include "ports/journal.h"

namespace agent {

enum class ExitCode { done = 0, could_not = 1, usage = 2, timeout = 124 };

class Init {
 public:
  Init(const World& world, Random& random, Files& files, Journal& journal, const Settings& settings);

  void start(std::function<void(ExitCode)> done);

 private:
  void ask_dns();
  void on_answer(const DnsView& view);
  void wait(Reason reason);
  void on_timeout();
  void guard_first_pod();
  void on_survey(const Observation& observation);
  bool is_guarded() const { return settings_.guard.boot == Boot::guarded; }
  void write_conf();
  bool remember(const ConfEdit& edit);
  void tell_edits(const ConfEdit& edit);
  std::string role_in(const ConfBlock& block) const;
  std::optional<ConfBlock> block();
  std::optional<std::string> read_secret(const SecretSource& source, bool& failed);
  void fail(const std::string& sentence);
  void finish(ExitCode code);

  World world_;
  Random& random_;
  Files& files_;
  Journal& journal_;
  const Settings& settings_;
  std::function<void(ExitCode)> done_;
  Instant started_;
  Instant last_advice_;  // when the way out was last told
  std::optional<Reason> reason_;
  std::optional<IpAddress> master_;
  std::unique_ptr<Timer> next_query_;
  std::unique_ptr<Timer> limit_;
  std::unique_ptr<Survey> survey_;
};

}  // namespace agent
