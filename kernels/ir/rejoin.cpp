// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/rejoin.h"

#include <algorithm>
#include <optional>
#include <string>

namespace weft::ir {

namespace {

bool is_open(const std::string& text) {
  return std::ranges::count(text, '(') > std::ranges::count(text, ')');
}

bool begins_call(const base::YamlNode& node) {
  return node.is_scalar() && !node.quoted() && is_open(node.scalar());
}

/// A text that grows by pieces, each at its own column as long as the line is the same.
struct Pieces {
  base::Location where;
  std::string text;

  void add(const base::Location& piece_where, const std::string& piece) {
    const int end = where.column + static_cast<int>(text.size()) + 1;
    const bool gap = piece_where.line == where.line && piece_where.column > end;
    text += ',';
    if (gap) text.append(static_cast<size_t>(piece_where.column - end), ' ');
    text += piece;
  }
};

base::YamlNode scalar_like(const base::YamlNode& first, const std::string& text) {
  auto data = std::make_shared<base::YamlData>();
  data->kind = base::YamlNode::Kind::Scalar;
  data->where = first.where();
  data->path = first.path();
  data->scalar = text;
  return base::YamlNode(std::move(data));
}

// No call of the kernel language has as many arguments. Without a bound, a list of texts that never
// close would be put together anew from each of its items on.
constexpr size_t kMaxPieces = 32;

/// The whole call that begins at `first`, and how many of the following pieces it takes; `piece(i)`
/// answers the i-th of them, or nothing where there is none.
template <class Piece>
std::optional<std::pair<base::YamlNode, size_t>> whole_call(const base::YamlNode& first,
                                                            Piece&& piece) {
  Pieces pieces{first.where(), first.scalar()};
  for (size_t taken = 0; taken <= kMaxPieces; ++taken) {
    if (!is_open(pieces.text)) return std::pair(scalar_like(first, pieces.text), taken);
    const std::optional<Pieces> next = piece(taken);
    if (!next) break;
    pieces.add(next->where, next->text);
  }
  return std::nullopt;
}

base::YamlNode rejoin_items(const base::YamlNode& list) {
  auto data = std::make_shared<base::YamlData>();
  data->kind = list.kind();
  data->where = list.where();
  data->path = list.path();
  const auto& items = list.items();
  for (size_t i = 0; i < items.size(); ++i) {
    data->items.push_back(rejoin_calls(items[i]));
    if (!begins_call(items[i])) continue;
    const auto call = whole_call(items[i], [&](size_t taken) -> std::optional<Pieces> {
      const size_t next = i + 1 + taken;
      const bool piece = next < items.size() && items[next].is_scalar() && !items[next].quoted();
      return piece ? std::optional<Pieces>({items[next].where(), items[next].scalar()})
                   : std::nullopt;
    });
    if (!call) continue;
    data->items.back() = call->first;
    i += call->second;
  }
  return base::YamlNode(std::move(data));
}

base::YamlNode rejoin_entries(const base::YamlNode& map) {
  auto data = std::make_shared<base::YamlData>();
  data->kind = map.kind();
  data->where = map.where();
  data->path = map.path();
  const auto& entries = map.entries();
  for (size_t i = 0; i < entries.size(); ++i) {
    data->entries.push_back({entries[i].key, entries[i].key_where, rejoin_calls(entries[i].value)});
    if (!begins_call(entries[i].value)) continue;
    const auto call = whole_call(entries[i].value, [&](size_t taken) -> std::optional<Pieces> {
      const size_t next = i + 1 + taken;
      const bool piece = next < entries.size() && entries[next].value.is_null();
      return piece ? std::optional<Pieces>({entries[next].key_where, entries[next].key})
                   : std::nullopt;
    });
    if (!call) continue;
    data->entries.back().value = call->first;
    i += call->second;
  }
  return base::YamlNode(std::move(data));
}

}  // namespace

base::YamlNode rejoin_calls(const base::YamlNode& document) {
  if (document.is_sequence()) return rejoin_items(document);
  if (document.is_map()) return rejoin_entries(document);
  return document;
}

}  // namespace weft::ir
