#include "core/rdb_head.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "core/text.h"

namespace agent {

namespace {

constexpr std::string_view kMagic = "REDIS";
constexpr std::size_t kVersionDigits = 4;
constexpr char kField = '\xfa';  // a name and a value follow
constexpr std::size_t kReplidLength = 40;

// The upper two bits of the first byte of a string say what the lower six are.
constexpr unsigned kLowerBits = 6;
constexpr unsigned kLower = 0x3f;
enum class Form : std::uint8_t { length = 0, longer = 1, other = 2, number = 3 };

class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  std::optional<std::string_view> bytes(std::size_t count) {
    if (count > rest_.size()) {
      return std::nullopt;
    }
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  std::optional<unsigned> byte() {
    const auto taken = bytes(1);
    return taken ? std::optional(static_cast<unsigned>(static_cast<unsigned char>(taken->front()))) : std::nullopt;
  }

  // What looks like a number is stored as one; it is told as text again. A string that is compressed, or has more than
  // 16 KiB, is not read: none of the fields that matter is.
  std::optional<std::string> text() {
    const auto first = byte();
    if (!first) {
      return std::nullopt;
    }
    const auto lower = *first & kLower;
    switch (static_cast<Form>(*first >> kLowerBits)) {
      case Form::length:
        return string(lower);
      case Form::longer: {
        const auto second = byte();
        return second ? string(lower << 8U | *second) : std::nullopt;
      }
      case Form::number:
        return lower <= 2 ? number(std::size_t{1} << lower) : std::nullopt;
      case Form::other:
        break;
    }
    return std::nullopt;
  }

 private:
  std::optional<std::string> string(std::size_t length) {
    const auto taken = bytes(length);
    return taken ? std::optional(std::string(*taken)) : std::nullopt;
  }

  // Signed, the lowest byte first.
  std::optional<std::string> number(std::size_t count) {
    const auto taken = bytes(count);
    if (!taken) {
      return std::nullopt;
    }
    constexpr std::int64_t kSign = 0x80;
    const std::int64_t highest = static_cast<unsigned char>(taken->back());
    auto value = highest < kSign ? highest : highest - 2 * kSign;
    for (auto i = count - 1; i-- > 0;) {
      value = value * 256 + static_cast<unsigned char>((*taken)[i]);
    }
    return cat(value);
  }

  std::string_view rest_;
};

bool is_replid(std::string_view text) {
  return text.size() == kReplidLength && text.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
         text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

std::optional<Position> position_in_rdb(std::string_view head) {
  Reader reader(head);
  if (reader.bytes(kMagic.size()) != kMagic || !reader.bytes(kVersionDigits)) {
    return std::nullopt;
  }
  std::optional<std::string> replid;
  std::optional<std::int64_t> offset;
  while (!replid || !offset) {
    if (reader.bytes(1) != std::string_view(&kField, 1)) {
      return std::nullopt;
    }
    const auto name = reader.text();
    const auto value = name ? reader.text() : std::nullopt;
    if (!value) {
      return std::nullopt;
    }
    if (*name == "repl-id" && is_replid(*value)) {
      replid = *value;
    } else if (*name == "repl-offset") {
      offset = to_number<std::int64_t>(*value);
    }
  }
  return *offset < 0 ? std::nullopt : std::optional(Position{.replid = *replid, .offset = *offset});
}

}  // namespace agent
