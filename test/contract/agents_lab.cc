#include "contract/agents_lab.h"

#include <boost/asio/ip/tcp.hpp>

#include "contract/real_loop.h"
#include "io/agents.h"
#include "io/http_server.h"
#include "show/json.h"
#include "sim/agents.h"

namespace agent {

namespace {

class SimAgentsLab : public AgentsLab {
 public:
  Agents& agents() override { return *agents_; }
  void destroy_agents() override { agents_.reset(); }
  IpAddress other() const override { return {"10.1.0.2"}; }
  void publish(const std::optional<Published>& published) override { agents_->set(other(), published); }
  void silence() override { agents_->silence(other()); }
  void take_away() override { agents_->forget(other()); }
  bool run_until(const std::function<bool()>& done, Duration limit) override { return clock_.run_until(done, limit); }

 private:
  SimClock clock_;
  std::unique_ptr<SimAgents> agents_ = std::make_unique<SimAgents>(clock_);
};

std::string document(const std::optional<Published>& published) {
  Snapshot snapshot{};
  snapshot.data = published;
  return to_json(agent_document(snapshot, "1"));
}

// The whole of 127.0.0.0/8 is loopback, so that the port of the test's own server is free at this address.
class RealAgentsLab : public AgentsLab {
 public:
  RealAgentsLab() {
    const auto at = server_->listen(TcpEndpoint{other(), 0});
    port_ = std::get<TcpEndpoint>(at.value()).port;
    agents_ = std::make_unique<HttpAgents>(loop_, port_);
  }

  Agents& agents() override { return *agents_; }
  void destroy_agents() override { agents_.reset(); }
  IpAddress other() const override { return {"127.0.0.2"}; }
  void publish(const std::optional<Published>& published) override { text_ = document(published); }
  void take_away() override { server_.reset(); }
  void silence() override {  // the kernel takes the connection, nobody reads
    server_.reset();
    using boost::asio::ip::tcp;
    silent_.emplace(loop_.context(), tcp::endpoint(boost::asio::ip::make_address(other().text), port_));
  }
  bool run_until(const std::function<bool()>& done, Duration limit) override {
    return agent::run_until(loop_, done, limit);
  }

 private:
  Loop loop_;
  std::string text_ = document({});
  std::unique_ptr<HttpServer> server_ = std::make_unique<HttpServer>(loop_, [this](const Request& request) {
    return Answer{.status = request.target == "/v1/status" ? 200 : 404,
                  .content_type = "application/json",
                  .body = std::make_shared<const std::string>(text_)};
  });
  std::optional<boost::asio::ip::tcp::acceptor> silent_;
  std::uint16_t port_ = 0;
  std::unique_ptr<HttpAgents> agents_;
};

}  // namespace

std::unique_ptr<AgentsLab> sim_agents() { return std::make_unique<SimAgentsLab>(); }
std::unique_ptr<AgentsLab> real_agents() { return std::make_unique<RealAgentsLab>(); }

}  // namespace agent
