// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace weft::ir {

/// The JSON schema (draft 2020-12) of kernel documents, for editors. It knows the words and their
/// values; what names mean only the loader knows.
nlohmann::ordered_json kernel_schema();

/// The schema of mapping documents: a kernel without lists of choices, or a kernel's name and a
/// schedule.
nlohmann::ordered_json mapping_schema();

}  // namespace weft::ir
