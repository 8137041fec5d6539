// `/`: the set on one page, for people. Read-only, one file, no script, nothing loaded from elsewhere; it asks for
// itself again every few seconds. Not for programs: json.h.
#pragma once

#include <string>
#include <string_view>

#include "core/snapshot.h"

namespace agent {

// Nothing runs and nothing is loaded, whatever text got into the page.
inline constexpr std::string_view kPageFields =
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n";

std::string page_html(const Snapshot& snapshot, std::string_view version);

}  // namespace agent
