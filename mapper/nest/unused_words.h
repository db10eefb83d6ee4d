// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "kernels/ir/kernel.h"

namespace weft::mapper {

/// The words of a schedule that loop nests do not follow, each as a sentence with its place: they
/// claim an equivalent walk, so that results are right and times are those of the walk that is
/// simulated.
std::vector<std::string> unused_words(const ir::Kernel& kernel);

}  // namespace weft::mapper
