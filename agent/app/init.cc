#include "app/init.h"

#include <algorithm>
#include <utility>

#include "app/remember.h"
#include "core/closed_door.h"
#include "core/duration.h"
#include "core/empty_master.h"
#include "core/pace.h"
#include "core/text.h"

namespace agent {

namespace {

constexpr Duration kAdviseEvery = std::chrono::seconds(10);
constexpr Duration kSurveyMax = std::chrono::seconds(3);

}  // namespace

Init::Init(const World& world, Random& random, Files& files, Journal& journal, const Settings& settings)
    : world_(world), random_(random), files_(files), journal_(journal), settings_(settings) {}

void Init::start(std::function<void(ExitCode)> done) {
  done_ = std::move(done);
  started_ = last_advice_ = world_.clock.now();
  const auto& pod = settings_.pod;
  if (is_guarded()) {  // who leads is decided by the sidecar, and nothing that this command could see changes the conf
    journal_.tell(Level::info, Reason::initializing,
                  cat(pod_name(pod.identity), is_first(pod) ? " is the first pod, the set's master" : " is a replica",
                      "; its boot is guarded"));
    write_conf();
    return;
  }
  if (is_first(pod)) {
    journal_.tell(Level::info, Reason::initializing,
                  cat(pod_name(pod.identity), " is the first pod, the set's master"));
    guard_first_pod();
    return;
  }
  journal_.tell(Level::info, Reason::initializing,
                cat(pod_name(pod.identity), " is a replica; waiting for ", master_name(pod), " to resolve"));
  if (settings_.init.timeout > Duration::zero()) {
    limit_ = world_.clock.after(settings_.init.timeout, [this] { on_timeout(); });
  }
  ask_dns();
}

void Init::ask_dns() {
  world_.resolver.look_up(master_name(settings_.pod), settings_.dns.query_timeout,
                          [this](const DnsView& view) { on_answer(view); });
}

void Init::on_answer(const DnsView& view) {
  if (!done_) {
    return;  // --timeout came first
  }
  const auto& own = settings_.pod.own_addresses;
  const auto other = std::ranges::find_if(view.addresses, [&own](const IpAddress& a) { return !contains(own, a); });
  if (other == view.addresses.end()) {
    wait(reason_of(view.outcome));
    return;
  }
  master_ = *other;
  journal_.tell(Level::info, Reason::master_found,
                cat(master_name(settings_.pod), " is ", to_text(view.addresses), ", after ",
                    rough(world_.clock.now() - started_)));
  write_conf();
}

void Init::wait(Reason reason) {
  const auto now = world_.clock.now();
  const auto waited = now - started_;
  if (now - last_advice_ >= kAdviseEvery) {
    journal_.tell(Level::warning, reason,
                  cat("still waiting for ", master_name(settings_.pod), " after ", rough(waited), ": ",
                      about(reason).meaning, ' ', about(reason).way_out));
    last_advice_ = now;
  } else if (reason_ != reason) {
    journal_.tell(Level::info, reason,
                  cat("waiting for ", master_name(settings_.pod), " to resolve: ", about(reason).meaning));
  }
  reason_ = reason;
  next_query_ = world_.clock.after(next_interval(waited, random_.next()), [this] { ask_dns(); });
}

void Init::on_timeout() {
  const auto last = reason_ ? reason_.value() : Reason::waiting_timeout;
  journal_.tell(Level::error, Reason::gave_up,
                cat(master_name(settings_.pod), " did not resolve within --timeout ", to_text(settings_.init.timeout),
                    " (", to_text(last), "). ", about(last).way_out));
  finish(ExitCode::timeout);
}

// As master, a first pod that comes back empty would wipe the replicas that still hold the data within a second.
void Init::guard_first_pod() {
  const auto& init = settings_.init;
  if (!settings_.data_dir || init.allow_empty_master) {
    write_conf();
    return;
  }
  const auto empty = files_.holds_no_data(*settings_.data_dir);
  if (!empty) {
    fail(cat(empty.error().what, "; --data-dir must be where Redis keeps its dump and append-only files"));
    return;
  }
  if (!*empty) {
    write_conf();
    return;
  }
  survey_ = std::make_unique<Survey>(world_, settings_);
  survey_->start(kSurveyMax, [this](const Observation& seen) { on_survey(seen); });
}

void Init::on_survey(const Observation& observation) {
  const auto why = data_elsewhere(observation);
  if (!why) {
    write_conf();
    return;
  }
  journal_.tell(Level::error, Reason::empty_first_pod,
                cat(*settings_.data_dir, " is empty, but ", *why, ". ", about(Reason::empty_first_pod).way_out));
  finish(ExitCode::could_not);
}

std::optional<std::string> Init::read_secret(const SecretSource& source, bool& failed) {
  if (source.value || !source.file) {
    return source.value;
  }
  auto text = files_.read(*source.file);
  if (!text) {
    fail(text.error().what);
    failed = true;
    return std::nullopt;
  }
  return std::string(trim_line_ends(*text));
}

std::optional<ConfBlock> Init::block() {
  const auto& init = settings_.init;
  const auto& pod = settings_.pod;
  ConfBlock block{.pod = pod_name(pod.identity),
                  .directive = init.directive,
                  .master = {},
                  .masteruser = init.masteruser,
                  .masterauth = {},
                  .requirepass = {},
                  .announce_ip = init.announce_ip,
                  .announce_port = init.announce_port,
                  .tune = init.tune,
                  .pid_file = {}};
  if (is_guarded()) {
    block.closed = is_first(pod);
    block.pid_file = kPidFile;
    block.master = is_first(pod) ? std::nullopt : std::optional(parked_master());
  } else if (master_) {
    block.master = {.host = init.master_address == MasterAddress::ip ? master_->text : master_name(pod),
                    .port = settings_.redis.peer_port};
  }
  if (init.announce_ip == "name") {
    block.announce_ip = pod_fqdn(pod.domain, block.pod);
  } else if (init.announce_ip == "ip") {
    if (pod.own_addresses.empty()) {
      fail(
          "cannot tell this pod's own address for --announce-ip ip: /etc/hosts has no line with its name; pass the "
          "address");
      return std::nullopt;
    }
    block.announce_ip = pod.own_addresses.front().text;
  }
  bool failed = false;
  block.masterauth = read_secret(init.masterauth, failed);
  block.requirepass = read_secret(init.requirepass, failed);
  return failed ? std::nullopt : std::optional(block);
}

// Before the conf: a closed Redis whose door's width nobody remembers could not be opened.
bool Init::remember(const ConfEdit& edit) {
  const auto& path = settings_.init.template_path;
  if (edit.bind && is_first(settings_.pod) && is_loopback_only(*edit.bind)) {
    fail(cat(path, ": bind ", *edit.bind, " is loopback only, so that no other pod could ever attach to this one; ",
             "leave bind out, or name the pod's addresses, as in bind ", kDefaultBind));
    return false;
  }
  const auto said = remember_template(files_, settings_, edit);
  if (!said) {
    fail(said.error());
    return false;
  }
  if (!said->empty()) {
    journal_.tell(Level::warning, Reason::state_replaced, *said);
  }
  return true;
}

std::string Init::role_in(const ConfBlock& block) const {
  if (is_guarded()) {
    return block.closed ? "closed: redis-agent run opens it" : "parked: redis-agent run attaches it";
  }
  return block.master ? cat("replica of ", block.master->host, " port ", block.master->port) : "master";
}

void Init::tell_edits(const ConfEdit& edit) {
  for (const auto& line : edit.removed) {
    journal_.tell(Level::warning, Reason::conf_edited, cat("taken out of ", settings_.init.template_path, ": ", line));
  }
  const auto unchecked = is_guarded() ? "not checked for slaveof, replicaof, bind or min-replicas-to-write: "
                                      : "not checked for slaveof or replicaof: ";
  for (const auto& line : edit.includes) {
    journal_.tell(Level::warning, Reason::conf_edited, cat(unchecked, line));
  }
}

void Init::write_conf() {
  const auto& init = settings_.init;
  const auto wanted = block();
  if (!wanted) {
    return;
  }
  const auto conf = files_.read(init.template_path);
  if (!conf) {
    fail(conf.error().what);
    return;
  }
  const auto edit = edit_conf(*conf, *wanted);
  if (!edit) {
    fail(cat(init.template_path, ": ", edit.error()));
    return;
  }
  tell_edits(*edit);
  if (is_guarded() && !remember(*edit)) {
    return;
  }
  const auto before = files_.read(init.output_path);
  const bool same = before && *before == edit->text;
  if (!same) {
    if (const auto written = files_.write(init.output_path, edit->text, edit->has_secret); !written) {
      fail(written.error().what);
      return;
    }
  } else if (edit->has_secret) {
    if (const auto restricted = files_.restrict_access(init.output_path); !restricted) {
      fail(restricted.error().what);
      return;
    }
  }
  journal_.tell(Level::info, same ? Reason::conf_unchanged : Reason::conf_written,
                cat(init.output_path, same ? " already says: " : " says: ", role_in(*wanted)));
  finish(ExitCode::done);
}

void Init::fail(const std::string& sentence) {
  journal_.tell(Level::error, Reason::could_not, sentence);
  finish(ExitCode::could_not);
}

void Init::finish(ExitCode code) {
  limit_.reset();
  next_query_.reset();
  if (auto done = std::exchange(done_, nullptr)) {
    done(code);
  }
}

}  // namespace agent
