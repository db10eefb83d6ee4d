// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>

#include "kernels/ir/kernel.h"
#include "sim/machine/machine_description.h"

namespace weft::mapper {

/// The roles of schedules that a machine has units for.
std::set<std::string> roles_of(const machine::MachineDescription& machine);

/// Reports every word of the schedule that names a role without a unit on the machine, with the
/// roles that the kernel needs, those of the machine and what would do instead. Of a list of
/// choices one must be there; a transfer may have a fallback.
void check_roles(const ir::Kernel& kernel, const machine::MachineDescription& machine,
                 base::Diagnostics& diagnostics);

/// Of every list of choices that names roles, keeps those which the machine has units for, so that
/// one document serves machines of several kinds: `par: {m: [cta, core]}` is ctas on a GPU and
/// cores on the fabric. A list without any such choice stays as it is.
void choose_roles(ir::Kernel& kernel, const machine::MachineDescription& machine);

}  // namespace weft::mapper
