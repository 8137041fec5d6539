// A document as a tree of values, written as JSON or YAML. What is not known is not in it: there is no null.
// Not a parser.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/time.h"

namespace agent {

struct Member;
struct Node;
using List = std::vector<Node>;
using Members = std::vector<Member>;

struct Node {
  std::variant<bool, std::int64_t, Duration, std::string, List, Members> value;  // a Duration is written in seconds

  Node(std::same_as<bool> auto yes) : value(yes) {}
  Node(std::integral auto number)
    requires(!std::same_as<decltype(number), bool>);
  Node(std::int64_t number);
  Node(Duration duration);
  Node(std::string_view text);
  Node(const std::string& text);
  Node(const char* text);
  Node(List list);
  Node(Members members);
};

struct Member {
  std::string key;
  Node value;
};

// Only here are Members complete, and can be destroyed (clang insists).
Node::Node(std::integral auto number)
  requires(!std::same_as<decltype(number), bool>)
    : Node(static_cast<std::int64_t>(number)) {}

// An object being filled, in the order in which its fields are shown.
class Object {
 public:
  Object& put(std::string_view key, Node value);
  template <class Value>
  Object& put(std::string_view key, const std::optional<Value>& value) {
    return value ? put(key, Node(*value)) : *this;
  }
  // Empty text stands for "not known" in our values.
  Object& put_known(std::string_view key, const std::string& text);
  Node done() { return Node(std::move(members_)); }

 private:
  Members members_;
};

// Indented by two, with a line end at the end.
std::string to_json(const Node& root);
std::string to_yaml(const Node& root);

}  // namespace agent
