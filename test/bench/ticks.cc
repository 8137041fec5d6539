// The sidecar as main.cc wires it, without HTTP and with a tick far shorter than settings allow: a hundred thousand
// ticks in minutes, for the bench to watch the memory of this process. Not the product.
//
//   bench-ticks MILLISECONDS   in a pod of a set named redis, Service redis, namespace default
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "app/sidecar.h"
#include "io/agents.h"
#include "io/files.h"
#include "io/journal.h"
#include "io/loop.h"
#include "io/redis_link.h"
#include "io/resolver.h"

int main(int argc, char** argv) {
  std::array<char, 256> hostname{};
  gethostname(hostname.data(), hostname.size() - 1);
  agent::Settings settings;
  settings.pod.identity = agent::parse_identity(hostname.data(), settings.pod.first_ordinal).value();
  settings.pod.domain = {.service = "redis", .ns = "default", .cluster = "cluster.local"};
  settings.run.tick = std::chrono::milliseconds(argc == 2 ? std::atoi(argv[1]) : 1000);

  agent::Loop loop;
  agent::RealFiles files;
  agent::DnsResolver resolver(loop, settings.dns);
  agent::HiredisPort redis(loop, files);
  agent::StderrJournal journal(loop, settings.log_format, hostname.data());
  agent::HttpAgents agents(loop, 8379);
  agent::Sidecar sidecar({.clock = loop, .resolver = resolver, .redis = redis}, files, agents, journal, settings);
  sidecar.start();
  loop.run();
}
