// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>

#include "mapper/gpu/contraction_form.h"
#include "mapper/gpu/exact_tile.h"
#include "mapper/gpu/launch_judge.h"

namespace weft::mapper {

/// The sizes that a document leaves to choose from; nothing where any will do.
using SizeSet = std::optional<std::set<int64_t>>;

/// What the words `tiles`, `hold` and `reduce` of a statement allow, holes included.
struct TileOptions {
  SizeSet m, n, k, stages, split_k;
  bool thread_each =
      false;  // a thread computes one element: rows and columns of the tile on thread

  bool allow(const TileChoice& tile) const;
};

/// Reads them; sizes that cannot be known are reported.
TileOptions tile_options(const ir::Kernel& kernel, const ContractionForm& form,
                         base::Diagnostics& diagnostics);

/// The word of `reduce` that may divide a sum over CTAs; null where no word does.
const ir::Table<ir::IndexName, ir::Choice<ir::Reduction>>::Entry* splitting_word(
    const ir::StatementSchedule& schedule);

/// Whether the blocks of a statement come by the copy engine: `via: tma` of a hold. Precondition:
/// the choices of `via` are made.
bool uses_tma(const ir::StatementSchedule& schedule);

/// The usual tile that is expected to be fastest (choose_tile) among those that the options allow
/// and an SM can hold; nothing where there is none.
std::optional<TileChoice> usual_tile(const ContractionShape& shape, const TileOptions& options,
                                     bool tma, const machine::GpuDescription& gpu,
                                     LaunchJudge* judge = nullptr);

/// The tile that the words of a statement without holes describe: as libraries cut it where they
/// have a kernel of these sizes, laid out anew otherwise.
TileChoice described_tile(const ContractionShape& shape, const TileOptions& options, bool tma,
                          const machine::GpuDescription& gpu);

}  // namespace weft::mapper
