// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapper/gpu/contraction_form.h"
#include "mapper/gpu/tile_options.h"
#include "mapper/search/mapspace.h"

namespace weft::mapper {

/// A word of a schedule as a number, fixed or by the value of a decision.
class WordValue {
 public:
  /// A word that is fixed.
  explicit WordValue(int64_t value) : values_{value} {}
  /// The word of a decision: the number of each of its values.
  WordValue(size_t decision, std::vector<int64_t> values)
      : decision_(decision), values_(std::move(values)) {}

  int64_t at(const Point& point) const {
    return decision_ ? values_[point[*decision_]] : values_.front();
  }
  const std::optional<size_t>& decision() const { return decision_; }

 private:
  std::optional<size_t> decision_;
  std::vector<int64_t> values_;
};

/// How an operand reaches the SM.
struct HoldValues {
  WordValue via;  // an ir::Transfer
  WordValue buffers;
};

/// The choices of one statement that decide its tile on an SM array.
class TileChoices {
 public:
  /// Reads the words of a statement; what has no value there is reported. Precondition: the
  /// statement has `tensorize`.
  TileChoices(const Mapspace& space, const ContractionForm& form, base::Diagnostics& diagnostics);

  const ContractionForm& form() const { return form_; }
  const std::vector<HoldValues>& holds() const { return holds_; }
  const WordValue& unit() const { return unit_; }  // an ir::MatrixUnit
  const WordValue& split_k() const { return split_k_; }

  /// The tile that a point describes, by its sizes.
  TileOptions options(const Point& point) const;
  bool tma(const Point& point) const;
  ir::MatrixUnit unit(const Point& point) const {
    return static_cast<ir::MatrixUnit>(unit_.at(point));
  }

  /// The decisions that options(), tma() and unit() look at: sizes, the first operand's transfer
  /// and depth (the others' are alike), the unit, and the split. Ascending.
  const std::vector<size_t>& decisions() const { return decisions_; }

 private:
  struct Factor {
    IndexRole role;
    WordValue size;
  };

  void read_sizes(const Mapspace& space, const ir::StatementSchedule& schedule,
                  base::Diagnostics& diagnostics);
  void read_holds(const Mapspace& space, const ir::StatementSchedule& schedule);

  ContractionForm form_;
  std::vector<Factor> factors_;  // of the tile's extents
  std::vector<HoldValues> holds_;
  WordValue unit_{0};
  WordValue split_k_{1};
  std::vector<size_t> decisions_;
};

}  // namespace weft::mapper
