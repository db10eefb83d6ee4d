// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "kernels/ir/library.h"
#include "kernels/ir/read_kernel.h"
#include "mapper/gpu/lower_contraction.h"
#include "sim/machine/load_machine.h"

namespace weft::testing_support {

using Params = std::map<std::string, std::string>;

/// A preset GPU with settings; no defects.
inline machine::GpuDescription load_gpu(const std::string& name,
                                        const std::vector<std::string>& settings = {}) {
  base::Diagnostics diagnostics;
  const std::vector<std::filesystem::path> folders = {std::filesystem::path(WEFT_SOURCE_DIR) /
                                                      "configs/machines"};
  const machine::MachineDescription machine =
      machine::load_machine(name, settings, folders, diagnostics);
  diagnostics.throw_if_any();
  return machine.gpu();
}

/// A kernel of the library with parameters; no defects.
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

/// The messages that filling and lowering a kernel earns; the mapping where there are none.
inline std::vector<std::string> lower(ir::Kernel& kernel, const machine::GpuDescription& gpu,
                                      mapper::GpuMapping* mapping = nullptr) {
  base::Diagnostics diagnostics;
  mapper::fill_gpu_holes(kernel, gpu, diagnostics);
  if (!diagnostics.empty()) return diagnostics.messages();
  mapper::GpuMapping lowered = mapper::lower_contractions(kernel, gpu, diagnostics);
  if (diagnostics.empty()) mapper::compile_mapping(lowered, diagnostics);
  if (mapping != nullptr) *mapping = std::move(lowered);
  return diagnostics.messages();
}

}  // namespace weft::testing_support
