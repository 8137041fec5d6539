#include <csignal>

#include "app/sidecar.h"
#include "cli/version.h"
#include "core/text.h"
#include "io/agents.h"
#include "io/files.h"
#include "io/http_server.h"
#include "io/journal.h"
#include "io/loop.h"
#include "io/process_cost.h"
#include "io/redis_link.h"
#include "io/resolver.h"
#include "show/site.h"
#include "wire/wire.h"

namespace agent {

namespace {

// The sidecar is gone 200 ms after TERM: half of that for clients, the rest for the end of the process.
constexpr Duration kPartingTime = std::chrono::milliseconds(100);

// HTTP for everybody and the Unix socket for `probe`; they answer the same.
bool listen(HttpServer& server, const Settings& settings, Journal& journal) {
  for (const auto& endpoint : {settings.run.http, Endpoint(UnixEndpoint{settings.socket})}) {
    if (const auto listening = server.listen(endpoint); !listening) {
      journal.tell(Level::error, Reason::could_not, listening.error());
      return false;
    }
  }
  return true;
}

// Every agent of a set serves on the same port.
std::uint16_t http_port(const Settings& settings) { return std::get<TcpEndpoint>(settings.run.http).port; }

}  // namespace

int run_sidecar(const Settings& settings) {
  Loop loop;
  RealFiles files;
  DnsResolver resolver(loop, settings.dns);
  HiredisPort redis(loop, files);
  StderrJournal journal(loop, settings.log_format, pod_name(settings.pod.identity));
  HttpAgents agents(loop, http_port(settings));
  Sidecar sidecar({loop, resolver, redis}, files, agents, journal, settings);
  std::unique_ptr<Site> site;
  const auto answer = [&](const Request& request) { return site->answer(request, sidecar.snapshot(), loop.now()); };
  HttpServer server(loop, answer, {.stop = kPartingTime});
  site = std::make_unique<Site>(settings.run, std::string(version()), loop.now(), server.counters(), process_cost,
                                [&sidecar] { return sidecar.accept_data_loss(); });
  if (!listen(server, settings, journal)) {
    return kCouldNot;
  }
  loop.on_signal([&](int number) {
    journal.tell(Level::info, Reason::agent_stopping, cat("told to end by ", number == SIGTERM ? "TERM" : "INT"));
    server.stop([&loop] { loop.stop(); });
  });
  sidecar.start();
  loop.run();
  return kDone;
}

}  // namespace agent
