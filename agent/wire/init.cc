#include "app/init.h"

#include <csignal>

#include "core/text.h"
#include "io/files.h"
#include "io/journal.h"
#include "io/loop.h"
#include "io/redis_link.h"
#include "io/resolver.h"
#include "wire/wire.h"

namespace agent {

int run_init(const Settings& settings) {
  Loop loop;
  RealFiles files;
  SystemRandom random;
  DnsResolver resolver(loop, settings.dns);
  HiredisPort redis(loop, files);
  StderrJournal journal(loop, settings.log_format, pod_name(settings.pod.identity));
  int exit_code = kCouldNot;
  loop.on_signal([&](int number) {
    journal.tell(Level::warning, Reason::interrupted,
                 cat("ended by ", number == SIGTERM ? "TERM" : "INT", "; redis.conf is as it was"));
    exit_code = kBySignal + number;
    loop.stop();
  });
  Init init({loop, resolver, redis}, random, files, journal, settings);
  init.start([&](ExitCode code) {
    exit_code = static_cast<int>(code);
    loop.stop();
  });
  loop.run();
  return exit_code;
}

}  // namespace agent
