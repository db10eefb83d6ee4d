// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/tile_walk.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "kernels/ir/loops.h"

namespace weft::mapper {

namespace {

bool is_cta(ir::Unit unit) {
  return unit == ir::Unit::Cta || unit == ir::Unit::CtaX || unit == ir::Unit::CtaY ||
         unit == ir::Unit::CtaZ;
}

int axis_of(ir::Unit unit) {
  if (unit == ir::Unit::CtaX) return 1;
  if (unit == ir::Unit::CtaY) return 2;
  return unit == ir::Unit::CtaZ ? 3 : 0;
}

class WalkReader {
 public:
  WalkReader(const ir::Kernel& kernel, const ContractionForm& form, base::Diagnostics& diagnostics)
      : kernel_(kernel),
        form_(form),
        diagnostics_(diagnostics),
        before_(diagnostics.messages().size()),
        schedule_(ir::effective_schedule(kernel, *form.statement)),
        loops_(ir::loops_of(kernel, *form.statement, schedule_)) {}

  std::optional<TileWalk> read() {
    const ir::Tensorize* tensorize = tensorize_of(schedule_, *form_.statement, diagnostics_);
    if (tensorize == nullptr) return std::nullopt;
    for (const ir::LoopName& loop : tensorize->over) tile_loops_.push_back(loop.text);
    refuse_other_words();
    for (const std::string& index : kernel_.indices_of(*form_.statement)) read_index(index);
    read_grid();
    read_split();
    if (diagnostics_.messages().size() != before_) return std::nullopt;
    return std::move(walk_);
  }

 private:
  void tell(const base::Location& where, const std::string& message) {
    ir::report(diagnostics_, where, message);
  }

  const base::Location& statement_place() const { return form_.statement->where; }

  void refuse_other_words() {
    const auto refuse = [&](bool given, std::string_view word) {
      if (given)
        tell(statement_place(), fmt::format("'{}' of {} has no meaning for tiles of a dense or 2:4 "
                                            "product",
                                            word, form_.statement->name));
    };
    refuse(!schedule_.fuse.empty(), "fuse");
    refuse(!schedule_.window.empty(), "window");
    refuse(!schedule_.append.empty(), "append");
    refuse(!schedule_.coiter.empty(), "coiter");
    refuse(!schedule_.scan.empty(), "scan");
    refuse(!schedule_.exchange.empty(), "exchange");
    refuse(!schedule_.radix.empty(), "radix");
  }

  bool in_tile(const std::string& loop) const { return std::ranges::count(tile_loops_, loop) > 0; }

  const ir::Choice<ir::Unit>* unit_of(const std::string& loop) const {
    return schedule_.par.find(loop);
  }

  bool on_cta(const std::string& loop) const {
    const ir::Choice<ir::Unit>* unit = unit_of(loop);
    return unit != nullptr && unit->fixed() && is_cta(unit->value());
  }

  /// The size of an inner piece of a split.
  int64_t size_of(const ir::Loop& loop, int64_t extent) {
    const auto* tile = schedule_.tiles.find(loop.name);
    if (tile == nullptr || !tile->fixed()) return extent;
    const auto size = ir::evaluate_point(tile->value().expression, kernel_.bindings());
    if (size && *size >= 1) return *size;
    tell(tile->where, fmt::format("tile '{}' of {} is no positive number on an SM array", loop.name,
                                  form_.statement->name));
    return 1;
  }

  void read_index(const std::string& index) {
    IndexWalk walk{index, form_.role_of(index), kernel_.extent(index).value_or(1), 1, false};
    bool serial = false;
    for (const ir::Loop& loop : loops_) {
      if (loop.parent != index) continue;
      if (in_tile(loop.name)) {
        walk.tile *= loop.pieces == 1 ? walk.extent : size_of(loop, walk.extent);
        if (walk.role == IndexRole::Batch) refuse_batch(loop.name);
      } else if (on_cta(loop.name)) {
        walk.dealt = true;
        if (walk.role == IndexRole::K) refuse_dealt_sum(loop.name);
      } else {
        serial = true;
        refuse_other_unit(loop.name);
      }
    }
    if (walk.dealt && serial) {
      tell(statement_place(), fmt::format("loops of index {} in {} are partly on cta; all that "
                                          "tensorize leaves out must be, or none",
                                          index, form_.statement->name));
    }
    walk_.indices.push_back(std::move(walk));
  }

  void refuse_batch(const std::string& loop) {
    tell(schedule_.tensorize->over.front().where,
         fmt::format("tensorize of {} runs over '{}', which chooses a product of the batch; a tile "
                     "lies in one product",
                     form_.statement->name, loop));
  }

