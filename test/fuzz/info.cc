// What a Redis says of itself, from its text to everything that is shown of it.
#include "core/info.h"

#include <string>
#include <vector>

#include "fuzz/must.h"
#include "fuzz/shown.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace agent;
  using fuzz::must;

  const auto text = fuzz::text_of(data, size);
  const auto info = parse_info(text);
  must(!info.link || info.role == Role::replica, "only a replica has a link");
  must(info.replicas.empty() || info.role == Role::master, "only a master lists replicas");
  if (const auto master = parse_master_client(text)) {
    must(parse_endpoint(to_text(Endpoint(master->address))) == Endpoint(master->address),
         "a master's address is an address");
  }
  must(!to_text(contact_of_error(text)).empty(), "every error has a word");

  // To show everything of every input would leave time for few inputs.
  static const std::vector<std::string> targets{"/v1/status", "/metrics", "/", "/readyz?verbose"};
  const int self = size % 2 == 0 ? 0 : 1;
  auto seen = test::healthy_set(self);
  seen.pods[1].redis->value.info = std::make_shared<RedisInfo>(info);
  seen.pods[1].redis->value.error = text;
  fuzz::must_show_safely(test::snapshot_of(seen, self), targets[size / 2 % targets.size()]);
  return 0;
}
