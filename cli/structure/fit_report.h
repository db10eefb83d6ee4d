// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cli/table.h"
#include "kernels/ir/words.h"
#include "kernels/structure/fit.h"

namespace weft::cli {

/// A fit with what was asked for.
struct FittedWeight {
  std::string source;
  std::string name;  // of the structure, as it was asked for
  structure::Structure structure;
  structure::Fit fit;
  ir::Dtype dtype = ir::Dtype::F16;
  double wall_s = 0;
};

/// The sizes of the form, by their names in the literature: {"rank": 64}.
nlohmann::ordered_json form_json(const structure::Form& form);

/// The document of a fit, schema "weft.structure-fit/1".
nlohmann::ordered_json fit_json(const FittedWeight& fitted);

/// The dense weight and the structure side by side.
Table fit_table(const FittedWeight& fitted);

}  // namespace weft::cli
