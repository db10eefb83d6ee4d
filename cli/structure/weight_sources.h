// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "kernels/ir/words.h"
#include "kernels/structure/sparsity.h"

namespace weft::cli {

/// Where a weight comes from, and activations where there are any.
struct WeightSources {
  std::string weight;
  std::string activations;  // empty: none
  bool has_activations() const { return !activations.empty(); }
};

/// The sources of "W=SOURCE" and "X=SOURCE". UserError for other names, one given twice, or no W.
WeightSources weight_sources(const std::vector<std::string>& inputs);

/// The score that --score names. UserError for an unknown one, or for wanda without activations.
structure::Score score_of_option(const std::string& text, bool activations);

/// The type that --dtype names. UserError with the nearest where there is none.
ir::Dtype dtype_of_option(const std::string& text);

}  // namespace weft::cli
