// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/random.h"
#include "kernels/tensor/coordinates.h"
#include "kernels/tensor/generate.h"

namespace weft::tensor {

// One function per family; each describes its model where it is defined.
Generator rmat_generator();
Generator uniform_generator();
Generator directed_generator();
Generator banded_generator();
Generator poisson2d_generator();
Generator poisson3d_generator();
Generator blockdiag_generator();

/// Largest number of rows, columns or entries that a generator accepts.
constexpr double kMostGenerated = 2147483647;

/// A required integer in [least, most].
SpecParameter count_parameter(std::string name, double least, double most, std::string meaning);

/// The seed, 1 where it is not given.
SpecParameter seed_parameter();

/// Gives every entry a value in [-1, 1), drawn in the order of the rows. Signed values let a check
/// notice a lost sign; structure never depends on values.
void seed_values(CsrMatrix& matrix, base::Xoshiro256& random);

/// Throws base::UserError where a matrix of this size would not fit in memory.
void require_memory(std::string_view generator, int64_t rows, int64_t cols, int64_t entries);

}  // namespace weft::tensor
