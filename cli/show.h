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
  std::string stage;                  // a pass of the fabric's compiler
  std::string machine = "piuma-die";  // a fabric
  std::vector<std::string> inputs;    // "NAME=SOURCE"
  std::vector<std::string> params;    // "PARAMETER=VALUE"
};

/// A kernel, by name or by file, after a pass of the fabric's compiler. UserError for defects, and
/// for kernels that another compiler takes.
std::string show_stage(const std::string& name, const StageRequest& request);

}  // namespace weft::cli
