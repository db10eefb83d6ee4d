// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "kernels/tensor/source.h"

namespace weft::cli {

/// A matrix for people: its shape, the spread of its rows, and the work of its square (of A * A^T
/// where it is not square).
std::string describe(const tensor::NamedMatrix& matrix);

/// What `weft show` prints for one file, by what the file is: a matrix (.mtx, .mtx.gz or a
/// generator), a result
/// (.json, or a folder of `weft run`), or a document. UserError with every defect.
std::string show(const std::string& file, bool colour);

/// What `weft show --stage` asks for.
struct StageRequest {
  std::string stage;  // loop nests: their passes; products on a fabric: plan, program; tiles on a
                      // GPU: tiles, launches
  std::string machine = "piuma-die";
  std::vector<std::string> inputs;  // "NAME=SOURCE"
  std::vector<std::string> params;  // "PARAMETER=VALUE"
};

/// A kernel, by name or by file, after a pass of the machine's compiler. UserError for defects, for
/// passes that the kernel's compiler does not have, and for kernels by rows on a GPU.
std::string show_stage(const std::string& name, const StageRequest& request);

}  // namespace weft::cli
