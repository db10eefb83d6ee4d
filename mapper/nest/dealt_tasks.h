// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "mapper/nest/nest_plan.h"

namespace weft::mapper {

/// Whether none of these loops decides how far another one runs.
bool run_apart(const program::Nest& nest, const std::vector<int32_t>& loops);

/// Iterations of a loop while other variables have these values.
int64_t iterations_of(const program::Nest& nest, int32_t loop, const int64_t* values);

/// Visits all points of a statement within its shared loops, as `workers` with loops of the share
/// `share` take them in turn: iterations of neighbouring loops as one list, the last loop fastest.
/// `values` hold those of the shared loops and get those of the others. Stops where `visit`, which
/// is given the worker, says false.
bool visit_points(const NestKernel& nest, const NestStatementPlan& plan, program::Share share,
                  int64_t workers, std::vector<int64_t>& values,
                  const std::function<bool(int64_t)>& visit);

}  // namespace weft::mapper