  void refuse_dealt_sum(const std::string& loop) {
    tell(unit_of(loop)->where,
         fmt::format("'{}' of {} is summed over; CTAs divide it by reduce: {{{}: split_k(N)}}",
                     loop, form_.statement->name, loop));
  }

  void refuse_other_unit(const std::string& loop) {
    const ir::Choice<ir::Unit>* unit = unit_of(loop);
    if (unit == nullptr || !unit->fixed()) return;
    tell(unit->where, fmt::format("'{}' of {} runs on {}; loops outside a tile run on cta, or one "
                                  "after the other",
                                  loop, form_.statement->name, ir::text_of(unit->value())));
  }

  /// The cta loops, slowest first, neighbours of one role as one dimension. A role that comes twice
  /// with another between is banded: its inner loop is the band.
  void read_grid() {
    std::vector<GridDimension> found;
    for (const ir::LoopName& name : schedule_.order.value()) {
      const ir::Loop* loop = ir::find_loop(loops_, name.text);
      if (loop == nullptr || !on_cta(name.text) || in_tile(name.text)) continue;
      const int axis = axis_of(unit_of(name.text)->value());
      found.push_back({form_.role_of(loop->parent), {name.text}, axis, 1, 1});
    }
    std::ranges::stable_sort(found, std::greater<>(), [](const GridDimension& dimension) {
      return dimension.axis == 0 ? 4 : dimension.axis;
    });
    for (const GridDimension& each : found) add_dimension(each);
    for (GridDimension& dimension : walk_.grid) {
      dimension.tiles = 1;
      for (const IndexWalk& index : walk_.indices) {
        if (index.role == dimension.role && index.dealt) dimension.tiles *= index.tiles();
      }
    }
  }

  void add_dimension(const GridDimension& each) {
    std::vector<GridDimension>& grid = walk_.grid;
    const auto known = std::ranges::find(grid, each.role, &GridDimension::role);
    if (known == grid.end()) {
      grid.push_back(each);
      return;
    }
    known->loops.push_back(each.loops.front());
    if (&*known == &grid.back()) return;
    const ir::Loop* loop = ir::find_loop(loops_, each.loops.front());
    const bool plane = &*known == &grid[grid.size() - 2] && each.role != IndexRole::Batch;
    if (plane && known->band == 1 && loop->piece > 0) {
      known->band = size_of(*loop, 1);
    } else {
      tell(schedule_.order.where,
           fmt::format("the grid of {} walks '{}' in a place of its own; CTAs are handed out "
                       "dimension by dimension, or in bands of the second fastest",
                       form_.statement->name, each.loops.front()));
    }
  }

  void read_split() {
    for (const auto& entry : schedule_.reduce.entries) {
      const ir::Reduction& reduction = entry.value.value();
      const bool known =
          reduction.kind == ir::ReduceKind::SplitK || reduction.kind == ir::ReduceKind::Serial;
      if (!known) {
        tell(entry.value.where, fmt::format("reduce of {} is serial or split_k(N) on an SM array; "
                                            "found {}",
                                            form_.statement->name, reduction.text()));
      }
      if (walk_.split_k > 1 && reduction.parts > 1) {
        tell(entry.value.where, fmt::format("CTAs divide the sum of {} along one loop; found a "
                                            "second split_k",
                                            form_.statement->name));
      }
      walk_.split_k *= reduction.parts;
    }
  }

  const ir::Kernel& kernel_;
  const ContractionForm& form_;
  base::Diagnostics& diagnostics_;
  size_t before_;
  ir::StatementSchedule schedule_;
  std::vector<ir::Loop> loops_;
  std::vector<std::string> tile_loops_;
  TileWalk walk_;
};

}  // namespace

int64_t TileWalk::serial_tiles(IndexRole role) const {
  int64_t tiles = 1;
  for (const IndexWalk& index : indices) {
    if (index.role == role && !index.dealt) tiles *= index.tiles();
  }
  return tiles;
}

std::optional<TileWalk> tile_walk(const ir::Kernel& kernel, const ContractionForm& form,
                                  base::Diagnostics& diagnostics) {
  return WalkReader(kernel, form, diagnostics).read();
}

const ir::Tensorize* tensorize_of(const ir::StatementSchedule& schedule,
                                  const ir::Statement& statement, base::Diagnostics& diagnostics) {
  if (schedule.tensorize) return &*schedule.tensorize;
  ir::report(diagnostics, statement.where,
             fmt::format("the schedule of {} does not say which loops make a tile; add tensorize: "
                         "{{use: fma, over: [...]}}",
                         statement.name));
  return nullptr;
}

}  // namespace weft::mapper
