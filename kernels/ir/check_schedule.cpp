// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "kernels/ir/check.h"
#include "kernels/ir/loops.h"

namespace weft::ir {

namespace {

/// The rules of one statement's schedule that go beyond names.
class NestChecker {
 public:
  NestChecker(const Kernel& kernel, const Statement& statement, base::Diagnostics& diagnostics)
      : statement_(statement),
        diagnostics_(diagnostics),
        schedule_(effective_schedule(kernel, statement)),
        loops_(loops_of(kernel, statement, schedule_)),
        kernel_(kernel) {}

  void check() {
    check_new_loops();
    for (const auto& order : schedule_.order.options) check_order(order);
    for (const auto& tile : schedule_.tiles.entries) {
      check_tile(tile.key);
      for (const Formula& size : tile.value.options) check_size(tile.key, size);
    }
    for (const auto& window : schedule_.window.entries) check_window(window.key, window.value);
    for (const auto& entry : schedule_.accum.entries) check_target("accum", entry.key);
    for (const auto& entry : schedule_.append.entries) check_target("append", entry.key);
    if (schedule_.tensorize) check_tensorize(*schedule_.tensorize);
  }

 private:
  void tell(const base::Location& where, const std::string& message) {
    report(diagnostics_, where, message);
  }

  void check_new_loops() {
    for (const auto& fuse : schedule_.fuse.entries) check_fresh("fuse", fuse.key);
    for (const auto& split : schedule_.split.entries) {
      if (split.value.size() < 2) {
        tell(split.key.where, fmt::format("split of {} in {} needs two loops or more",
                                          split.key.text, statement_.name));
      }
      for (const FreshName& piece : split.value) check_fresh("split", piece);
    }
  }

  void check_fresh(std::string_view word, const Name& name) {
    const auto uses = std::ranges::count(loops_, name.text, &Loop::name);
    if (kernel_.find_index(name.text) == nullptr && uses <= 1) return;
    tell(name.where, fmt::format("{} of {} names a loop '{}' that exists already", word,
                                 statement_.name, name.text));
  }

  void check_order(const std::vector<LoopName>& order) {
    const base::Location& where = schedule_.order.where;
    for (const Loop& loop : loops_) {
      const auto uses = std::ranges::count(order, loop.name, &LoopName::text);
      if (uses == 0) {
        tell(where, fmt::format("order of {} leaves out loop '{}'", statement_.name, loop.name));
      } else if (uses > 1) {
        tell(where, fmt::format("order of {} names loop '{}' twice", statement_.name, loop.name));
      }
    }
  }

  void check_tile(const LoopName& key) {
    const Loop* loop = find_loop(loops_, key.text);
    if (loop == nullptr) return;
    if (loop->pieces == 1) {
      tell(key.where,
           fmt::format("tiles of {} sizes '{}', which no split made", statement_.name, key.text));
    } else if (loop->piece == 0) {
      tell(key.where, fmt::format("tiles of {} sizes '{}', the outermost loop of a split, whose "
                                  "size follows from the others",
                                  statement_.name, key.text));
    }
  }

  /// Sizes that follow from the parameters alone; others are known only with the data and the
  /// machine.
  void check_size(const LoopName& key, const Formula& size) {
    const auto value = evaluate_point(size.expression, kernel_.bindings());
    if (!value || *value >= 1) return;
    tell(key.where, fmt::format("tile '{}' of {} is {}; a tile has one iteration or more", key.text,
                                statement_.name, *value));
  }

  void check_window(const LoopName& key, const Window& window) {
    const Loop* loop = find_loop(loops_, key.text);
    if (loop == nullptr) return;
    if (loop->pieces != 2 || loop->piece != 0) {
      tell(key.where, fmt::format("window of {} needs the outer loop of a split in two, found '{}'",
                                  statement_.name, key.text));
    }
    for (const Loop& inner : loops_) {
      const bool sized = inner.parent == loop->parent && inner.piece > 0 &&
                         schedule_.tiles.find(inner.name) != nullptr;
      if (!sized) continue;
      tell(key.where, fmt::format("window of {} packs '{}', which has a tile already",
                                  statement_.name, inner.name));
    }
    if (window.fit.fixed() && window.fit.value() == PackInto::Accum) check_container(key);
  }

  void check_container(const LoopName& key) {
    for (const auto& accum : schedule_.accum.entries) {
      if (accum.value.at.any) return;
      for (const LoopName& at : accum.value.at.options) {
        if (at.text == key.text) return;
      }
    }
    tell(key.where,
         fmt::format("window of {} fits the accumulator at '{}', but accum has none there",
                     statement_.name, key.text));
  }

  void check_target(std::string_view word, const TensorName& key) {
    if (key.text == statement_.target.name || kernel_.find_tensor(key.text) == nullptr) return;
    tell(key.where, fmt::format("{} of {} names tensor '{}', but the statement writes '{}'", word,
                                statement_.name, key.text, statement_.target.name));
  }

  /// The loops that a matrix instruction executes are the innermost ones.
  void check_tensorize(const Tensorize& tensorize) {
    if (!schedule_.order.fixed()) return;
    const auto& order = schedule_.order.value();
    const size_t inner = std::min(order.size(), tensorize.over.size());
    for (const LoopName& loop : tensorize.over) {
      const auto begin = order.end() - static_cast<std::ptrdiff_t>(inner);
      const bool innermost = std::ranges::count(begin, order.end(), loop.text, &LoopName::text) > 0;
      if (innermost || find_loop(loops_, loop.text) == nullptr) continue;
      tell(loop.where, fmt::format("tensorize of {} runs over '{}', which is not among the {} "
                                   "innermost loops",
                                   statement_.name, loop.text, inner));
    }
  }

  const Statement& statement_;
  base::Diagnostics& diagnostics_;
  StatementSchedule schedule_;
  std::vector<Loop> loops_;
  const Kernel& kernel_;
};

}  // namespace

void check_schedule(const Kernel& kernel, base::Diagnostics& diagnostics) {
  for (const Statement& statement : kernel.statements) {
    NestChecker(kernel, statement, diagnostics).check();
  }
}

}  // namespace weft::ir
