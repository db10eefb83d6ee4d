// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "mapper/gpu/launch_judge.h"
#include "mapper/search/tile_choices.h"
#include "mapper/search/tile_floors.h"

namespace weft::mapper {

/// A tile and what is known of it.
struct KnownTile {
  ContractionShape shape;
  TileChoice tile;
  TileFloors floors;
  double power = 0;  // floor: the clock that the power limit allows
  double estimate_s = std::numeric_limits<double>::infinity();
  int64_t shared_bytes = 0;
  int registers = 0;  // of a thread, for the loop
};

/// The tiles of one statement, each computed once. The space, the machine and the judge must
/// outlive it.
class StatementTiles {
 public:
  StatementTiles(const Mapspace& space, TileChoices choices, const machine::GpuDescription& gpu,
                 LaunchJudge* judge)
      : space_(space), choices_(std::move(choices)), gpu_(gpu), judge_(judge) {}

  const TileChoices& choices() const { return choices_; }

  /// Why the machine has no such unit for the statement's operands; empty where it has.
  std::string unit_missing(const Point& point) const;

  /// Precondition: the machine has the unit.
  const KnownTile& at(const Point& point);

 private:
  using Key = std::tuple<int64_t, int64_t, int64_t, int64_t, int64_t, bool, int64_t>;

  std::optional<ir::MatrixUnit> choose(ir::MatrixUnit unit, base::Diagnostics& defects) const;
  KnownTile compute(const Point& point, const TileOptions& options);
  void judge(KnownTile& known, bool tma);

  const Mapspace& space_;
  TileChoices choices_;
  const machine::GpuDescription& gpu_;
  LaunchJudge* judge_;  // null: no more is known than the tile chooser expects
  std::map<Key, KnownTile> known_;
  double least_s_ = std::numeric_limits<double>::infinity();  // that the tile chooser expected
};

}  // namespace weft::mapper
