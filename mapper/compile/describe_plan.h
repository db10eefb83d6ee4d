// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "mapper/compile/spgemm_plan.h"

namespace weft::mapper {

/// A plan of C = A B for people: how it is walked, where its products meet, how its operands come
/// and its result goes, one to a line.
std::string describe_plan(const SpgemmPlan& plan);

}  // namespace weft::mapper
