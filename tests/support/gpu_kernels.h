// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mapper/gpu/lower_contraction.h"
#include "sim/machine/load_machine.h"
#include "tests/support/kernels.h"

namespace weft::testing_support {

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
