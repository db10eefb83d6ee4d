// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "kernels/einsum/operand.h"
#include "kernels/ir/kernel.h"
#include "kernels/program/form.h"

namespace weft::einsum {

/// What the names of an index expression stand for.
struct Names {
  std::map<std::string, program::Form> forms;
  /// The form of a gather `P[i]`; not given: gathers cannot stand here.
  std::function<program::Form(const ir::Expression& access)> gather;
};

/// An index expression as a form over a space. Parameters of the kernel are numbers. Precondition:
/// every other name is in `names`.
program::Form index_form(const ir::Kernel& kernel, const ir::Expression& expression,
                         const Names& names, program::FormSpace& space);

/// The subscripts of an access, [dim].
std::vector<program::Form> subscript_forms(const ir::Kernel& kernel, const ir::Expression& access,
                                           const Names& names, program::FormSpace& space);

/// The form of a gather from `array`, which becomes array `id` of the space and must outlive it.
program::Form gathered_form(const Operand& array, int32_t id,
                            const std::vector<program::Form>& subscripts,
                            program::FormSpace& space);

}  // namespace weft::einsum
