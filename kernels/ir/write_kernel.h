// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "kernels/ir/kernel.h"

namespace weft::ir {

/// The kernel as a JSON object, with the keys of a document.
nlohmann::ordered_json kernel_json(const Kernel& kernel);

/// What a mapping decides: the schedule and the bind of a kernel.
nlohmann::ordered_json mapping_json(const Kernel& kernel);

/// The kernel as a YAML document that stands alone; reading it gives an equal kernel. Words that
/// have their default are not written, short names of formats are written out.
std::string write_kernel(const Kernel& kernel);

}  // namespace weft::ir
