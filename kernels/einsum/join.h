// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernels/einsum/operand.h"
#include "kernels/program/form.h"

namespace weft::einsum {

/// A factor of a term: a tensor at subscripts.
struct Factor {
  const Operand* operand = nullptr;
  std::vector<program::Form> subscripts;
  std::vector<int32_t> bare;  // [dim] the index that the subscript is, or -1
  bool counts_only = false;   // its positions matter, its values do not
};

/// The points of a term: every assignment of its indices at which all sparse factors are stored.
class Join {
 public:
  Join(const program::FormSpace& space, std::vector<Factor> factors);

  /// Calls `visit(values, product)` for each point: the values of all indices, and the product of
  /// the sparse factors there. `bound` says which indices are given in `values`; `extent` how far
  /// the others run.
  using Visit = std::function<void(const std::vector<int64_t>& values, double product)>;
  void run(std::vector<int64_t> values, std::vector<bool> bound,
           const std::vector<int64_t>& extents, const Visit& visit);

 private:
  struct Step {
    size_t factor = 0;
    std::vector<size_t> key_dims;   // known when the factor is reached
    std::vector<size_t> bind_dims;  // bound by it
    int32_t loop = -1;              // or: this index runs over its extent
    std::unordered_map<int64_t, std::vector<int64_t>> entries;  // by key
  };

  void plan(std::vector<bool> bound);
  void index(Step& step) const;
  int64_t key_of(const Step& step, const int64_t* coordinate) const;
  void walk(size_t depth, std::vector<int64_t>& values, const std::vector<int64_t>& extents,
            double product, const Visit& visit) const;
  bool known(const program::Form& form, const std::vector<bool>& bound) const;

  const program::FormSpace& space_;
  std::vector<Factor> factors_;
  std::vector<Step> steps_;
  bool planned_ = false;
};

}  // namespace weft::einsum
