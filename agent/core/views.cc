#include "core/views.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace agent {

namespace {

// How much an outcome says about why there is no address: a failure outweighs "no data", which outweighs "no such
// name".
constexpr std::array kByWeight = {DnsOutcome::nxdomain,  DnsOutcome::nodata,     DnsOutcome::truncated,
                                  DnsOutcome::malformed, DnsOutcome::refused,    DnsOutcome::servfail,
                                  DnsOutcome::timeout,   DnsOutcome::unreachable};

bool is_answer(DnsOutcome outcome) {
  return outcome == DnsOutcome::found || outcome == DnsOutcome::nodata || outcome == DnsOutcome::nxdomain;
}

}  // namespace

std::string_view to_text(Contact contact) {
  switch (contact) {
    case Contact::pong:
      return "pong";
    case Contact::loading:
      return "loading";
    case Contact::busy:
      return "busy";
    case Contact::misconf:
      return "misconf";
    case Contact::noauth:
      return "noauth";
    case Contact::wrongpass:
      return "wrongpass";
    case Contact::noperm:
      return "noperm";
    case Contact::error:
      return "error";
    case Contact::silent:
      return "silent";
    case Contact::refused:
      return "refused";
    case Contact::unreachable:
      return "unreachable";
    case Contact::closed:
      return "closed";
  }
  return "unknown";
}

bool is_alive(Contact contact) {
  switch (contact) {
    case Contact::silent:
    case Contact::refused:
    case Contact::unreachable:
    case Contact::closed:
      return false;
    default:
      return true;
  }
}

Contact contact_of_error(std::string_view error) {
  const auto word = error.substr(0, error.find(' '));
  constexpr std::array<std::pair<std::string_view, Contact>, 6> kWords{{{"LOADING", Contact::loading},
                                                                        {"BUSY", Contact::busy},
                                                                        {"MISCONF", Contact::misconf},
                                                                        {"NOAUTH", Contact::noauth},
                                                                        {"WRONGPASS", Contact::wrongpass},
                                                                        {"NOPERM", Contact::noperm}}};
  const auto* row = std::ranges::find(kWords, word, &std::pair<std::string_view, Contact>::first);
  if (row != kWords.end()) {
    return row->second;
  }
  return error.starts_with("ERR invalid password") ? Contact::wrongpass : Contact::error;  // before Redis 6.0
}

std::string_view to_text(DnsOutcome outcome) {
  switch (outcome) {
    case DnsOutcome::found:
      return "found";
    case DnsOutcome::nxdomain:
      return "nxdomain";
    case DnsOutcome::nodata:
      return "nodata";
    case DnsOutcome::servfail:
      return "servfail";
    case DnsOutcome::refused:
      return "refused";
    case DnsOutcome::timeout:
      return "timeout";
    case DnsOutcome::truncated:
      return "truncated";
    case DnsOutcome::malformed:
      return "malformed";
    case DnsOutcome::unreachable:
      return "unreachable";
  }
  return "unknown";
}

DnsView merge(const DnsView& a, const DnsView& aaaa) {
  DnsView both{.outcome = a.outcome, .complete = is_answer(a.outcome) && is_answer(aaaa.outcome), .addresses = {}};
  std::ranges::merge(a.addresses, aaaa.addresses, std::back_inserter(both.addresses));
  std::ranges::sort(both.addresses);
  const auto repeated = std::ranges::unique(both.addresses);
  both.addresses.erase(repeated.begin(), repeated.end());
  if (!both.addresses.empty()) {
    both.outcome = DnsOutcome::found;
    return both;
  }
  const auto weight = [](DnsOutcome outcome) { return std::ranges::find(kByWeight, outcome); };
  both.outcome = std::max(weight(a.outcome), weight(aaaa.outcome)) == weight(a.outcome) ? a.outcome : aaaa.outcome;
  return both;
}

}  // namespace agent
