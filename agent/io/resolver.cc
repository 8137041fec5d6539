#include "io/resolver.h"

#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "core/names.h"
#include "io/dns_query.h"

namespace agent {

namespace {

// As c-ares is told them.
std::vector<std::string> nameservers_in(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::string> servers;
  for (const auto& server : read_nameservers(std::string(std::istreambuf_iterator<char>(file), {}))) {
    servers.push_back(to_text(Endpoint(server)));
  }
  return servers;
}

bool is_answer(DnsOutcome outcome) {
  return outcome == DnsOutcome::found || outcome == DnsOutcome::nodata || outcome == DnsOutcome::nxdomain;
}

// One family of a look-up: the nameservers one after the other, each for its share of the time.
class FamilyLookUp {
 public:
  FamilyLookUp(Loop& loop, DnsQuestion question, std::vector<std::string> servers, std::function<void(DnsView)> done)
      : loop_(loop), question_(std::move(question)), servers_(std::move(servers)), done_(std::move(done)) {
    question_.patience /= std::max<Duration::rep>(1, std::ssize(servers_));
    ask_next();
  }

  // What to say of a family that was waited for long enough.
  DnsView so_far() const { return first_failure_.value_or(DnsView{query_->outcome_so_far(), false, {}}); }

 private:
  void ask_next() {
    question_.server = servers_[asked_++];
    if (asked_ < servers_.size()) {
      share_ = loop_.after(question_.patience, [this] { on_answer({query_->outcome_so_far(), false, {}}); });
    } else {
      share_.reset();  // the last one has until the look-up's deadline
    }
    query_ = std::make_unique<DnsQuery>(loop_, question_, [this](const DnsView& view) { on_answer(view); });
  }

  // By value, for the query that it came from is replaced here.
  // After a failure another server can still find the name, but its "no such name" proves nothing about the first's.
  void on_answer(DnsView view) {  // NOLINT(performance-unnecessary-value-param)
    if (!is_answer(view.outcome)) {
      first_failure_ = first_failure_.value_or(view);
      if (asked_ < servers_.size()) {
        ask_next();
        return;
      }
    }
    share_.reset();
    done_(view.outcome == DnsOutcome::found ? view : first_failure_.value_or(view));
  }

  Loop& loop_;
  DnsQuestion question_;
  std::vector<std::string> servers_;
  std::size_t asked_ = 0;
  std::optional<DnsView> first_failure_;
  std::unique_ptr<DnsQuery> query_;
  std::unique_ptr<Timer> share_;
  std::function<void(DnsView)> done_;
};

}  // namespace

class DnsResolver::LookUp {
 public:
  LookUp(Loop& loop, const std::string& name, Duration timeout, const std::vector<std::string>& servers,
         std::function<void(DnsView)> done)
      : done_(std::move(done)) {
    if (servers.empty()) {
      deadline_ = loop.after(Duration::zero(), [this] { finish({DnsOutcome::unreachable, false, {}}); });
      return;
    }
    deadline_ = loop.after(timeout, [this] { finish(merge(view_of(0), view_of(1))); });
    for (const auto family : {DnsFamily::a, DnsFamily::aaaa}) {
      const auto index = static_cast<std::size_t>(family);
      families_[index] = std::make_unique<FamilyLookUp>(loop, DnsQuestion{name, family, {}, timeout}, servers,
                                                        [this, index](const DnsView& view) { on_view(index, view); });
    }
  }

 private:
  void on_view(std::size_t index, const DnsView& view) {
    views_[index] = view;
    if (views_[0] && views_[1]) {
      finish(merge(*views_[0], *views_[1]));
    }
  }

  DnsView view_of(std::size_t index) const { return views_[index] ? *views_[index] : families_[index]->so_far(); }

  void finish(const DnsView& view) { std::exchange(done_, nullptr)(view); }  // destroys this

  std::function<void(DnsView)> done_;
  std::unique_ptr<Timer> deadline_;
  std::array<std::unique_ptr<FamilyLookUp>, 2> families_;
  std::array<std::optional<DnsView>, 2> views_;
};

DnsResolver::DnsResolver(Loop& loop, DnsSettings settings) : loop_(loop), settings_(std::move(settings)) {}

DnsResolver::~DnsResolver() = default;

void DnsResolver::look_up(const std::string& name, Duration timeout, std::function<void(DnsView)> done) {
  const auto id = ++last_id_;
  auto finished = [this, id, done = std::move(done)](const DnsView& view) {
    const auto gone = running_.extract(id);
    done(view);  // may destroy the resolver
  };
  running_[id] =
      std::make_unique<LookUp>(loop_, name, timeout, nameservers_in(settings_.resolv_conf), std::move(finished));
}

}  // namespace agent
