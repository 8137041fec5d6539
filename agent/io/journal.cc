#include "io/journal.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <utility>

#include "core/timestamp.h"
#include "core/utf8.h"

namespace agent {

namespace {

constexpr std::string_view kHex = "0123456789abcdef";

void append_hex(std::string& out, std::string_view prefix, unsigned value) {
  out += prefix;
  out += kHex[value >> 4U & 0xfU];
  out += kHex[value & 0xfU];
}

// RFC 8259: quote, backslash and control characters are escaped; a byte that is no UTF-8 is shown in hex.
std::string json_string(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const auto point = first_code_point(text);
    if (!point.is_valid) {
      append_hex(out, "\\\\x", static_cast<unsigned char>(text.front()));
    } else if (is_control(point.value)) {
      append_hex(out, "\\u00", point.value);
    } else {
      out += point.value == '"' || point.value == '\\' ? "\\" : "";
      out += point.bytes;
    }
    text.remove_prefix(point.length);
  }
  return out + '"';
}

std::string_view word(Level level) {
  constexpr std::array<std::string_view, 3> kWords{"info", "warning", "error"};
  return kWords[static_cast<std::size_t>(level)];
}

}  // namespace

struct StderrJournal::Sink {
  spdlog::logger logger{"journal", std::make_shared<spdlog::sinks::stderr_sink_st>()};
};

StderrJournal::StderrJournal(const Clock& clock, LogFormat format, std::string pod)
    : clock_(clock), format_(format), pod_(std::move(pod)), sink_(std::make_unique<Sink>()) {
  sink_->logger.set_pattern("%v");
  sink_->logger.flush_on(spdlog::level::trace);
}

StderrJournal::~StderrJournal() = default;

void StderrJournal::tell(Level level, Reason reason, const std::string& sentence) {
  const auto time = timestamp(clock_.wall());
  if (format_ == LogFormat::text) {
    sink_->logger.info("{} {:<7} {}: {}", time, word(level), to_text(reason), one_line(sentence));
    return;
  }
  sink_->logger.info(R"({{"time":"{}","level":"{}","pod":{},"reason":"{}","message":{}}})", time, word(level),
                     json_string(pod_), to_text(reason), json_string(sentence));
}

}  // namespace agent
