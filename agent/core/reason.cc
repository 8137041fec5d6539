#include "core/reason.h"

#include <algorithm>

#include "core/views.h"

namespace agent {

namespace {

using enum Reason;

constexpr std::string_view kOneTooMany =
    "Guarded, its agent parks it and keeps what only it holds. Direct: find out who promoted it, save that, then "
    "REPLICAOF it to the first pod.";

constexpr std::array<ReasonText, kReasonCount> kReasons{{
    {initializing, "initializing", "init knows who the pod is and begins.", ""},
    {waiting_nxdomain, "waiting_nxdomain", "DNS says that there is no such name (NXDOMAIN).",
     "Is the first pod scheduled? Does the headless Service exist, with publishNotReadyAddresses: true? Is --service "
     "right?"},
    {waiting_nodata, "waiting_nodata", "The name exists, but has no address yet.",
     "Has the first pod an address? kubectl get pod -o wide; kubectl get endpointslices."},
    {waiting_servfail, "waiting_servfail", "The DNS server failed to answer (SERVFAIL).",
     "Look at the cluster DNS: kubectl -n kube-system logs -l k8s-app=kube-dns."},
    {waiting_refused, "waiting_refused", "The DNS server refuses to answer (REFUSED).",
     "Is the nameserver in /etc/resolv.conf the cluster's own? Is --cluster-domain right?"},
    {waiting_timeout, "waiting_timeout", "The DNS server does not answer in time.",
     "Is UDP and TCP port 53 to the nameserver allowed by the NetworkPolicies? Is the cluster DNS running?"},
    {waiting_truncated, "waiting_truncated", "The DNS answer is cut off, also over TCP.",
     "Is TCP port 53 to the nameserver allowed?"},
    {waiting_malformed, "waiting_malformed", "The DNS answer cannot be read.",
     "Something that is no DNS server answers at the nameserver's address in /etc/resolv.conf."},
    {waiting_unreachable, "waiting_unreachable", "No nameserver can be reached.",
     "Look at the nameserver lines of /etc/resolv.conf and at the pod's network."},
    {waiting_own_address, "waiting_own_address",
     "The name resolves to this pod's own address, which is a stale record.",
     "It passes when the record is renewed; if not, is --first-ordinal right?"},
    {master_found, "master_found", "The master's name resolves.", ""},
    {conf_edited, "conf_edited", "Something in the template was taken out or could not be checked.",
     "Read the line it names; slaveof and replicaof belong to redis-agent."},
    {conf_written, "conf_written", "redis.conf is written.", ""},
    {conf_unchanged, "conf_unchanged", "redis.conf already says the same and is not written again.", ""},
    {state_replaced, "state_replaced",
     "The state file in the data directory was torn or of another pod, and is begun anew.",
     "Look whether the volume is this pod's own; without its state a pod trusts less, and copies more."},
    {empty_first_pod, "empty_first_pod",
     "The first pod's data directory is empty while another pod holds keys, or may hold some: as master it would wipe "
     "them.",
     "Restore the first pod's volume, or copy a replica's dump.rdb into it; --allow-empty-master gives the data up."},
    {interrupted, "interrupted", "A signal ended it.", ""},
    {gave_up, "gave_up", "--timeout has passed before the master's name resolved.", "See the reason named with it."},
    {could_not, "could_not", "A file, an address or a setting did not allow it.", "See the path and the reason named."},

    {starting, "starting", "The Redis has not been asked yet.", ""},
    {redis_refused, "redis_refused", "Nobody listens at the Redis' address.",
     "Is the Redis container running? kubectl logs POD -c redis. Is --redis right?"},
    {redis_unreachable, "redis_unreachable", "The Redis cannot be reached.",
     "Is --redis right? A Unix socket needs a volume shared by both containers."},
    {redis_closed, "redis_closed", "Redis closed the connection before it answered.",
     "maxclients reached, protected-mode, or it is stopping: see Redis' own log."},
    {redis_silent, "redis_silent", "Redis accepts connections and does not answer in time.",
     "Frozen, swapping or in a long command: look at CPU and SLOWLOG."},
    {redis_noauth, "redis_noauth", "Redis wants a password and the agent has none.",
     "Set REDIS_AGENT_REDIS_PASSWORD or --redis-password-file."},
    {redis_wrongpass, "redis_wrongpass", "Redis refuses the agent's user or password.",
     "Do the Secret and the running Redis agree? The file is read again at each connect."},
    {redis_noperm, "redis_noperm", "The agent's ACL user may not run what it needs.",
     "Give the user +ping +info +client|list +client|setname."},
    {redis_error, "redis_error", "Redis answers PING with an error.", "See the error named."},
    {redis_loading, "redis_loading", "Redis reads its data set.", "Wait; it tells the rest in INFO persistence."},
    {redis_busy, "redis_busy", "Redis is busy in a script.", "SCRIPT KILL or FUNCTION KILL ends it."},
    {saves_failing, "saves_failing", "Redis cannot save: the disk refuses.",
     "Free space on the volume; see rdb_last_bgsave_status and aof_last_write_status, and Redis' own log."},
    {role_unknown, "role_unknown", "Redis answers, but does not say its role.",
     "Is INFO renamed or forbidden by an ACL?"},

    {pod_unresolved, "pod_unresolved", "DNS has no address for this pod.",
     "Does DNS answer at all? Is the pod scheduled? kubectl get pods -o wide; the headless Service needs "
     "publishNotReadyAddresses: true."},
    {pod_unnamed, "pod_unnamed", "A master at an address of the Service that no pod's name has in DNS.",
     "It passes when DNS has caught up; if not, does the Service select pods of another set?"},

    {serving, "serving", "The first pod serves as the set's master.", ""},
    {second_master, "second_master", "Another pod is master as well: writes may go to both.", kOneTooMany},
    {first_pod_follows, "first_pod_follows", "The first pod, which should be master, follows another.",
     "Find out who told it to; REPLICAOF NO ONE on it when its data is the best."},
    {replicas_missing, "replicas_missing", "Not every replica that is there streams from this master.",
     "Look at the replicas' own reasons: redis-agent status."},

    {following, "following", "It follows the master with a fresh link.", ""},
    {stray_master, "stray_master", "It is master where a replica should be.", kOneTooMany},
    {parked, "parked", "It is parked: read-only, following nobody.",
     "Attach it: REPLICAOF <address of the first pod> 6379."},
    {wrong_master, "wrong_master", "It follows somebody else than the first pod.",
     "REPLICAOF it to the first pod; run init again if redis.conf says so."},
    {master_moved, "master_moved", "The master's name has another address than the one it is connected to.",
     "REPLICAOF it to the same name again makes Redis resolve it anew."},
    {link_down, "link_down", "The link to the master is down.",
     "See the master's own reason; a wrong masterauth and a NetworkPolicy look like this too: see Redis' log."},
    {link_syncing, "link_syncing", "A full sync from the master is under way.", "Wait."},
    {link_stale, "link_stale", "The link says up, but nothing has come over it for too long.",
     "The master is frozen or the network is cut; see repl-ping-replica-period (should be well below 5 s)."},
    {link_unproven, "link_unproven", "The link says up, but the master does not list this replica as online.",
     "It passes within a second after a sync; if not, compare the master's slaveN lines with this pod's address: "
     "behind NAT or "
     "a mesh, --announce-ip ip tells the master the right one."},
    {link_flapping, "link_flapping", "The link went down several times within a minute.",
     "Look at the network, at repl-timeout and at client-output-buffer-limit replica on the master."},
    {resync_loop, "resync_loop", "One full sync follows another.",
     "Raise repl-backlog-size and client-output-buffer-limit replica on the master."},
    {lagging, "lagging", "It follows, but is further behind than --max-lag.", "Look at the network and at its CPU."},

    {adopted, "adopted", "The first pod's Redis was already open as the set's master.", ""},
    {reseeding, "reseeding", "The first pod takes the data of a replica that has more.",
     "Wait; it becomes master again when it has all. The sentence says from whom and how far it is."},
    {histories_differ, "histories_differ",
     "Data sets of this set have nothing in common, and only a person can tell which is right.",
     "Look at each with redis-cli; empty or stop those that are wrong, or `redis-agent bootstrap --accept-data-loss` "
     "in "
     "the first pod: it opens with what it has, the others keep hard links of theirs and follow."},
    {adopted_unknown_history, "adopted_unknown_history",
     "The first pod opens with data whose history is not known, as in a set that existed before the agent.", ""},
    {data_is_best, "data_is_best", "The first pod opens: every peer answered and nobody has more.", ""},
    {peer_silent, "peer_silent",
     "The first pod waits for a peer that does not answer, for --peer-wait, or that DNS may not name yet, for 6 s.",
     "Wait; it goes on by itself. See the peer's own reason."},
    {first_start, "first_start", "The first pod opens empty: nobody holds data.", ""},
    {peer_may_hold_data, "peer_may_hold_data",
     "The first pod has lost data, or is empty, and a peer that may have it does not answer, or shows more keys and "
     "nobody "
     "can tell of which history. It waits without limit.",
     "Bring the peer that the sentence names back, or its agent, or DNS; `redis-agent bootstrap --accept-data-loss` in "
     "the first pod "
     "opens it with what it has."},
    {donor_silent, "donor_silent", "The first pod needs a replica's data, and nobody gives it.",
     "Is the pod that the sentence names there, and does its agent run, with --boot guarded? `redis-agent bootstrap "
     "--accept-data-loss` in the first pod opens it with what it has."},
    {undecided, "undecided", "The first pod is in a state that no rule covers.",
     "See the sentence; `redis-agent bootstrap --accept-data-loss` in the first pod makes it master with what it has."},
    {bootstrapped, "bootstrapped", "The operator said to go on with what is there.", ""},

    {donating, "donating", "This pod gives its data to the first pod: master for that time, and fenced.", "Wait."},
    {master_has_less, "master_has_less", "The first pod serves with less than this pod has; following would lose it.",
     "Save what only this pod has, then `redis-agent bootstrap --accept-data-loss` in this pod: it keeps hard links of "
     "its files and follows. Where nobody wrote to the first pod yet, it takes the data by itself."},
    {unrelated_history, "unrelated_history",
     "The first pod's data cannot be compared with this pod's: hard links of the files here are kept, then it follows.",
     "Compare what was kept in .redis-agent/kept of the data directory, and remove it."},
    {master_format_newer, "master_format_newer",
     "The first pod runs a server whose data this one cannot read; following would empty it.",
     "Start a server at least as new in this pod, or roll the first pod back."},
    {master_silent, "master_silent", "The first pod does not serve; this pod stays as it is.",
     "See the first pod's own reason: redis-agent status."},

    {act_failed, "act_failed", "Something that the agent did to its Redis or its files was refused.",
     "See the error named; the agent tries again. Its ACL user needs +config|get +config|set +replicaof +bgsave "
     "+client|kill."},
    {agent_started, "agent_started", "The sidecar begins to watch.", ""},
    {agent_stopping, "agent_stopping", "The sidecar ends.", ""},
    {dns_changed, "dns_changed", "What DNS says of the headless Service changed.",
     "Links that are up do not need DNS; a Redis that must reconnect by name does. Look at the cluster DNS."},
    {peer_changed, "peer_changed", "Another pod of the set changed.", ""},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    if (kReasons[i].reason != static_cast<Reason>(i)) {
      return false;
    }
  }
  return true;
}
static_assert(in_order(), "one row for each Reason, in the order of the enum");

}  // namespace

const std::array<ReasonText, kReasonCount>& reasons() { return kReasons; }

const ReasonText& about(Reason reason) { return kReasons[static_cast<std::size_t>(reason)]; }

std::string_view to_text(Reason reason) { return about(reason).word; }

std::optional<Reason> parse_reason(std::string_view word) {
  const auto* row = std::ranges::find(kReasons, word, &ReasonText::word);
  return row == kReasons.end() ? std::nullopt : std::optional(row->reason);
}

Reason reason_of(DnsOutcome outcome) {
  switch (outcome) {
    case DnsOutcome::nxdomain:
      return Reason::waiting_nxdomain;
    case DnsOutcome::nodata:
      return Reason::waiting_nodata;
    case DnsOutcome::servfail:
      return Reason::waiting_servfail;
    case DnsOutcome::refused:
      return Reason::waiting_refused;
    case DnsOutcome::timeout:
      return Reason::waiting_timeout;
    case DnsOutcome::truncated:
      return Reason::waiting_truncated;
    case DnsOutcome::malformed:
      return Reason::waiting_malformed;
    case DnsOutcome::unreachable:
      return Reason::waiting_unreachable;
    case DnsOutcome::found:
      break;
  }
  return Reason::waiting_own_address;
}

}  // namespace agent
