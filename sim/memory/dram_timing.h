// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "sim/memory/dram_config.h"

namespace weft::sim {

/// A read or a write as the DRAM sees it; indexes the arrays below.
enum ColumnKind : int { ColumnRead = 0, ColumnWrite = 1 };

/// Distances between commands in ticks, worked out from the parameters of the standard. Parameters
/// count from the last tick of a command of several ticks, distances from its first.
struct CommandDistances {
  explicit CommandDistances(const DramConfig& config);

  std::array<int64_t, 2> activate_to_column;   // [kind]
  std::array<int64_t, 2> column_to_precharge;  // [kind]
  std::array<int64_t, 2> same_group;           // [kind] column to column
  std::array<int64_t, 2> data;                 // [kind] column to the end of its data
  int64_t activate_to_precharge;
  int64_t precharge_to_activate;
  int64_t write_to_read;  // same rank, other bank group
  int64_t write_to_read_same_group;
  int64_t read_to_write;
  int64_t write_row_cycle;  // activate to activate of one bank with a write between
  /// What four activates take when they follow each other as closely as they may: tFAW, or longer
  /// where a command bus shared by all commands is busy just then with the reads of the same four
  /// (reads of open rows go first).
  int64_t four_activates;
};

}  // namespace weft::sim
