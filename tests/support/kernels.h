// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/yaml.h"
#include "kernels/ir/library.h"
#include "kernels/ir/read_kernel.h"

namespace weft::testing_support {

using Params = std::map<std::string, std::string>;

/// A kernel of the library with parameters; no defects. The target that includes it says where the
/// library is: WEFT_SOURCE_DIR.
inline ir::Kernel load_kernel(const std::string& name, const Params& params = {}) {
  base::Diagnostics diagnostics;
  const auto file = std::filesystem::path(WEFT_SOURCE_DIR) / "kernels/library" / (name + ".yaml");
  ir::Kernel kernel = ir::load_kernel(file.string(), {}, diagnostics);
  ir::set_params_from_text(kernel, params, diagnostics);
  diagnostics.throw_if_any();
  return kernel;
}

/// A kernel from its text, named k.yaml in messages.
inline ir::Kernel read_kernel(const std::string& text) {
  base::Diagnostics diagnostics;
  ir::Kernel kernel =
      ir::read_kernel(base::read_yaml_text(text, "k.yaml", diagnostics), diagnostics);
  diagnostics.throw_if_any();
  return kernel;
}

}  // namespace weft::testing_support
