// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/ir/bind.h"
#include "kernels/ir/evaluate.h"
#include "kernels/ir/levels.h"
#include "kernels/ir/schedule.h"

namespace weft::ir {

/// A size that a run may choose, and its default.
struct Param {
  std::string name;
  int64_t value = 1;
  Origin where;
  bool operator==(const Param&) const = default;
};

/// A dtype that a run may choose (`-p dtype=f16`), and its default. It stands among the parameters
/// of a document.
struct TypeParam {
  std::string name;
  Dtype value = Dtype::F32;
  Origin where;
  bool operator==(const TypeParam&) const = default;
};

/// A rank of the computation and its extent, an expression of the parameters. Inside a repeat it
/// may use the repeated index (`g: 2**(L-1-st)`).
struct Index {
  std::string name;
  Expression extent;
  Origin where;
  bool operator==(const Index&) const = default;
};

/// A dimension of a tensor. `name` is that of its index, or `i0`, `i1`, ... where the document
/// gives an extent instead; levels use the name.
struct Dim {
  std::string name;
  Expression extent;
  bool from_index = false;
  Origin where;
  bool operator==(const Dim&) const = default;
};

/// Values that the document gives for a tensor: a file, or constants in row-major order.
struct TensorData {
  enum class Kind { MatrixMarket, File, Constant };
  Kind kind = Kind::File;
  std::string path;            ///< relative to the document
  std::vector<int64_t> shape;  ///< of constants
  std::vector<double> values;  ///< of constants
  Origin where;
  bool operator==(const TensorData&) const = default;
};

/// The dtype of a tensor where it follows a parameter: `dtype`, or `sum(dtype)` for the type in
/// which sums of products of it are stored.
struct TypeRule {
  std::string param;
  bool sum = false;
  bool operator==(const TypeRule&) const = default;
  std::string text() const { return sum ? "sum(" + param + ")" : param; }
  Dtype of(Dtype value) const { return sum ? sum_type(value) : value; }
};

/// What is stored: dims, type, one level per stored coordinate (outermost first), and where values
/// come from.
struct Tensor {
  std::string name;
  std::vector<Dim> dims;
  Dtype dtype = Dtype::F32;
  std::optional<TypeRule> dtype_rule;
  std::vector<Level> levels;
  Origin levels_where;
  std::optional<TensorData> data;
  /// The tensor whose stored positions this one has, as the result of a sampled product has.
  std::optional<TensorName> pattern;
  Origin where;
  bool operator==(const Tensor&) const = default;
};

/// `Z[m,n] += A[m,k] * B[k,n]`, by name.
struct Statement {
  std::string name;
  Expression target;  ///< an Access
  Combine combine = Combine::Add;
  Expression value;
  Origin where;
  bool operator==(const Statement&) const = default;
  /// The statement as written, in normal form.
  std::string text() const;
};

/// `repeat: {st: [stage]}`: these statements run in order for every value of an index.
struct Repeat {
  IndexName index;
  std::vector<StatementName> statements;
  bool operator==(const Repeat&) const = default;
};

/// A kernel document: what is stored, what is computed, how it is walked, on which hardware. A
/// mapping is the same with no holes.
struct Kernel {
  std::string name;
  std::string about;
  bool is_mapping = false;
  Origin where;
  std::vector<Param> params;
  std::vector<Param> fabric_params;  // other defaults for fabrics, which execute all one by one
  std::vector<TypeParam> type_params;
  std::vector<Index> indices;
  std::vector<Tensor> tensors;
  std::vector<Repeat> repeats;
  std::vector<Statement> statements;
  Schedule schedule;
  Bind bind;

  bool operator==(const Kernel&) const = default;

  const Param* find_param(std::string_view param) const;
  const TypeParam* find_type_param(std::string_view param) const;
  const Index* find_index(std::string_view index) const;
  const Tensor* find_tensor(std::string_view tensor) const;
  const Statement* find_statement(std::string_view statement) const;
  /// The repeat that a statement belongs to, or nullptr.
  const Repeat* repeat_of(std::string_view statement) const;

  /// Every parameter bound to its value.
  Bindings bindings() const;
  /// The extent of an index that does not depend on another; nothing where it does.
  std::optional<int64_t> extent(std::string_view index) const;
  /// The extents of a tensor's dims; empty where one cannot be known.
  std::vector<int64_t> shape(const Tensor& tensor) const;
  /// The indices that a statement uses, in the order they appear, left side first.
  std::vector<std::string> indices_of(const Statement& statement) const;
  /// The tensors that a statement reads, gathers included, each once.
  std::vector<std::string> inputs_of(const Statement& statement) const;
};

/// Sets parameters (`-p M=64`); unknown names and sizes under 1 are reported, and everything that
/// depends on sizes is checked again.
void set_params(Kernel& kernel, const std::map<std::string, int64_t>& values,
                base::Diagnostics& diagnostics);

/// Sets parameters from their text, as a command line gives them: dtypes in any usual spelling
/// where the document has a dtype, sizes otherwise.
void set_params_from_text(Kernel& kernel, const std::map<std::string, std::string>& values,
                          base::Diagnostics& diagnostics);

/// Reports what set_params_from_text would of each text alone, whatever sizes go with it.
void check_param_texts(const Kernel& kernel, const std::map<std::string, std::string>& values,
                       base::Diagnostics& diagnostics);

/// Takes the sizes that the document names for fabrics (`on_fabric`) as its own.
void use_fabric_sizes(Kernel& kernel, base::Diagnostics& diagnostics);

/// The parameters that follow from the shapes of bound tensors: a dim whose extent is a parameter
/// alone gives its value. Reports a rank that differs, and two tensors that disagree.
std::map<std::string, int64_t> params_from_shapes(
    const Kernel& kernel, const std::map<std::string, std::vector<int64_t>>& shapes,
    base::Diagnostics& diagnostics);

}  // namespace weft::ir
