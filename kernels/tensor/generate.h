// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/tensor/csr.h"
#include "kernels/tensor/spec.h"

namespace weft::tensor {

/// A family of synthetic matrices, chosen by "NAME:key=value,...".
struct Generator {
  std::string name;
  std::string summary;
  std::vector<SpecParameter> parameters;
  std::function<CsrMatrix(const SpecValues&)> make;
};

/// Every generator, in the order of the documentation.
std::span<const Generator> generators();

/// The matrix of a spec such as "rmat:scale=14,edges=266000,seed=1". The same spec gives the same
/// bytes on every machine. Throws base::UserError that begins with the generator's name.
CsrMatrix generate(std::string_view spec);

/// Throws what generate() would throw about the words of a spec, without making the matrix.
void check_spec(std::string_view spec);

/// `spec` with the files that it names replaced by what `renamed` makes of their names: to look for
/// them beside a document, or to put their content in their place.
std::string rename_spec_files(std::string_view spec,
                              const std::function<std::string(const std::string&)>& renamed);

}  // namespace weft::tensor
