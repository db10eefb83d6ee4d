// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "kernels/structure/matrix.h"
#include "kernels/tensor/spec.h"

namespace weft::structure {

/// A family of synthetic weights, chosen by "NAME:key=value,...".
struct SyntheticFamily {
  std::string name;
  std::string summary;
  std::vector<tensor::SpecParameter> parameters;
  Matrix (*make)(const tensor::SpecValues& values);
};

/// gaussian, hadamard, dft and decay.
std::span<const SyntheticFamily> synthetic_families();

/// The weight of a spec such as "gaussian:rows=64,cols=64,seed=1": the same spec gives the same
/// numbers on every computer (decay: up to rounding). Precondition: the name before ':' is that of
/// a family. UserError for anything wrong with the keys.
Matrix synthetic_weight(std::string_view spec);

}  // namespace weft::structure
