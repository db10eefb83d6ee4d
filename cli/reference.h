// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace weft::cli {

/// A native run of what a kernel computes, whatever its schedule.
struct ReferenceRequest {
  std::string kernel;               // a name from `weft list kernels`, or a file
  std::string target;               // "cpu"
  std::vector<std::string> inputs;  // "NAME=SOURCE"
  std::vector<std::string> params;  // "PARAMETER=VALUE"
  int64_t repetitions = 0;          // 0: at least 5, more of short runs; the best counts
  int64_t threads = 0;              // 0: all processors that this process may run on
};

/// Runs the operation with every native implementation, verifies them, and returns a reference
/// document (schema "weft.reference/1") whose time is that of the fastest. Sizes and operands are
/// those of `weft simulate`. UserError for defects of the inputs.
nlohmann::ordered_json run_reference(const ReferenceRequest& request);

/// What `weft reference list` prints: operations with their implementations, targets, and the
/// recorded runs.
std::string reference_list();

}  // namespace weft::cli
