// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace weft::cli {

/// An operation that native libraries compute.
struct ReferenceOperation {
  std::string name;             // "spgemm", or the name of a kernel of the library
  std::string types;            // that it is computed in
  std::string implementations;  // in words
};

/// All of them, in the order of `weft reference list`.
const std::vector<ReferenceOperation>& reference_operations();

/// The operation that a kernel of the library computes: "spgemm" for smash_v1 as for spgemm_outer,
/// else the kernel's own name. Empty where no native library computes it.
std::string reference_operation(const std::string& kernel);

}  // namespace weft::cli
