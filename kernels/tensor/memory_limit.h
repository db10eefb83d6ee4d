// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace weft::tensor {

/// Half of the machine's memory: an allocation that the operating system grants may still end the
/// process.
double most_bytes();

/// Why a matrix of this size cannot be built here, as "expected ..., found ..."; empty where it
/// can. Building one holds a list of its entries, the matrix and its transpose's row pointers; the
/// limit is most_bytes().
std::string why_too_large(int64_t rows, int64_t cols, int64_t entries);

}  // namespace weft::tensor
