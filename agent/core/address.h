// IP addresses in one canonical spelling, and where a Redis listens. Not a resolver: names never get in here.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace agent {

// The text is canonical (RFC 5952 for IPv6; an IPv4-mapped IPv6 address is the IPv4 one), so equal text is equal
// address.
struct IpAddress {
  std::string text;
  bool is_v6() const { return text.find(':') != std::string::npos; }
  auto operator<=>(const IpAddress&) const = default;
};

std::optional<IpAddress> parse_ip(std::string_view text);

bool contains(const std::vector<IpAddress>& addresses, const IpAddress& wanted);

// "10.1.2.3, fd00::1"
std::string to_text(const std::vector<IpAddress>& addresses);

struct TcpEndpoint {
  IpAddress ip;
  std::uint16_t port = 0;
  auto operator<=>(const TcpEndpoint&) const = default;
};

struct UnixEndpoint {
  std::string path;
  auto operator<=>(const UnixEndpoint&) const = default;
};

using Endpoint = std::variant<TcpEndpoint, UnixEndpoint>;

// "10.1.2.3:6379", "[fd00::1]:6379", "unix:/run/redis.sock"
std::string to_text(const Endpoint& endpoint);

// The inverse of to_text; the port may be left out where `default_port` is given.
std::optional<Endpoint> parse_endpoint(std::string_view text, std::optional<std::uint16_t> default_port = {});

}  // namespace agent
