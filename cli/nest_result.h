// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cli/nest_operands.h"
#include "kernels/einsum/evaluate.h"

namespace weft::cli {

/// The operands of a kernel of loop nests as the "inputs" of a result name them. A tensor of any
/// rank counts as a matrix: its last dim are the columns.
nlohmann::ordered_json nest_inputs_json(const ir::Kernel& kernel, const NestOperands& operands);

/// What results of loop nests are held against, in words.
inline constexpr const char* kNestReference = "the statements in fp64 on the host, entry by entry";

/// Holds results against the statements, evaluated from the same operands.
einsum::Deviation nest_deviation(const ir::Kernel& kernel, const einsum::Operands& initial,
                                 const einsum::Operands& found);

/// Elements of all results.
int64_t result_elements(const ir::Kernel& kernel, const einsum::Operands& results);

}  // namespace weft::cli
