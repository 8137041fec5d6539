// Who is in the set, by DNS: the headless Service's addresses and the pods' own names put together. Not whether their
// Redis is well. A name is kept until DNS says that it is gone; a DNS that fails takes nobody away.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/world.h"
#include "core/observation.h"

namespace agent {

class RollCall {
 public:
  // Called at each answer. `has_moved`: an address came or went with it.
  using OnChange = std::function<void(bool has_moved)>;

  RollCall(const World& world, const Settings& settings, OnChange on_change);
  RollCall(const RollCall&) = delete;
  RollCall& operator=(const RollCall&) = delete;
  ~RollCall() = default;

  // Asks for the Service and the master's name each time, for the other pods' names when they are older than kNameAge
  // or disagree with the Service.
  void poll();

  // The pods that DNS knows, and those that --replicas says should be there, by ordinal; unnamed ones last. Without
  // views.
  std::vector<PodSight> pods() const;
  const std::optional<Seen<DnsView>>& service() const { return service_; }
  std::optional<Seen<DnsView>> master() const;

  // All that was asked is answered.
  bool is_complete() const { return service_ && asking_.empty() && !asking_service_; }

  static constexpr Duration kNameAge = std::chrono::seconds(10);
  static constexpr Duration kNameAgeInDoubt = std::chrono::seconds(1);
  static constexpr int kGapMax = 8;  // ordinals looked for beyond those that should be there

 private:
  struct Name {
    std::optional<Seen<DnsView>> last;  // whatever was answered
    std::vector<IpAddress> addresses;   // kept through failures of DNS
  };

  using OnAnswer = std::function<void(DnsView view, Instant asked)>;
  // An answer that comes after this is gone is dropped.
  void ask(const std::string& name, OnAnswer on_answer);
  void on_service(DnsView view, Instant asked);
  void on_name(int ordinal, DnsView view, Instant asked);
  void look_up_due();
  void look_up(int ordinal);
  int expected() const;
  bool is_in_doubt() const;
  std::vector<IpAddress> unnamed() const;

  World world_;
  const Settings& settings_;
  OnChange on_change_;
  std::optional<Seen<DnsView>> service_;
  bool asking_service_ = false;
  std::map<int, Name> names_;
  std::set<int> asking_;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
  int beyond_ = 0;  // ordinals looked for beyond expected(), because an address has no name
};

}  // namespace agent
