#include "core/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "core/text.h"

namespace agent {

namespace {
constexpr std::string_view kMapped = "::ffff:";
constexpr std::string_view kUnix = "unix:";
}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos) {
    return std::nullopt;  // inet_pton would read only what is before it
  }
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1) {
    return IpAddress{terminated};  // it takes no other spelling than the canonical one
  }
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) != 1) {
    return std::nullopt;
  }
  std::array<char, INET6_ADDRSTRLEN> canonical{};
  inet_ntop(AF_INET6, bytes.data(), canonical.data(), canonical.size());
  std::string_view shown(canonical.data());
  if (shown.starts_with(kMapped) && shown.find('.') != std::string_view::npos) {
    shown.remove_prefix(kMapped.size());
  }
  return IpAddress{std::string(shown)};
}

bool contains(const std::vector<IpAddress>& addresses, const IpAddress& wanted) {
  return std::ranges::find(addresses, wanted) != addresses.end();
}

std::string to_text(const std::vector<IpAddress>& addresses) {
  std::string out;
  for (const auto& address : addresses) {
    out += out.empty() ? address.text : ", " + address.text;
  }
  return out;
}

std::string to_text(const Endpoint& endpoint) {
  if (const auto* local = std::get_if<UnixEndpoint>(&endpoint)) {
    return cat(kUnix, local->path);
  }
  const auto& tcp = std::get<TcpEndpoint>(endpoint);
  return tcp.ip.is_v6() ? cat('[', tcp.ip.text, "]:", tcp.port) : cat(tcp.ip.text, ':', tcp.port);
}

std::optional<Endpoint> parse_endpoint(std::string_view text, std::optional<std::uint16_t> default_port) {
  if (text.starts_with(kUnix)) {
    const auto path = text.substr(kUnix.size());
    return path.starts_with('/') ? std::optional<Endpoint>(UnixEndpoint{std::string(path)}) : std::nullopt;
  }
  std::string_view host = text;
  auto port = default_port;
  const bool bracketed = text.starts_with('[');
  const auto host_end = bracketed ? text.find(']') : text.find(':');
  const auto colon = bracketed && host_end != std::string_view::npos ? host_end + 1 : host_end;
  if (colon < text.size() && (bracketed || text.find(':', colon + 1) == std::string_view::npos)) {
    if (text[colon] != ':') {
      return std::nullopt;
    }
    port = to_number<std::uint16_t>(text.substr(colon + 1));
    host = text.substr(0, colon);
  }
  if (bracketed) {
    host = host_end == std::string_view::npos ? std::string_view{} : text.substr(1, host_end - 1);
  }
  const auto ip = parse_ip(host);
  if (!ip || !port || (bracketed && host.find(':') == std::string_view::npos)) {
    return std::nullopt;
  }
  return TcpEndpoint{*ip, *port};
}

}  // namespace agent
