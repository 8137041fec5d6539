// Why the agent does, or does not do, what it does now. One enum: the log line, the metric label, the status field
// and the test's expectation use the same word. The table behind it is the table of reasons in README.md.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace agent {

enum class DnsOutcome;

enum class Reason {
  // init
  initializing,
  waiting_nxdomain,
  waiting_nodata,
  waiting_servfail,
  waiting_refused,
  waiting_timeout,
  waiting_truncated,
  waiting_malformed,
  waiting_unreachable,
  waiting_own_address,
  master_found,
  conf_edited,
  conf_written,
  conf_unchanged,
  state_replaced,
  empty_first_pod,
  interrupted,
  gave_up,
  could_not,
  // run: the local Redis, from ignorance to health
  starting,
  redis_refused,
  redis_unreachable,
  redis_closed,
  redis_silent,
  redis_noauth,
  redis_wrongpass,
  redis_noperm,
  redis_error,
  redis_loading,
  redis_busy,
  saves_failing,
  role_unknown,
  pod_unresolved,
  pod_unnamed,
  // run: the first pod
  serving,
  second_master,
  first_pod_follows,
  replicas_missing,
  // run: the other pods
  following,
  stray_master,
  parked,
  wrong_master,
  master_moved,
  link_down,
  link_syncing,
  link_stale,
  link_unproven,
  link_flapping,
  resync_loop,
  lagging,
  // guarded boot: the first pod
  adopted,
  reseeding,
  histories_differ,
  adopted_unknown_history,
  data_is_best,
  peer_silent,
  first_start,
  peer_may_hold_data,
  donor_silent,
  undecided,
  bootstrapped,
  // guarded boot: the other pods
  donating,
  master_has_less,
  unrelated_history,
  master_format_newer,
  master_silent,
  // the sidecar itself
  act_failed,
  agent_started,
  agent_stopping,
  dns_changed,
  peer_changed,
};

struct ReasonText {
  Reason reason;
  std::string_view word;
  std::string_view meaning;  // one sentence for the person who meets the word
  std::string_view way_out;  // what to do; empty where there is nothing to do
};

inline constexpr std::size_t kReasonCount = static_cast<std::size_t>(Reason::peer_changed) + 1;
const std::array<ReasonText, kReasonCount>& reasons();

const ReasonText& about(Reason reason);
std::string_view to_text(Reason reason);
std::optional<Reason> parse_reason(std::string_view word);
Reason reason_of(DnsOutcome outcome);  // for which init waits: an address that was found is then the pod's own

}  // namespace agent
