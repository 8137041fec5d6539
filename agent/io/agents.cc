#include "io/agents.h"

#include <utility>

#include "io/http_exchange.h"
#include "io/published.h"

namespace agent {

// One question: the exchange and its deadline, whichever ends first.
class HttpAgents::Asking : public std::enable_shared_from_this<Asking> {
 public:
  using Done = std::function<void(std::optional<Published>)>;

  Asking(Loop& loop, Done done) : loop_(loop), done_(std::move(done)) {}

  void start(const TcpEndpoint& at, Duration timeout) {
    limit_ = loop_.after(timeout, [this] { end(std::nullopt); });
    const auto address = address_of(at);
    if (!address) {
      limit_ = loop_.after(Duration::zero(), [this] { end(std::nullopt); });
      return;
    }
    exchange_ = std::make_shared<HttpExchange>(
        loop_.context(), request_text("GET", "/v1/status"),
        [weak = weak_from_this()](const HttpExchange::Error& error, const std::string& received) {
          if (const auto self = weak.lock()) {
            self->end(error ? std::nullopt : self->read(received));
          }
        });
    exchange_->start(*address);
  }

  void cancel() {
    done_ = nullptr;
    limit_.reset();
    if (exchange_) {
      exchange_->cancel();
    }
  }

 private:
  static std::optional<Published> read(const std::string& received) {
    const auto reply = parsed_reply(received);
    return reply && reply->status == 200 ? published_in(reply->body) : std::nullopt;
  }

  void end(std::optional<Published> published) {
    const auto self = shared_from_this();  // the owner forgets us in `done`
    const auto done = std::exchange(done_, nullptr);
    cancel();
    if (done) {
      done(std::move(published));
    }
  }

  Loop& loop_;
  Done done_;
  std::unique_ptr<Timer> limit_;
  std::shared_ptr<HttpExchange> exchange_;
};

HttpAgents::HttpAgents(Loop& loop, std::uint16_t port) : loop_(loop), port_(port) {}

HttpAgents::~HttpAgents() {
  for (const auto& [id, asking] : running_) {
    asking->cancel();
  }
}

void HttpAgents::ask(const IpAddress& ip, Duration timeout, std::function<void(std::optional<Published>)> done) {
  const auto id = ++last_id_;
  const auto asking =
      std::make_shared<Asking>(loop_, [this, id, done = std::move(done)](std::optional<Published> published) {
        running_.erase(id);
        done(std::move(published));  // may destroy us
      });
  running_.emplace(id, asking);
  asking->start({ip, port_}, timeout);
}

}  // namespace agent
