// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "kernels/ir/kernel.h"
#include "sim/machine/machine_description.h"

namespace weft::mapper {

/// What carries out the statements of a kernel: words mean something to some of these only.
enum class WalkKind { Nest, Rows, Tiles };

/// The words of a document that say something else than what a machine does, and change nothing
/// there: each as a sentence with its place, for the notes of a result.
std::vector<std::string> idle_words(const ir::Kernel& kernel,
                                    const machine::MachineDescription& machine, WalkKind walk);

}  // namespace weft::mapper
