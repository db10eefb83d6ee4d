// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "kernels/ir/kernel.h"
#include "kernels/tensor/source.h"

namespace weft::cli {

/// "NAME=VALUE" as given on the command line.
struct Assignment {
  std::string name;
  std::string value;
};

/// Splits at the first '='. UserError "OPTION TEXT: ..." where there is none, or an empty side.
Assignment parse_assignment(const std::string& text, const std::string& option);

/// The file that a document names for a tensor. Precondition: it names one.
std::string document_source(const ir::Tensor& tensor);

/// The operands A and B of a product from the user's "NAME=SOURCE" list and the document; B may be
/// left out: it is then A or A^T. UserError for a missing A, another name, or a name given twice.
/// Precondition: the kernel has both.
tensor::ProductOperands load_operands(const ir::Kernel& kernel,
                                      const std::vector<std::string>& inputs);

/// The same, where random ones of the kernel's sizes, which `params` may change, stand for an empty
/// list.
tensor::ProductOperands load_or_draw_operands(const ir::Kernel& kernel,
                                              const std::vector<std::string>& inputs,
                                              const std::vector<std::string>& params);

/// A random matrix as tensor `name` of a kernel stores it; the same for the same name and shape.
tensor::NamedMatrix draw_matrix(const ir::Kernel& kernel, const std::string& name);

/// Parameters of a product's kernel follow from the shapes of its operands; of the user's
/// "NAME=VALUE" list, one that is given must agree with them.
void set_product_sizes(ir::Kernel& kernel, const std::vector<std::string>& params,
                       const tensor::ProductOperands& operands, base::Diagnostics& diagnostics);

/// Sizes of a kernel follow from the shapes of operands, by name, and from the user's "NAME=VALUE"
/// list, which must agree with them.
void set_sizes(ir::Kernel& kernel, const std::map<std::string, std::vector<int64_t>>& shapes,
               const std::vector<std::string>& params, base::Diagnostics& diagnostics);

/// Parameters of a kernel as a result states them: sizes, and dtypes in words.
nlohmann::ordered_json params_json(const ir::Kernel& kernel);

/// An operand as the "inputs" of a result name it.
nlohmann::ordered_json input_json(const std::string& name, const tensor::NamedMatrix& operand);

}  // namespace weft::cli
