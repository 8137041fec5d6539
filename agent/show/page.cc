#include "show/page.h"

#include "core/duration.h"
#include "core/text.h"
#include "core/timestamp.h"
#include "show/escape.h"
#include "show/page_style.h"
#include "show/pod_row.h"
#include "show/times.h"

namespace agent {

namespace {

constexpr int kRefreshSeconds = 5;

std::string_view tone_of(Health health) {
  switch (health) {
    case Health::healthy:
      return "good";
    case Health::degraded:
      return "warn";
    case Health::down:
      return "bad";
    case Health::unknown:
      break;
  }
  return "none";
}

std::string_view tone_of(SetHealth health) {
  return health == SetHealth::healthy ? "good" : health == SetHealth::degraded ? "warn" : "bad";
}

std::string in_words(std::string_view word) {
  std::string words(word);
  for (auto& c : words) {
    c = c == '_' ? ' ' : c;
  }
  return words;
}

std::string tag(std::string_view tone, std::string_view text) {
  return cat("<span class=\"tag ", tone, "\">", html_escaped(text), "</span>");
}

// A coloured dot, so that a row of browser tabs shows which set is unwell.
std::string icon(SetHealth health) {
  const auto* color = health == SetHealth::healthy    ? "%2318794e"
                      : health == SetHealth::degraded ? "%23d98e04"
                                                      : "%23d3302f";
  return cat(
      "<link rel=\"icon\" href=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>",
      "<circle cx='8' cy='8' r='7' fill='", color, "'/></svg>\">\n");
}

std::string head(const Snapshot& snapshot) {
  return cat("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>",
             html_escaped(snapshot.pod), ": ", in_words(to_text(snapshot.set.health)),
             "</title>\n<meta http-equiv=\"refresh\" content=\"", kRefreshSeconds, "\">\n",
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n", icon(snapshot.set.health),
             "<style>", kPageStyle, "</style>\n</head>\n<body>\n<main>\n");
}

std::string banner(const Snapshot& snapshot) {
  const auto tone = tone_of(snapshot.set.health);
  return cat("<div class=\"card banner ", tone, "\">\n<h1>", html_escaped(snapshot.set.sentence), "</h1>\n",
             tag(tone, in_words(to_text(snapshot.set.health))), "\n<p class=\"dim\">as ", html_escaped(snapshot.pod),
             " sees it at <span class=\"num\">", clock_time(snapshot.wall), "</span> UTC</p>\n</div>\n");
}

std::string since(const Snapshot& snapshot, const PodRow& row) {
  return row.is_self
             ? cat(" <span class=\"dim\">for ",
                   rough(std::chrono::floor<std::chrono::seconds>(snapshot.wall - snapshot.own_since)), "</span>")
             : std::string();
}

std::string wrongs(const Snapshot& snapshot, const std::vector<PodRow>& rows) {
  std::string out;
  for (const auto& row : rows) {
    if (row.health == Health::healthy) {
      continue;
    }
    out +=
        cat("<div class=\"card wrong\"><strong>", html_escaped(row.name), "</strong> ",
            tag(tone_of(row.health), row.reason), since(snapshot, row), "\n<p>", html_escaped(row.sentence), "</p>\n");
    out += row.way_out.empty() ? "" : cat("<p class=\"out\">", html_escaped(row.way_out), "</p>\n");
    out += "</div>\n";
  }
  return out.empty() ? out : cat("<h2>What is wrong, and the way out</h2>\n", out);
}

std::string cell(std::string_view name, const std::string& text, std::string_view classes = {}) {
  return cat("<td data-name=\"", name, "\" class=\"", classes, text.empty() ? " empty" : "", "\">", html_escaped(text),
             "</td>");
}

std::string table_row(const PodRow& row) {
  return cat("<tr><th scope=\"row\">", html_escaped(row.name),
             row.is_self ? " <span class=\"tag\">this pod</span>" : "", "<span class=\"addr num\">",
             html_escaped(row.addresses), "</span></th>", cell("Role", row.role), cell("Follows", row.follows),
             cell("Link", row.link, "num"), cell("Lag", row.lag, "num"), cell("Keys", row.keys, "num right"),
             cell("Memory", row.memory, "num right"), cell("Up", row.uptime, "num right"),
             cell("Version", row.version, "num"), "<td data-name=\"Verdict\">", tag(tone_of(row.health), row.reason),
             "</td></tr>\n");
}

std::string table(const std::vector<PodRow>& rows) {
  std::string out =
      "<h2>Pods</h2>\n<div class=\"card scroll\">\n<table>\n<thead><tr><th>Pod</th><th>Role</th><th>Follows</th>"
      "<th>Link</th><th>Lag</th><th class=\"right\">Keys</th><th class=\"right\">Memory</th>"
      "<th class=\"right\">Up</th><th>Version</th><th>Verdict</th></tr></thead>\n<tbody>\n";
  for (const auto& row : rows) {
    out += table_row(row);
  }
  return out + "</tbody>\n</table>\n</div>\n";
}

std::string dns_line(std::string_view name, const std::optional<Seen<DnsView>>& dns, Instant now) {
  if (!dns) {
    return {};
  }
  const auto& view = dns->value;
  const bool found = view.outcome == DnsOutcome::found;
  return cat("<dt>", name, "</dt><dd class=\"num\">",
             found ? html_escaped(to_text(view.addresses)) : tag("bad", to_text(view.outcome)), " <span class=\"dim\">",
             short_age(now - dns->seen), " ago</span></dd>\n");
}

std::string dns(const Snapshot& snapshot) {
  const auto lines = dns_line("The master's name", snapshot.master_dns, snapshot.at) +
                     dns_line("The headless Service", snapshot.service_dns, snapshot.at);
  return lines.empty() ? lines : cat("<h2>DNS says</h2>\n<dl class=\"card\">\n", lines, "</dl>\n");
}

std::string footer(const Snapshot& snapshot, std::string_view version) {
  return cat("<footer><span>redis-agent ", html_escaped(version), "</span><span>running for ",
             rough(std::chrono::floor<std::chrono::seconds>(snapshot.wall - snapshot.started)), "</span><span>",
             "refreshes every ", kRefreshSeconds, " s</span><a href=\"/readyz?verbose\">readyz</a>",
             "<a href=\"/v1/status\">status</a><a href=\"/metrics\">metrics</a></footer>\n</main>\n</body>\n</html>\n");
}

}  // namespace

std::string page_html(const Snapshot& snapshot, std::string_view version) {
  const auto rows = pod_rows(snapshot.set);
  return head(snapshot) + banner(snapshot) + wrongs(snapshot, rows) + table(rows) + dns(snapshot) +
         footer(snapshot, version);
}

}  // namespace agent
