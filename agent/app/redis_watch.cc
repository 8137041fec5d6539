#include "app/redis_watch.h"

#include <utility>

#include "core/closed_door.h"
#include "core/duration.h"
#include "core/text.h"

namespace agent {

namespace {

// What a failed command says about the contact; nothing where it was answered.
std::optional<std::pair<Contact, std::string>> failure_of(const RedisReply& reply) {
  if (const auto* error = std::get_if<ReplyError>(&reply)) {
    return std::pair(contact_of_error(error->text), error->text);
  }
  if (const auto* failure = std::get_if<LinkFailure>(&reply)) {
    return std::pair(failure->contact, failure->why);
  }
  return std::nullopt;
}

}  // namespace

RedisWatch::RedisWatch(Clock& clock, RedisPort& redis, const Endpoint& endpoint, const Credentials& credentials,
                       Duration timeout, Questions questions, OnView on_view)
    : clock_(clock),
      link_(redis.open(endpoint, credentials)),
      timeout_(timeout),
      questions_(questions),
      on_view_(std::move(on_view)) {
  link_->on_idle_close([this] { poll(); });
}

void RedisWatch::poll() {
  if (asked_ && clock_.now() - *asked_ < kGiveUp) {
    return;
  }
  ++round_;
  if (asked_) {
    link_->reset();
  }
  asked_ = clock_.now();
  view_ = {};
  silence_ = clock_.after(timeout_, [this] { on_silence(); });
  link_->send({"PING"}, in_round(&RedisWatch::on_ping));
  if (questions_ == Questions::guarded) {  // before INFO: what they say is not newer than it
    link_->send({"CONFIG", "GET", "bind"}, in_round(&RedisWatch::on_bind));
    link_->send({"CONFIG", "GET", "min-replicas-to-write"}, in_round(&RedisWatch::on_min_replicas));
  }
  link_->send({"INFO"}, in_round(&RedisWatch::on_info));
}

std::function<void(RedisReply)> RedisWatch::in_round(void (RedisWatch::*on_reply)(const RedisReply&)) {
  return [this, on_reply, round = round_](const RedisReply& reply) {
    if (round == round_) {
      (this->*on_reply)(reply);
    }
  };
}

void RedisWatch::on_ping(const RedisReply& reply) {
  view_.contact = Contact::pong;
  if (auto failure = failure_of(reply)) {
    std::tie(view_.contact, view_.error) = std::move(*failure);
  }
}

void RedisWatch::on_info(const RedisReply& reply) {
  if (const auto* text = std::get_if<ReplyText>(&reply)) {
    view_.info = std::make_shared<RedisInfo>(parse_info(text->text));
  } else if (auto failure = failure_of(reply); failure && view_.contact == Contact::pong) {
    std::tie(view_.contact, view_.error) = std::move(*failure);
  }
  if (view_.info && view_.info->role == Role::replica) {
    link_->send({"CLIENT", "LIST", "TYPE", "master"}, in_round(&RedisWatch::on_clients));
    return;
  }
  finish();
}

// The value behind the name; nothing where the server does not tell.
void RedisWatch::on_bind(const RedisReply& reply) {
  if (const auto* answer = std::get_if<ReplyItems>(&reply); answer != nullptr && answer->items.size() == 2) {
    view_.is_open = !is_loopback_only(answer->items[1]);
  }
}

void RedisWatch::on_min_replicas(const RedisReply& reply) {
  if (const auto* answer = std::get_if<ReplyItems>(&reply); answer != nullptr && answer->items.size() == 2) {
    view_.min_replicas = to_number<std::int64_t>(answer->items[1]);
  }
}

bool RedisWatch::send_on(std::uint64_t connection, RedisCommand command, std::function<void(RedisReply)> done) {
  if (!link_->is_connected() || link_->connection() != connection) {
    return false;
  }
  link_->send(std::move(command), std::move(done));
  return true;
}

void RedisWatch::on_clients(const RedisReply& reply) {
  if (const auto* text = std::get_if<ReplyText>(&reply)) {
    if (const auto master = parse_master_client(text->text)) {
      view_.true_master = master->address;
      view_.master_connection = master->connection;
    }
  }
  finish();
}

void RedisWatch::on_silence() {
  RedisView silent;
  const bool connected = link_->is_connected();
  silent.contact = connected ? Contact::silent : Contact::unreachable;
  silent.error =
      connected ? cat("no answer for ", rough(clock_.now() - *asked_)) : "no answer to the connection attempt";
  on_view_({.value = silent, .asked = *asked_, .seen = clock_.now(), .connection = link_->connection()});
}

void RedisWatch::finish() {
  silence_.reset();
  const Seen<RedisView> seen{
      .value = std::exchange(view_, {}), .asked = *asked_, .seen = clock_.now(), .connection = link_->connection()};
  asked_.reset();
  if (seen.value.contact == Contact::noauth || seen.value.contact == Contact::wrongpass) {
    link_->reset();  // the next connection reads the password again
  }
  on_view_(seen);
}

}  // namespace agent
