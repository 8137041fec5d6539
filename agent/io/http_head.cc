#include "io/http_head.h"

#include <array>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/status.hpp>

#include "core/text.h"

namespace agent {

namespace beast = boost::beast;
namespace http = boost::beast::http;

// Keeps of a head what we need and nothing else. One of Beast's parsers is for one message.
class HeadReader::Parser : public http::basic_parser<true> {
 public:
  Parser(std::size_t bytes_max, bool is_local) {
    header_limit(static_cast<std::uint32_t>(bytes_max));
    request.is_local = is_local;
  }
  Request request;
  int version = 0;
  int hosts = 0;

 private:
  using Text = beast::string_view;
  using Error = beast::error_code;

  void on_request_impl(http::verb verb, Text, Text target, int number, Error&) override {
    request.method = verb == http::verb::get    ? Method::get
                     : verb == http::verb::head ? Method::head
                     : verb == http::verb::post ? Method::post
                                                : Method::other;
    request.target.assign(target.data(), target.size());
    version = number;
  }
  void on_field_impl(http::field field, Text, Text value, Error&) override {
    hosts += field == http::field::host ? 1 : 0;
    request.has_body = request.has_body || field == http::field::transfer_encoding ||
                       (field == http::field::content_length && value.find_first_not_of('0') != Text::npos);
  }
  void on_response_impl(int, Text, int, Error&) override {}
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
  std::size_t on_body_impl(Text, Error&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text, Error&) override { return 0; }
  void on_finish_impl(Error&) override {}
};

HeadReader::HeadReader(std::size_t bytes_max, bool is_local)
    : bytes_max_(bytes_max), is_local_(is_local), parser_(std::make_unique<Parser>(bytes_max, is_local)) {}
HeadReader::~HeadReader() = default;

bool HeadReader::has_begun() const { return taken_ > 0; }
const Request& HeadReader::request() const { return parser_->request; }
const Answer& HeadReader::refusal() const { return refusal_; }

bool HeadReader::keeps_alive() const {
  return parser_->version == 11 && parser_->keep_alive() && !parser_->request.has_body;
}

bool HeadReader::is_clean() const { return !is_refused_ && parser_->is_header_done() && !parser_->request.has_body; }

void HeadReader::next() {
  parser_ = std::make_unique<Parser>(bytes_max_, is_local_);
  taken_ = 0;
}

HeadReader::Result HeadReader::refuse(int status, std::string why) {
  is_refused_ = true;
  refusal_ = {.status = status, .body = std::make_shared<const std::string>(std::move(why))};
  return Result::refused;
}

HeadReader::Result HeadReader::read(std::string& bytes) {
  while (taken_ == 0 && bytes.starts_with("\r\n")) {  // an empty line before a request is to be ignored
    bytes.erase(0, 2);
  }
  beast::error_code error;
  const auto used = parser_->put(boost::asio::buffer(bytes), error);
  taken_ += used;
  bytes.erase(0, used);
  const auto size = taken_ + (parser_->is_header_done() ? 0 : bytes.size());
  if (size > bytes_max_ || error == http::error::header_limit) {
    return refuse(431, cat("a request's head has at most ", bytes_max_, " bytes here\n"));
  }
  if (error == http::error::need_more) {
    return Result::more;
  }
  if (error) {
    return refuse(400, cat("cannot read this as an HTTP/1.1 request: ", error.message(), '\n'));
  }
  if (parser_->version == 11 && parser_->hosts != 1) {
    return refuse(400, "an HTTP/1.1 request has one Host field\n");
  }
  const auto& [method, target, is_local, has_body] = parser_->request;
  if (has_body && (method == Method::get || method == Method::head)) {  // the handler has more to say of the others
    return refuse(413, "a request has no body here\n");
  }
  return Result::complete;
}

void write_head(std::string& out, const Answer& answer, bool keep_alive, std::string_view date) {
  const auto reason = http::obsolete_reason(static_cast<http::status>(answer.status));
  out += "HTTP/1.1 ";
  out += std::to_string(answer.status);
  out += ' ';
  out.append(reason.data(), reason.size());
  out += "\r\nDate: ";
  out += date;
  out += "\r\nContent-Type: ";
  out += answer.content_type;
  out += "\r\nContent-Length: ";
  out += std::to_string(answer.body ? answer.body->size() : 0);
  out += "\r\nCache-Control: no-store\r\n";
  out += answer.fields;
  out += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
}

std::string http_date(WallTime wall) {
  constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto two = [](auto number) { return cat(number < 10 ? "0" : "", number); };
  const auto day = std::chrono::floor<std::chrono::days>(wall);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(wall - day));
  return cat(kDays[std::chrono::weekday(day).c_encoding()], ", ", two(static_cast<unsigned>(date.day())), ' ',
             kMonths[static_cast<unsigned>(date.month()) - 1], ' ', static_cast<int>(date.year()), ' ',
             two(time.hours().count()), ':', two(time.minutes().count()), ':', two(time.seconds().count()), " GMT");
}

}  // namespace agent
