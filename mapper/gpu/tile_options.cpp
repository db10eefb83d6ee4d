// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/tile_options.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "kernels/ir/loops.h"
#include "mapper/gpu/choose_tile.h"

namespace weft::mapper {

namespace {

bool contains(const SizeSet& set, int64_t size) {
  return !set || set->contains(size);
}

/// The products of one size of each set.
SizeSet product(const SizeSet& a, const SizeSet& b) {
  if (!a || !b) return std::nullopt;
  SizeSet result = std::set<int64_t>();
  for (const int64_t x : *a) {
    for (const int64_t y : *b) result->insert(x * y);
  }
  return result;
}

class OptionsReader {
 public:
  OptionsReader(const ir::Kernel& kernel, const ContractionForm& form,
                base::Diagnostics& diagnostics)
      : kernel_(kernel),
        form_(form),
        diagnostics_(diagnostics),
        schedule_(ir::effective_schedule(kernel, *form.statement)) {}

  TileOptions read() {
    TileOptions options;
    if (!schedule_.tensorize) return options;
    options.thread_each = std::ranges::any_of(
        schedule_.tensorize->over, [&](const auto& loop) { return on_thread(loop.text); });
    options.m = tile_of(IndexRole::M);
    options.n = tile_of(IndexRole::N);
    options.k = tile_of(IndexRole::K);
    for (const auto& hold : schedule_.hold.entries) restrict(options.stages, hold.value.buf);
    options.split_k = std::set<int64_t>{1};
    const auto* reduce = splitting_word(schedule_);
    if (reduce == nullptr) return options;
    options.split_k.reset();
    if (reduce->value.any) return options;
    options.split_k.emplace();
    for (const ir::Reduction& each : reduce->value.options) options.split_k->insert(each.parts);
    return options;
  }

 private:
  static void restrict(SizeSet& set, const ir::Choice<int64_t>& choice) {
    if (choice.any) return;
    SizeSet both = std::set<int64_t>();
    for (const int64_t value : choice.options) {
      if (contains(set, value)) both->insert(value);
    }
    set = both;
  }

  bool on_thread(const std::string& loop) const {
    const ir::Choice<ir::Unit>* unit = schedule_.par.find(loop);
    return unit != nullptr && unit->fixed() && unit->value() == ir::Unit::Thread;
  }

  /// The sizes of the tile over the indices of a role: of the loops of tensorize.
  SizeSet tile_of(IndexRole role) {
    SizeSet sizes = std::set<int64_t>{1};
    const auto& over = schedule_.tensorize->over;
    for (const ir::Loop& loop : ir::loops_of(kernel_, *form_.statement, schedule_)) {
      const bool in_tile = std::ranges::count(over, loop.name, &ir::LoopName::text) > 0;
      if (!in_tile || loop.indices.size() != 1 || form_.role_of(loop.parent) != role) continue;
      sizes = product(sizes, sizes_of(loop));
    }
    return sizes;
  }

  SizeSet sizes_of(const ir::Loop& loop) {
    if (loop.pieces == 1) return std::set<int64_t>{kernel_.extent(loop.parent).value_or(1)};
    const auto* tile = schedule_.tiles.find(loop.name);
    if (tile == nullptr || tile->any) return std::nullopt;
    std::set<int64_t> sizes;
    for (const ir::Formula& formula : tile->options) {
      const auto size = ir::evaluate_point(formula.expression, kernel_.bindings());
      if (size) {
        sizes.insert(*size);
      } else {
        ir::report(diagnostics_, tile->where,
                   fmt::format("tile '{}' of {} is '{}', which is no number on an SM array",
                               loop.name, form_.statement->name, formula.text()));
      }
    }
    return sizes;
  }

  const ir::Kernel& kernel_;
  const ContractionForm& form_;
  base::Diagnostics& diagnostics_;
  ir::StatementSchedule schedule_;
};

}  // namespace

bool TileOptions::allow(const TileChoice& tile) const {
  return tile.thread_each == thread_each && contains(m, tile.m) && contains(n, tile.n) &&
         contains(k, tile.k * tile.slices) && contains(stages, tile.stages) &&
         contains(split_k, tile.split_k);
}

TileOptions tile_options(const ir::Kernel& kernel, const ContractionForm& form,
                         base::Diagnostics& diagnostics) {
  return OptionsReader(kernel, form, diagnostics).read();
}

const ir::Table<ir::IndexName, ir::Choice<ir::Reduction>>::Entry* splitting_word(
    const ir::StatementSchedule& schedule) {
  const auto splits = [](const auto& reduce) {
    return reduce.value.any || std::ranges::any_of(reduce.value.options,
                                                   [](const auto& each) { return each.parts > 1; });
  };
  const auto found = std::ranges::find_if(schedule.reduce.entries, splits);
  return found == schedule.reduce.entries.end() ? nullptr : &*found;
}

bool uses_tma(const ir::StatementSchedule& schedule) {
  return std::ranges::any_of(schedule.hold.entries, [](const auto& hold) {
    return hold.value.via.value() == ir::Transfer::Tma;
  });
}

std::optional<TileChoice> usual_tile(const ContractionShape& shape, const TileOptions& options,
                                     bool tma, const machine::GpuDescription& gpu,
                                     LaunchJudge* judge) {
  const auto matches = [&](const TileChoice& tile) {
    return options.allow(tile) && (tma || !tile.wgmma) &&
           std::isfinite(expected_tile_s(shape, tile, gpu));
  };
  if (!std::ranges::any_of(usual_tiles(shape, gpu), matches)) return std::nullopt;
  return choose_tile(shape, gpu, matches, judge);
}

TileChoice described_tile(const ContractionShape& shape, const TileOptions& options, bool tma,
                          const machine::GpuDescription& gpu) {
  if (const auto usual = usual_tile(shape, options, tma, gpu)) return *usual;
  const auto first = [](const SizeSet& set, int64_t otherwise) {
    return set && !set->empty() ? *set->begin() : otherwise;
  };
  TileSizes sizes{first(options.m, 64),
                  first(options.n, 64),
                  first(options.k, 32),
                  static_cast<int>(first(options.stages, 2)),
                  tma,
                  0,
                  options.thread_each};
  TileChoice tile = exact_tile(shape, gpu, sizes);
  tile.split_k = first(options.split_k, 1);
  return tile;
}

}  // namespace weft::mapper
