#include "io/journal.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <utility>

#include "core/text.h"

namespace agent {

namespace {

constexpr std::string_view kHex = "0123456789abcdef";

bool is_control(unsigned char c) { return c < 0x20 || c == 0x7f; }

void append_hex(std::string& out, std::string_view prefix, unsigned char c) {
  out += prefix;
  out += kHex[c >> 4U];
  out += kHex[c & 0xfU];
}

std::string one_line(const std::string& sentence) {
  std::string out;
  for (const char c : sentence) {
    const auto byte = static_cast<unsigned char>(c);
    is_control(byte) ? append_hex(out, "\\x", byte) : out.push_back(c);
  }
  return out;
}

// RFC 8259: quote, backslash and control characters are escaped.
std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_control(byte)) {
      append_hex(out, "\\u00", byte);
      continue;
    }
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  return out + '"';
}

std::string_view word(Level level) {
  constexpr std::array<std::string_view, 3> kWords{"info", "warning", "error"};
  return kWords[static_cast<std::size_t>(level)];
}

// RFC 3339 in UTC with milliseconds.
std::string time_text(WallTime wall) {
  const auto day = std::chrono::floor<std::chrono::days>(wall);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(wall - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
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
  const auto time = time_text(clock_.wall());
  if (format_ == LogFormat::text) {
    sink_->logger.info("{} {:<7} {}: {}", time, word(level), to_text(reason), one_line(sentence));
    return;
  }
  sink_->logger.info(R"({{"time":"{}","level":"{}","pod":{},"reason":"{}","message":{}}})", time, word(level),
                     json_string(pod_), to_text(reason), json_string(sentence));
}

}  // namespace agent
