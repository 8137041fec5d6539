#include "show/routes.h"

#include <algorithm>
#include <array>
#include <expected>

#include "core/duration.h"
#include "core/text.h"
#include "core/utf8.h"
#include "show/checks.h"
#include "show/json.h"
#include "show/metrics.h"
#include "show/page.h"
#include "show/target.h"

namespace agent {

namespace {

Body body(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

Answer plain(int status, std::string text) { return {.status = status, .body = body(std::move(text))}; }

Answer bad_request(std::string_view why) { return plain(400, cat(why, '\n')); }

LoopAge loop_of(const RouteContext& context) {
  const auto last = context.snapshot != nullptr ? context.snapshot->at : context.started;
  return {.age = std::max(Duration::zero(), context.now - last), .max = loop_age_max(context.tick)};
}

// A misspelt parameter must not pass for the default.
std::optional<Answer> unknown_parameter(const Target& target, std::string_view known) {
  for (const auto& [name, value] : target.query) {
    if (name != "verbose" && name != known) {
      return bad_request(cat("unknown parameter \"", one_line(name), "\": ", target.path, " knows verbose",
                             known.empty() ? "" : " and ", known, "; for example ", target.path, "?verbose"));
    }
  }
  return std::nullopt;
}

Answer checked(const Target& target, const Checks& checks) {
  static const auto ok = body("ok\n");
  if (checks.passed() && !target.value_of("verbose")) {
    return {.body = ok};
  }
  return plain(checks.passed() ? 200 : 503, checks_text(std::string_view(target.path).substr(1), checks));
}

Answer live(const Target& target, const RouteContext& context) {
  if (auto unknown = unknown_parameter(target, {})) {
    return *unknown;
  }
  return checked(target, check_live(loop_of(context)));
}

Answer ready(const Target& target, const RouteContext& context) {
  if (auto unknown = unknown_parameter(target, {})) {
    return *unknown;
  }
  return checked(target, check_ready(loop_of(context), context.snapshot));
}

Answer master(const Target& target, const RouteContext& context) {
  if (auto unknown = unknown_parameter(target, {})) {
    return *unknown;
  }
  return checked(target, check_master(loop_of(context), context.snapshot));
}

Answer replica(const Target& target, const RouteContext& context) {
  if (auto unknown = unknown_parameter(target, "max-lag")) {
    return *unknown;
  }
  auto max_lag = context.max_lag;
  if (const auto asked = target.value_of("max-lag")) {
    const auto parsed = parse_duration(*asked);
    if (!parsed) {
      return bad_request(cat("max-lag: ", one_line(parsed.error()), "; for example /replica?max-lag=10s"));
    }
    max_lag = *parsed;
  }
  return checked(target, check_replica(loop_of(context), context.snapshot, max_lag));
}

Answer not_yet() { return plain(503, "starting: the agent has not looked at its Redis yet\n"); }

Answer status(const Target&, const RouteContext& context) {
  if (context.snapshot == nullptr) {
    return not_yet();
  }
  return {.content_type = "application/json",
          .body = body(to_json(agent_document(*context.snapshot, context.version)))};
}

Answer metrics(const Target&, const RouteContext& context) {
  MetricsInput input{.snapshot = context.snapshot, .version = context.version, .http = {}, .process = context.process};
  if (context.http != nullptr) {
    input.http = *context.http;
  }
  return {.content_type = kMetricsType, .body = body(metrics_text(input))};
}

Answer page(const Target&, const RouteContext& context) {
  if (context.snapshot == nullptr) {
    return not_yet();
  }
  return {.content_type = "text/html; charset=utf-8",
          .body = body(page_html(*context.snapshot, context.version)),
          .fields = kPageFields};
}

using Respond = Answer (*)(const Target&, const RouteContext&);

constexpr std::array<RouteText, 8> kRoutes{{
    {"/livez", "/livez?verbose", "the agent's loop ticks; nothing of Redis"},
    {"/healthz", "/healthz", "the same"},
    {"/readyz", "/readyz?verbose", "this Redis should get traffic"},
    {"/master", "/master", "this Redis takes writes as the set's master"},
    {"/replica", "/replica?max-lag=10s", "this Redis is a replica with a proven link, at most that far behind"},
    {"/v1/status", "/v1/status", "the set as this agent sees it, as JSON"},
    {"/metrics", "/metrics", "for Prometheus"},
    {"/", "/", "the set as a page for people"},
}};
constexpr std::array<Respond, kRoutes.size()> kResponds{live, live, ready, master, replica, status, metrics, page};

Answer not_found(std::string_view path) {
  std::string text = cat("no such path: ", one_line(path), "\n\n");
  for (const auto& route : kRoutes) {
    text += cat(route.example, std::string(22 - route.example.size(), ' '), route.meaning, '\n');
  }
  return plain(404, text);
}

Answer not_allowed(std::string_view text, std::string_view fields) {
  auto answer = plain(405, std::string(text));
  answer.fields = fields;
  return answer;
}

Answer bootstrap(const Request& request, const RouteContext& context) {
  if (request.method != Method::post) {
    return not_allowed("only POST: redis-agent bootstrap asks here\n", "Allow: POST\r\n");
  }
  if (request.has_body) {
    return plain(413, "a request has no body here\n");
  }
  if (context.accept_data_loss == nullptr || !*context.accept_data_loss) {
    return plain(409, "there is no hold to end\n");
  }
  const auto said = (*context.accept_data_loss)();
  return plain(said ? 200 : 409, cat(said ? *said : said.error(), '\n'));
}

}  // namespace

std::span<const RouteText> routes() { return kRoutes; }

Answer respond(const Request& request, const RouteContext& context) {
  if (request.is_local && request.target == kBootstrapPath) {
    return bootstrap(request, context);
  }
  if (request.method != Method::get && request.method != Method::head) {
    return not_allowed("only GET and HEAD: nothing here changes state\n", "Allow: GET, HEAD\r\n");
  }
  const auto target = parse_target(request.target);
  if (!target) {
    return bad_request(target.error());
  }
  const auto* route = std::ranges::find(kRoutes, target->path, &RouteText::path);
  if (route == kRoutes.end()) {
    return not_found(target->path);
  }
  return kResponds[static_cast<std::size_t>(route - kRoutes.begin())](*target, context);
}

}  // namespace agent
