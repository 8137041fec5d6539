#include "io/published.h"

#include <boost/json/src.hpp>
#include <string>
#include <vector>

#include "core/ancestry.h"

namespace agent {

namespace json = boost::json;

namespace {

const json::object* object_in(const json::object& parent, std::string_view name) {
  const auto* value = parent.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

std::optional<std::string> text_in(const json::object& parent, std::string_view name) {
  const auto* value = parent.if_contains(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::nullopt : std::optional<std::string>(std::in_place, text->data(), text->size());
}

std::optional<Position> position_in(const json::object& object) {
  const auto replid = text_in(object, "replid");
  const auto* offset = object.if_contains("offset");
  if (!replid || replid->empty() || offset == nullptr || !offset->is_int64() || offset->get_int64() < kBefore) {
    return std::nullopt;
  }
  return Position{.replid = *replid, .offset = offset->get_int64()};
}

std::optional<Standing> standing_in(const json::object& data) {
  const auto* continues = object_in(data, "continues");
  const auto at = continues == nullptr ? std::nullopt : position_in(*continues);
  const auto certainty = at ? parse_certainty(text_in(*continues, "certainty").value_or("")) : std::nullopt;
  return certainty ? std::optional(Standing{.at = *at, .certainty = *certainty}) : std::nullopt;
}

// An entry that cannot be read is left out: one position less only makes it say less.
std::vector<Position> positions_in(const json::object& data, std::string_view name) {
  std::vector<Position> positions;
  const auto* list = data.if_contains(name);
  if (list == nullptr || !list->is_array()) {
    return positions;
  }
  for (const auto& entry : list->get_array()) {
    const auto position = entry.is_object() ? position_in(entry.get_object()) : std::nullopt;
    if (position) {
      positions.push_back(*position);
    }
  }
  return positions;
}

bool is_true_in(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

}  // namespace

std::optional<Published> published_in(std::string_view status) {
  boost::system::error_code error;
  json::parse_options limits;
  limits.max_depth = 16;
  const auto document = json::parse(status, error, {}, limits);
  if (error || !document.is_object()) {
    return std::nullopt;
  }
  const auto* data = object_in(document.get_object(), "data");
  const auto run_id = data == nullptr ? std::nullopt : text_in(*data, "run_id");
  if (!run_id || run_id->empty()) {
    return std::nullopt;
  }
  const auto* began_with = data->if_contains("began_with");
  const auto* once = object_in(*data, "once");
  return Published{.run_id = *run_id,
                   .continues = standing_in(*data),
                   .ancestors = positions_in(*data, "ancestors"),
                   .began_with = began_with != nullptr && began_with->is_int64()
                                     ? std::optional(began_with->get_int64())
                                     : std::nullopt,
                   .once = once != nullptr ? position_in(*once) : std::nullopt,
                   .once_ancestors = once != nullptr ? positions_in(*once, "ancestors") : std::vector<Position>{},
                   .lost = positions_in(*data, "lost"),
                   .is_snapshot = is_true_in(*data, "is_snapshot"),
                   .may_lack_end = is_true_in(*data, "may_lack_end")};
}

}  // namespace agent
