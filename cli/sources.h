// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "kernels/einsum/operand.h"
#include "kernels/ir/kernel.h"
#include "kernels/tensor/source.h"

namespace weft::cli {

/// What any route that runs a kernel reads as an operand: Matrix Market files and generators, which
/// give entries, and .npy and .safetensors files, which give all elements. Each throws UserError
/// where the source cannot be read.

/// The values as the source has them.
einsum::Operand load_source_values(const std::string& source);

/// A matrix by rows; of a file of all elements, those that are not zero.
tensor::NamedMatrix load_sparse_source(const std::string& source);

/// All elements of an operand; those without an entry are zero. Refuses more than fit into memory;
/// `source` begins the message.
einsum::Operand as_full(einsum::Operand operand, const std::string& source);

/// Refuses a tensor with more elements than are made in memory.
void check_drawn_size(const ir::Kernel& kernel, const ir::Tensor& tensor);

/// What can be said of a source without reading it: the words of a generator, and files that are
/// not there. Another tensor ("A", "A^T") is sound.
std::vector<std::string> source_errors(const std::string& source);

/// The sources of a user's "NAME=SOURCE" list by name. UserError for names that are not among
/// `names` and for those given twice, all at once.
std::map<std::string, std::string> named_sources(const std::vector<std::string>& inputs,
                                                 const std::vector<std::string>& names);

/// Where operands come from that are not drawn: the user's list, and behind it files and constants
/// of the document.
class GivenSources {
 public:
  /// `tensors`: those that the user may name; they must outlive this. UserError as named_sources().
  GivenSources(const std::vector<const ir::Tensor*>& tensors,
               const std::vector<std::string>& inputs);

  bool has(const std::string& tensor) const { return texts_.contains(tensor); }
  /// As a result names it: the source as given, "document: NAME" of constants, or "random".
  std::string text(const std::string& tensor) const;

  /// The values. Precondition of these: has(tensor).
  einsum::Operand values(const std::string& tensor) const;
  /// All elements.
  dense::DenseTensor elements(const std::string& tensor) const;
  /// A matrix by rows.
  tensor::NamedMatrix matrix(const std::string& tensor) const;
  /// The operands A and B of a product, where B may be left out: it is then A or A^T. UserError for
  /// a missing A.
  tensor::ProductOperands product() const;

 private:
  std::map<std::string, std::string> texts_;
  std::map<std::string, const ir::TensorData*> constants_;
};

}  // namespace weft::cli
