// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/statement_tiles.h"

#include <algorithm>

#include "kernels/ir/loops.h"
#include "mapper/gpu/choose_tile.h"
#include "mapper/gpu/lower_contraction.h"
#include "mapper/gpu/read_shape.h"
#include "mapper/gpu/tile_body.h"

namespace weft::mapper {

namespace {

/// Tiles that the tile chooser expects to take so many times the least so far are not asked about.
constexpr double kHopeless = 16;

int loop_registers(const ContractionShape& shape, const TileChoice& tile) {
  if (!shape.tensor_cores) return simt_body(shape, tile).registers;
  return (tile.wgmma ? wgmma_body(shape, tile) : mma_body(shape, tile)).registers;
}

}  // namespace

std::string StatementTiles::unit_missing(const Point& point) const {
  base::Diagnostics defects;
  choose(choices_.unit(point), defects);
  return defects.empty() ? std::string() : defects.messages().front();
}

const KnownTile& StatementTiles::at(const Point& point) {
  const TileOptions options = choices_.options(point);
  const auto size = [](const SizeSet& set) { return set ? *set->begin() : 0; };
  const Key key{size(options.m),          size(options.n),       size(options.k),
                size(options.stages),     size(options.split_k), choices_.tma(point),
                choices_.unit().at(point)};
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  return known_.emplace(key, compute(point, options)).first->second;
}

std::optional<ir::MatrixUnit> StatementTiles::choose(ir::MatrixUnit unit,
                                                     base::Diagnostics& defects) const {
  const ContractionForm& form = choices_.form();
  ir::Tensorize tensorize = *ir::effective_schedule(space_.kernel(), *form.statement).tensorize;
  tensorize.use.options = {unit};
  tensorize.use.any = false;
  return choose_unit(space_.kernel(), form, tensorize, gpu_, defects);
}

KnownTile StatementTiles::compute(const Point& point, const TileOptions& options) {
  KnownTile known;
  known.shape = contraction_shape(space_.kernel(), choices_.form(), choices_.unit(point));
  const bool tma = choices_.tma(point);
  known.tile = described_tile(known.shape, options, tma, gpu_);
  known.tile.split_k = choices_.split_k().at(point);
  known.floors = tile_floors(known.shape, known.tile, tma, gpu_);
  known.registers = loop_registers(known.shape, known.tile);
  known.shared_bytes = tile_launch("fit", known.shape, known.tile).shared_bytes;
  if (known.floors.resident > 0) judge(known, tma);
  return known;
}

void StatementTiles::judge(KnownTile& known, bool tma) {
  known.estimate_s = expected_tile_s(known.shape, known.tile, gpu_);
  if (judge_ == nullptr) return;
  const program::Launch launch = described_launch(known.shape, known.tile, tma);
  least_s_ = std::min(least_s_, known.estimate_s);
  if (known.estimate_s < kHopeless * least_s_) {
    known.estimate_s = judge_->expected_s(launch, known.floors.resident);
    add_loop(known.floors, launch, judge_->loop(launch, 0, known.floors.resident), gpu_);
  }
  const double hertz = gpu_.clock.max_ghz * 1e9;
  const double cycles = std::max({known.floors.math * hertz, known.floors.issue * hertz,
                                  known.floors.loop_cycles + known.floors.around_cycles});
  const double start_s = gpu_.launch.kernel_ns * 1e-9;
  known.power = judge_->least_within_power_s(launch, cycles, start_s) - start_s;
}

}  // namespace weft::mapper
