// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <string>
#include <vector>

namespace weft::tests {

/// A copy of one of the files with one to three defects: flipped bits, an end that is cut off,
/// parts that are missing, twice there or from another file, and numbers at the edge of their
/// types, as text or as bytes. `random` alone decides which.
std::string mutate(const std::vector<std::string>& files, std::mt19937_64& random);

}  // namespace weft::tests
