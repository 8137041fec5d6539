#include "show/table.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "core/text.h"
#include "core/utf8.h"
#include "show/pod_row.h"

namespace agent {

namespace {

constexpr std::size_t kWidthMax = 120;
constexpr std::size_t kShortName = 12;

struct Column {
  std::string title;
  bool to_the_right = false;
  std::vector<std::string> cells;
};

// Of valid UTF-8 in which each code point takes one column, as in everything shown here.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::size_t width_of(const Column& column) {
  auto width = width_of(column.title);
  for (const auto& cell : column.cells) {
    width = std::max(width, width_of(cell));
  }
  return width;
}

std::size_t width_of(const std::vector<Column>& columns) {
  std::size_t width = 0;
  for (const auto& column : columns) {
    width += width_of(column) + 2;
  }
  return width - 2;
}

Column column_of(std::string title, const std::vector<PodRow>& rows, const auto& field, bool to_the_right = false) {
  Column column{.title = std::move(title), .to_the_right = to_the_right, .cells = {}};
  for (const PodRow& row : rows) {
    auto text = one_line(std::invoke(field, row));
    column.cells.push_back(text.empty() ? "-" : std::move(text));
  }
  return column;
}

std::vector<Column> narrow(const std::vector<PodRow>& rows) {
  std::vector<Column> columns{
      column_of("POD", rows, &PodRow::name),        column_of("ROLE", rows, &PodRow::role),
      column_of("FOLLOWS", rows, &PodRow::follows), column_of("LINK", rows, &PodRow::link),
      column_of("LAG", rows, &PodRow::lag),         column_of("KEYS", rows, &PodRow::keys, true),
      column_of("VERSION", rows, &PodRow::version), column_of("VERDICT", rows, &PodRow::reason),
  };
  if (width_of(columns) > kWidthMax) {  // long names: their end is what tells pods apart
    for (auto& cell : columns[2].cells) {
      cell = width_of(cell) > kShortName && cell.size() == width_of(cell)
                 ? "…" + cell.substr(cell.size() - kShortName + 1)
                 : cell;
    }
  }
  if (width_of(columns) > kWidthMax) {
    columns.erase(columns.begin() + 6);  // VERSION; -o wide has it
  }
  return columns;
}

std::vector<Column> wide(const std::vector<PodRow>& rows) {
  return {
      column_of("POD", rows, &PodRow::name),
      column_of("ADDRESS", rows, &PodRow::addresses),
      column_of("CONTACT", rows, &PodRow::contact),
      column_of("ROLE", rows, &PodRow::role),
      column_of("FOLLOWS", rows, &PodRow::follows),
      column_of("CONNECTED", rows, &PodRow::connected),
      column_of("LINK", rows, &PodRow::link),
      column_of("LAG", rows, &PodRow::lag),
      column_of("KEYS", rows, &PodRow::keys, true),
      column_of("OFFSET", rows, &PodRow::offset, true),
      column_of("REPLID", rows, &PodRow::replid),
      column_of("MEMORY", rows, &PodRow::memory, true),
      column_of("CLIENTS", rows, &PodRow::clients, true),
      column_of("UPTIME", rows, &PodRow::uptime, true),
      column_of("VERSION", rows, &PodRow::version),
      column_of("VERDICT", rows, &PodRow::reason),
  };
}

std::string_view color_of(Health health) {
  switch (health) {
    case Health::healthy:
      return "\x1b[32m";
    case Health::degraded:
      return "\x1b[33m";
    case Health::down:
      return "\x1b[31m";
    case Health::unknown:
      break;
  }
  return "\x1b[2m";
}

std::string painted(std::string_view text, std::string_view color, const TableStyle& style) {
  return style.color ? cat(color, text, "\x1b[0m") : std::string(text);
}

std::string padded(const std::string& text, const Column& column, bool is_last) {
  const std::string blanks(width_of(column) - width_of(text), ' ');
  return column.to_the_right ? blanks + text : is_last ? text : text + blanks;
}

std::string grid(const std::vector<Column>& columns, const std::vector<PodRow>& rows, const TableStyle& style) {
  std::string title;
  std::vector<std::string> lines(rows.size());
  for (const auto& column : columns) {
    const bool is_last = &column == &columns.back();
    title += padded(column.title, column, is_last) + (is_last ? "" : "  ");
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto cell = padded(column.cells[i], column, is_last);
      lines[i] += is_last ? painted(cell, color_of(rows[i].health), style) : cell + "  ";
    }
  }
  auto out = painted(title, "\x1b[1m", style) + '\n';
  for (const auto& line : lines) {
    out += line + '\n';
  }
  return out;
}

// `text` after `first`, broken between words at kWidthMax; further lines begin with `indent` blanks.
std::string wrapped(std::string first, std::string_view text, std::size_t indent) {
  std::string out;
  std::string line = std::move(first);
  bool fresh = true;
  for (const auto word : words(text)) {
    if (!fresh && width_of(line) + 1 + width_of(word) > kWidthMax) {
      out += line + '\n';
      line = std::string(indent, ' ');
      fresh = true;
    }
    line += fresh ? cat(word) : cat(' ', word);
    fresh = false;
  }
  return out + line + '\n';
}

Health health_of(SetHealth health) {
  switch (health) {
    case SetHealth::healthy:
      return Health::healthy;
    case SetHealth::degraded:
      return Health::degraded;
    case SetHealth::unknown:
      return Health::unknown;
    case SetHealth::no_master:
    case SetHealth::several_masters:
      break;
  }
  return Health::down;
}

}  // namespace

std::string status_table(const SetStatus& set, TableStyle style) {
  const auto rows = pod_rows(set);
  std::string out = rows.empty() ? std::string() : grid(style.wide ? wide(rows) : narrow(rows), rows, style) + '\n';
  const std::string health(to_text(set.health));
  const auto lead = wrapped(health + ": ", one_line(set.sentence), 2);
  out += painted(health, color_of(health_of(set.health)), style) + lead.substr(health.size());
  for (const auto& row : rows) {
    if (row.health == Health::healthy) {
      continue;
    }
    out += wrapped(cat("  ", one_line(row.name), ' ', row.reason, ": "), one_line(row.sentence), 4);
    if (!row.way_out.empty()) {
      out += wrapped("    -> ", row.way_out, 7);
    }
  }
  return out;
}

}  // namespace agent
