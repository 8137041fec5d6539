#include "core/judge.h"
#include "core/text.h"

namespace agent {

namespace {

std::string quoted(const std::string& words) { return words.empty() ? std::string() : cat(": ", words); }

// Every contact that is not an answer to work with; pong and misconf are.
std::optional<Reason> reason_of(Contact contact) {
  switch (contact) {
    case Contact::refused:
      return Reason::redis_refused;
    case Contact::unreachable:
      return Reason::redis_unreachable;
    case Contact::closed:
      return Reason::redis_closed;
    case Contact::silent:
      return Reason::redis_silent;
    case Contact::noauth:
      return Reason::redis_noauth;
    case Contact::wrongpass:
      return Reason::redis_wrongpass;
    case Contact::noperm:
      return Reason::redis_noperm;
    case Contact::error:
      return Reason::redis_error;
    case Contact::loading:
      return Reason::redis_loading;
    case Contact::busy:
      return Reason::redis_busy;
    case Contact::pong:
    case Contact::misconf:
      return std::nullopt;
  }
  return Reason::redis_error;
}

std::string sentence_of(Contact contact, const std::string& name, const std::string& error) {
  switch (contact) {
    case Contact::refused:
      return cat("nobody listens where the Redis of ", name, " should", quoted(error));
    case Contact::unreachable:
      return cat("the Redis of ", name, " cannot be reached", quoted(error));
    case Contact::closed:
      return cat("the Redis of ", name, " closed the connection before it answered", quoted(error));
    case Contact::silent:
      return cat("the Redis of ", name, " accepts connections and does not answer", quoted(error));
    case Contact::noauth:
      return cat("the Redis of ", name, " wants a password", quoted(error));
    case Contact::wrongpass:
      return cat("the Redis of ", name, " refuses the user or password", quoted(error));
    case Contact::noperm:
      return cat("the Redis of ", name, " forbids what the agent needs", quoted(error));
    case Contact::loading:
      return cat("the Redis of ", name, " is reading its data set");
    case Contact::busy:
      return cat("the Redis of ", name, " is busy in a script");
    default:
      return cat("the Redis of ", name, " answers with an error", quoted(error));
  }
}

}  // namespace

std::string_view to_text(Health health) {
  switch (health) {
    case Health::down:
      return "down";
    case Health::degraded:
      return "degraded";
    case Health::healthy:
      return "healthy";
    case Health::unknown:
      break;
  }
  return "unknown";
}

Verdict down(Reason reason, std::string sentence) {
  Verdict verdict;
  verdict.reason = reason;
  verdict.health = Health::down;
  verdict.sentence = std::move(sentence);
  return verdict;
}

Verdict degraded(Reason reason, std::string sentence) {
  auto verdict = down(reason, std::move(sentence));
  verdict.health = Health::degraded;
  return verdict;
}

std::optional<Verdict> judge_contact(const PodSight& pod) {
  const auto name = shown_name(pod);
  if (!pod.redis) {
    if (pod.addresses.empty() && !pod.is_local) {
      return down(Reason::pod_unresolved, cat("DNS has no address for ", name));
    }
    Verdict unknown;
    unknown.sentence = cat("the Redis of ", name, " has not answered yet");
    return unknown;
  }
  const auto& view = pod.redis->value;
  if (const auto reason = reason_of(view.contact)) {
    return down(*reason, sentence_of(view.contact, name, view.error));
  }
  if (!view.info || !view.info->role) {
    return down(Reason::role_unknown, cat("the Redis of ", name, " does not say its role", quoted(view.error)));
  }
  if (view.info->loading == true) {
    return down(Reason::redis_loading, sentence_of(Contact::loading, name, {}));
  }
  return std::nullopt;
}

std::optional<std::string> failing_save(const Case& c) {
  if (c.info.last_aof_write_ok == false) {
    return cat("the Redis of ", c.name(), " cannot write its append-only file (aof_last_write_status is not ok)");
  }
  if (c.info.last_rdb_save_ok == false) {
    return cat("the last RDB save of ", c.name(), " failed (rdb_last_bgsave_status is not ok)");
  }
  if (c.pod.redis->value.contact == Contact::misconf) {
    return cat("the Redis of ", c.name(), " refuses writes: ", c.pod.redis->value.error);
  }
  return std::nullopt;
}

Verdict judge(const Settings& settings, const Observation& observation, const PodSight& pod,
              const LinkHistory& history) {
  if (auto verdict = judge_contact(pod)) {
    return *verdict;
  }
  const Case c{settings, observation, pod, history, *pod.redis->value.info};
  return c.info.role == Role::master ? judge_master(c) : judge_replica(c);
}

}  // namespace agent
