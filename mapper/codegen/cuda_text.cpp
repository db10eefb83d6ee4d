// SPDX-License-Identifier: Apache-2.0
#include "mapper/codegen/cuda_text.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "kernels/ir/write_kernel.h"

namespace weft::mapper {

std::string file_head(const ir::Kernel& kernel, const machine::GpuDescription& gpu) {
  std::string architecture = gpu.compute_capability;
  std::erase(architecture, '.');
  std::string text = fmt::format(
      "// {}, mapped to {} and written by `weft codegen`.\n"
      "//   nvcc -std=c++17 -O3 -arch=sm_{} -o {} FILE.cu && ./{} [REPETITIONS]\n"
      "// checks its result, times it and prints JSON. The mapping:\n//\n",
      kernel.name, gpu.name, architecture, kernel.name, kernel.name);
  ir::Kernel filled = kernel;
  filled.is_mapping = true;
  std::istringstream mapping(ir::write_kernel(filled));
  for (std::string line; std::getline(mapping, line);) text += "//   " + line + "\n";
  return text + "\n";
}

}  // namespace weft::mapper
