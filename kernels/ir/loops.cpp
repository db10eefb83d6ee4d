// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/loops.h"

#include <algorithm>

#include "kernels/ir/traits.h"

namespace weft::ir {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

namespace {

/// What a statement has that a word of `all` may name.
struct Parts {
  std::vector<std::string> indices;
  std::vector<std::string> fused;
  std::vector<std::string> tensors;
  std::vector<Loop> loops;

  bool has(const LoopName& key) const { return find_loop(loops, key.text) != nullptr; }
  bool has(const TensorName& key) const { return contains(tensors, key.text); }
  bool has(const SplitName& key) const {
    return contains(indices, key.text) || contains(fused, key.text);
  }
  bool has(const IndexName& key) const {
    return contains(indices, key.text) || find_loop(loops, key.text) != nullptr;
  }
};

/// Adds the entries of `shared` that `applies` and that `own` does not have.
template <class Key, class Value, class Applies>
void inherit(Table<Key, Value>& own, const Table<Key, Value>& shared, Applies&& applies) {
  for (const auto& entry : shared.entries) {
    if (own.find(entry.key.text) == nullptr && applies(entry)) own.entries.push_back(entry);
  }
}

void inherit_loops(StatementSchedule& own, const StatementSchedule& shared, Parts& parts) {
  inherit(own.fuse, shared.fuse, [&](const auto& entry) {
    return std::ranges::all_of(
        entry.value, [&](const IndexName& index) { return contains(parts.indices, index.text); });
  });
  for (const auto& fuse : own.fuse.entries) parts.fused.push_back(fuse.key.text);
  inherit(own.split, shared.split, [&](const auto& entry) { return parts.has(entry.key); });
}

void inherit_rest(StatementSchedule& own, const StatementSchedule& shared, const Parts& parts) {
  for_each_field<StatementSchedule>([&](const auto& each) {
    auto& mine = own.*each.member;
    const auto& theirs = shared.*each.member;
    using Member = std::remove_cvref_t<decltype(mine)>;
    if constexpr (TableValue<Member>) {
      if constexpr (requires { parts.has(theirs.entries[0].key); }) {
        inherit(mine, theirs, [&](const auto& entry) { return parts.has(entry.key); });
      }
    } else if constexpr (OptionalValue<Member>) {
      if (!mine) mine = theirs;
    } else if constexpr (std::same_as<Member, Balance>) {
      if (!mine.weight) mine.weight = theirs.weight;
      if (!mine.grain.given()) mine.grain = theirs.grain;
      inherit(mine.loops, theirs.loops, [&](const auto& entry) { return parts.has(entry.key); });
    } else {
      if (mine == Member::all()) mine = theirs;
    }
  });
}

void add_open_tile(Table<LoopName, Choice<Formula>>& tiles, const FreshName& loop) {
  if (tiles.find(loop.text) != nullptr) return;
  auto& tile = tiles.entries.emplace_back();
  tile.key.text = loop.text;
  tile.key.where = loop.where;
  tile.value = Choice<Formula>::all();
  tile.value.where = loop.where;
}

}  // namespace

StatementSchedule effective_schedule(const Kernel& kernel, const Statement& statement) {
  const StatementSchedule* written = kernel.schedule.statements.find(statement.name);
  StatementSchedule own = written == nullptr ? StatementSchedule{} : *written;
  Parts parts;
  parts.indices = kernel.indices_of(statement);
  parts.tensors = kernel.inputs_of(statement);
  parts.tensors.push_back(statement.target.name);
  inherit_loops(own, kernel.schedule.all, parts);
  parts.loops = loops_of(kernel, statement, own);
  inherit_rest(own, kernel.schedule.all, parts);
  return own;
}

std::vector<Loop> loops_of(const Kernel& kernel, const Statement& statement,
                           const StatementSchedule& schedule) {
  std::vector<Loop> whole;
  for (const std::string& index : kernel.indices_of(statement)) {
    whole.push_back({.name = index, .indices = {index}, .parent = index});
  }
  for (const auto& fuse : schedule.fuse.entries) {
    Loop fused{.name = fuse.key.text, .indices = {}, .parent = fuse.key.text};
    for (const IndexName& index : fuse.value) {
      fused.indices.push_back(index.text);
      std::erase_if(whole, [&](const Loop& loop) { return loop.name == index.text; });
    }
    whole.push_back(fused);
  }
  std::vector<Loop> loops;
  for (const Loop& loop : whole) {
    const auto* names = schedule.split.find(loop.name);
    if (names == nullptr) {
      loops.push_back(loop);
      continue;
    }
    for (size_t i = 0; i < names->size(); ++i) {
      loops.push_back({.name = (*names)[i].text,
                       .indices = loop.indices,
                       .parent = loop.name,
                       .piece = static_cast<int>(i),
                       .pieces = static_cast<int>(names->size())});
    }
  }
  return loops;
}

std::vector<Loop> loops_of(const Kernel& kernel, const Statement& statement) {
  return loops_of(kernel, statement, effective_schedule(kernel, statement));
}

const Loop* find_loop(const std::vector<Loop>& loops, std::string_view name) {
  const auto found =
      std::ranges::find_if(loops, [name](const Loop& loop) { return loop.name == name; });
  return found == loops.end() ? nullptr : &*found;
}

std::string walked_indices(const Kernel& kernel, const Statement& statement,
                           const StatementSchedule& schedule) {
  const std::vector<Loop> loops = loops_of(kernel, statement, schedule);
  std::string walked;
  for (const LoopName& name : schedule.order.value()) {
    const Loop* loop = find_loop(loops, name.text);
    const std::string& index = loop == nullptr ? name.text : loop->parent;
    if (!walked.ends_with(index)) walked += index;
  }
  return walked;
}

void complete_schedule(Kernel& kernel) {
  auto& written = kernel.schedule.statements;
  for (const Statement& statement : kernel.statements) {
    if (written.find(statement.name) == nullptr) {
      written.entries.push_back({StatementName{{statement.name, statement.where}}, {}});
    }
    StatementSchedule& own = *written.find(statement.name);
    const StatementSchedule effective = effective_schedule(kernel, statement);
    for (const auto& split : effective.split.entries) {
      if (effective.window.find(split.value.front().text) != nullptr) continue;
      const bool is_own = own.split.find(split.key.text) != nullptr;
      Table<LoopName, Choice<Formula>>& tiles = is_own ? own.tiles : kernel.schedule.all.tiles;
      for (size_t i = 1; i < split.value.size(); ++i) {
        const FreshName& piece = split.value[i];
        if (effective.tiles.find(piece.text) == nullptr) add_open_tile(tiles, piece);
      }
    }
  }
}

}  // namespace weft::ir
