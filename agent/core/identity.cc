#include "core/identity.h"

#include <algorithm>

#include "core/text.h"

namespace agent {

namespace {

constexpr std::size_t kLabelMax = 63;
constexpr std::size_t kNameMax = 253;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_label_char(char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-'; }

std::unexpected<std::string> no_label(std::string_view hostname) {
  return std::unexpected(cat("hostname \"", hostname,
                             "\" is no DNS label (1 to 63 of a-z, 0-9 and '-', which is at neither end); a pod of a "
                             "StatefulSet has <set>-<number>"));
}

std::unexpected<std::string> no_ordinal(std::string_view hostname, std::string_view why) {
  return std::unexpected(cat("cannot read an ordinal from hostname \"", hostname, "\": ", why, "; pass --ordinal"));
}

}  // namespace

std::expected<Identity, std::string> parse_identity(std::string_view hostname, int first_ordinal) {
  const auto label = hostname.substr(0, hostname.find('.'));
  if (label.empty()) {
    return no_ordinal(hostname, "it is empty, expected <set>-<number>");
  }
  if (!is_dns_label(label)) {
    return no_label(label);
  }
  const auto dash = label.rfind('-');
  const auto digits = dash == std::string_view::npos ? std::string_view{} : label.substr(dash + 1);
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) {
    return no_ordinal(label, "expected <set>-<number>");
  }
  const auto set = label.substr(0, dash);
  if (!is_dns_label(set)) {
    return no_ordinal(label, cat("no set is called \"", set, "\", expected <set>-<number>"));
  }
  if (digits.size() > 1 && digits.front() == '0') {
    return no_ordinal(label, cat("\"", digits, "\" has a leading zero, which no StatefulSet writes"));
  }
  const auto ordinal = to_number<int>(digits);
  if (!ordinal) {
    return no_ordinal(label, cat(digits, " is too large"));
  }
  if (*ordinal < first_ordinal) {
    return std::unexpected(cat("hostname \"", label, "\" has ordinal ", *ordinal, ", below the first ordinal ",
                               first_ordinal, "; --first-ordinal is the set's .spec.ordinals.start"));
  }
  return Identity{std::string(set), *ordinal};
}

std::string pod_name(const Identity& identity) { return pod_name(identity.set, identity.ordinal); }

std::string pod_name(std::string_view set, int ordinal) { return cat(set, '-', ordinal); }

std::string service_fqdn(const Domain& domain) {
  return cat(domain.service, '.', domain.ns, ".svc.", domain.cluster, '.');
}

std::string pod_fqdn(const Domain& domain, std::string_view pod) { return cat(pod, '.', service_fqdn(domain)); }

bool is_dns_label(std::string_view text) {
  return !text.empty() && text.size() <= kLabelMax && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, is_label_char);
}

bool is_dns_name(std::string_view text) {
  return text.size() <= kNameMax && std::ranges::all_of(split(text, '.'), is_dns_label);
}

}  // namespace agent
