// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace weft::cli {

/// A native run of what a kernel computes, whatever its schedule.
struct ReferenceRequest {
  std::string kernel;               // a name from `weft list kernels`
  std::string target;               // "cpu"
  std::vector<std::string> inputs;  // "NAME=SOURCE"
  int64_t repetitions = 5;          // the best counts
  int64_t threads = 0;              // 0: all that the machine has
};

/// The operation that a kernel computes ("spgemm" for smash_v1 as for spgemm_outer), or an empty
/// string where no native library computes it.
std::string reference_operation(const std::string& kernel);

/// Runs the operation with every native implementation, verifies them, and returns a reference
/// document (schema "weft.reference/1") whose time is that of the fastest. UserError for defects of
/// the inputs.
nlohmann::ordered_json run_reference(const ReferenceRequest& request);

}  // namespace weft::cli
