// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "kernels/program/program.h"

namespace weft::program {

/// The thread program of a sparse product for people: one operation to a line with its number, what
/// it does to which registers and arrays, where it jumps, its issue slots and the word of the
/// document that it was compiled from. Loop nests have a text of their own (mapper/nest).
std::string disassemble(const Program& program);

}  // namespace weft::program
