#include "show/tree.h"

#include <algorithm>
#include <array>

#include "show/escape.h"
#include "show/times.h"

namespace agent {

namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

void indent(std::string& out, std::size_t depth) { out.append(2 * depth, ' '); }

void write_json(std::string& out, const Node& node, std::size_t depth);

template <class Items, class WriteItem>
void write_json_items(std::string& out, std::string_view brackets, const Items& items, std::size_t depth,
                      const WriteItem& write_item) {
  out += brackets[0];
  for (const auto& item : items) {
    out += &item == &items.front() ? "\n" : ",\n";
    indent(out, depth + 1);
    write_item(item);
  }
  if (!items.empty()) {
    out += '\n';
    indent(out, depth);
  }
  out += brackets[1];
}

void write_json(std::string& out, const Node& node, std::size_t depth) {
  const Overloaded write{
      [&](bool yes) { out += yes ? "true" : "false"; },
      [&](std::int64_t number) { out += std::to_string(number); },
      [&](Duration duration) { out += seconds_text(duration); },
      [&](const std::string& text) { out += json_quoted(text); },
      [&](const List& list) {
        write_json_items(out, "[]", list, depth, [&](const Node& item) { write_json(out, item, depth + 1); });
      },
      [&](const Members& members) {
        write_json_items(out, "{}", members, depth, [&](const Member& member) {
          out += json_quoted(member.key) + ": ";
          write_json(out, member.value, depth + 1);
        });
      },
  };
  std::visit(write, node.value);
}

// Plain only where no reader of YAML 1.1 or 1.2 can take it for something else: begins with a letter, holds letters,
// digits, '_', '-', '.', '/', and is none of the words for true, false and nothing.
bool is_plain(std::string_view text) {
  constexpr std::array<std::string_view, 9> kWords{"true", "false", "yes", "no", "on", "off", "null", "y", "n"};
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return !text.empty() && kLetters.find(text.front()) != std::string_view::npos &&
         text.find_first_not_of(std::string(kLetters) + "0123456789_-./") == std::string_view::npos &&
         std::ranges::find(kWords, lower) == kWords.end();
}

std::string yaml_text(std::string_view text) { return is_plain(text) ? std::string(text) : json_quoted(text); }

void write_yaml(std::string& out, const Node& node, std::size_t depth);

// The first field of an object stands on the line of its dash: what write_yaml puts before it is a line end and blanks.
void write_yaml_item(std::string& out, const Node& item, std::size_t depth) {
  indent(out, depth);
  out += '-';
  const auto start = out.size();
  write_yaml(out, item, depth + 1);
  if (out[start] == '\n') {
    out.replace(start, 1 + 2 * (depth + 1), " ");
  }
}

// A scalar or an empty collection goes on the line of its key; anything else on lines of its own, at `depth`.
void write_yaml(std::string& out, const Node& node, std::size_t depth) {
  const Overloaded write{
      [&](const std::string& text) { out += ' ' + yaml_text(text) + '\n'; },
      [&](const List& list) {
        out += list.empty() ? " []\n" : "\n";
        for (const auto& item : list) {
          write_yaml_item(out, item, depth);
        }
      },
      [&](const Members& members) {
        out += members.empty() ? " {}\n" : "\n";
        for (const auto& [key, value] : members) {
          indent(out, depth);
          out += yaml_text(key) + ':';
          write_yaml(out, value, depth + 1);
        }
      },
      [&](const auto&) {
        out += ' ';
        write_json(out, node, 0);
        out += '\n';
      },
  };
  std::visit(write, node.value);
}

}  // namespace

Node::Node(std::int64_t number) : value(number) {}
Node::Node(Duration duration) : value(duration) {}
Node::Node(std::string_view text) : value(std::string(text)) {}
Node::Node(const std::string& text) : value(text) {}
Node::Node(const char* text) : value(std::string(text)) {}
Node::Node(List list) : value(std::move(list)) {}
Node::Node(Members members) : value(std::move(members)) {}

Object& Object::put(std::string_view key, Node value) {
  members_.push_back({std::string(key), std::move(value)});
  return *this;
}

Object& Object::put_known(std::string_view key, const std::string& text) {
  return text.empty() ? *this : put(key, text);
}

std::string to_json(const Node& root) {
  std::string out;
  write_json(out, root, 0);
  return out + '\n';
}

std::string to_yaml(const Node& root) {
  std::string out;
  write_yaml(out, root, 0);
  out.erase(0, 1);  // the blank or line end that would follow a key
  return out;
}

}  // namespace agent
