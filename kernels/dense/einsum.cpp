// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/einsum.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <cblas.h>
#include <fmt/format.h>

#include "kernels/dense/linear_access.h"
#include "kernels/dense/operands.h"
#include "kernels/dense/round.h"

namespace weft::dense {

namespace {

/// Sums of more products than this go to OpenBLAS.
constexpr double kPlainProducts = 1 << 24;

/// An index and its strides in the result and the operands.
struct Walk {
  int64_t extent;
  int64_t c, a, b;
};

class StatementEvaluator {
 public:
  StatementEvaluator(const ir::Kernel& kernel, const ir::Statement& statement, TensorValues& values)
      : a_(values.at(statement.value.operands[0].name)),
        b_(values.at(statement.value.operands[1].name)),
        c_(values[statement.target.name]) {
    const ir::Tensor& result = *kernel.find_tensor(statement.target.name);
    if (c_.values.empty()) {
      c_.shape = kernel.shape(result);
      c_.values.assign(static_cast<size_t>(c_.size()), 0);
    }
    const std::vector<std::string> indices = kernel.indices_of(statement);
    const LinearAccess c = linear_access(kernel, statement.target, indices);
    const LinearAccess a = linear_access(kernel, statement.value.operands[0], indices);
    const LinearAccess b = linear_access(kernel, statement.value.operands[1], indices);
    base_ = {1, c.base, a.base, b.base};
    for (size_t i = 0; i < indices.size(); ++i) {
      const int64_t extent = kernel.extent(indices[i]).value_or(1);
      walks_.push_back({extent, c.strides[i], a.strides[i], b.strides[i]});
    }
  }

  double products() const {
    double products = 1;
    for (const Walk& walk : walks_) products *= static_cast<double>(walk.extent);
    return products;
  }

  void plain() { plain_from(0, base_); }

  void with_blas() {
    std::vector<Walk> batch;
    for (const Walk& walk : walks_) {
      const int where = (walk.c != 0 ? 1 : 0) + (walk.a != 0 ? 2 : 0) + (walk.b != 0 ? 4 : 0);
      (where == 7 ? batch : where == 3 ? m_ : where == 5 ? n_ : k_).push_back(walk);
    }
    for_each(batch, base_, [&](const Walk& at) { product(at); });
  }

 private:
  void plain_from(size_t depth, Walk at) {
    if (depth == walks_.size()) {
      c_.values[static_cast<size_t>(at.c)] +=
          a_.values[static_cast<size_t>(at.a)] * b_.values[static_cast<size_t>(at.b)];
      return;
    }
    const Walk& walk = walks_[depth];
    for (int64_t i = 0; i < walk.extent; ++i) {
      plain_from(depth + 1, at);
      step(at, walk);
    }
  }

  static void step(Walk& at, const Walk& by) {
    at.c += by.c;
    at.a += by.a;
    at.b += by.b;
  }

  template <class Visit>
  static void for_each(const std::vector<Walk>& walks, Walk at, Visit&& visit, size_t depth = 0) {
    if (depth == walks.size()) return visit(at);
    for (int64_t i = 0; i < walks[depth].extent; ++i) {
      for_each(walks, at, visit, depth + 1);
      step(at, walks[depth]);
    }
  }

  static size_t count(const std::vector<Walk>& walks) {
    size_t product = 1;
    for (const Walk& walk : walks) product *= static_cast<size_t>(walk.extent);
    return product;
  }

  /// One product of the batch, its operands laid out as matrices.
  void product(const Walk& at) {
    const size_t m = count(m_), n = count(n_), k = count(k_);
    std::vector<double> a, b, c(m * n);
    a.reserve(m * k);
    b.reserve(k * n);
    for_each(m_, at, [&](const Walk& row) {
      for_each(k_, row, [&](const Walk& e) { a.push_back(a_.values[static_cast<size_t>(e.a)]); });
    });
    for_each(k_, at, [&](const Walk& row) {
      for_each(n_, row, [&](const Walk& e) { b.push_back(b_.values[static_cast<size_t>(e.b)]); });
    });
    const auto size = [](size_t extent) { return static_cast<blasint>(extent); };
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size(m), size(n), size(k), 1, a.data(),
                size(k), b.data(), size(n), 0, c.data(), size(n));
    size_t next = 0;
    for_each(m_, at, [&](const Walk& row) {
      for_each(n_, row, [&](const Walk& e) { c_.values[static_cast<size_t>(e.c)] += c[next++]; });
    });
  }

  const DenseTensor& a_;
  const DenseTensor& b_;
  DenseTensor& c_;
  Walk base_{};
  std::vector<Walk> walks_;
  std::vector<Walk> m_, n_, k_;
};

/// Terms of the longest sum of a kernel.
double longest_sum(const ir::Kernel& kernel) {
  double longest = 1;
  for (const ir::Statement& statement : kernel.statements) {
    double terms = 1;
    for (const std::string& index : kernel.indices_of(statement)) {
      bool kept = false;
      ir::for_each_expression(statement.target, [&](const auto& e) { kept |= e.name == index; });
      if (!kept) terms *= static_cast<double>(kernel.extent(index).value_or(1));
    }
    longest = std::max(longest, terms);
  }
  return longest;
}

/// Both sides round a sum to its dtype, each from a sum of its own: to neighbours where that lies
/// near the middle between them. Results may differ by so much, and by what such steps of the
/// tensors between make of them. (No tolerance hides results that are all zero, which are off
/// by 1.)
double tolerance_of(const ir::Kernel& kernel) {
  constexpr double kMost = 0.5;
  double steps = 0;
  bool fp64 = false;
  for (const ir::Statement& statement : kernel.statements) {
    const ir::Dtype dtype = kernel.find_tensor(statement.target.name)->dtype;
    steps += epsilon_of(dtype);
    fp64 = dtype == ir::Dtype::F64;
  }
  const double summed = (fp64 ? 0x1p-52 : 0x1p-23) * std::sqrt(longest_sum(kernel));
  return std::min(kMost, 2 * steps + 4 * summed);
}

void round_elements(DenseTensor& tensor, ir::Dtype dtype) {
  for (double& value : tensor.values) value = round_to(dtype, value);
}

}  // namespace

std::string evaluate_kernel(const ir::Kernel& kernel, TensorValues& values) {
  bool blas = false;
  for (const ir::Statement& statement : kernel.statements) {
    StatementEvaluator evaluator(kernel, statement, values);
    const bool large = evaluator.products() > kPlainProducts;
    large ? evaluator.with_blas() : evaluator.plain();
    blas |= large;
    const std::string& target = statement.target.name;
    round_elements(values.at(target), kernel.find_tensor(target)->dtype);
  }
  return blas ? "fp64 sums of the statements on the host, large ones by OpenBLAS"
              : "fp64 sums of the statements on the host, loop by loop";
}

Deviation compare_results(const ir::Kernel& kernel, const TensorValues& found,
                          const TensorValues& expected) {
  Deviation deviation;
  deviation.tolerance = tolerance_of(kernel);
  for (const ir::Tensor* tensor : results_of(kernel)) {
    compare_elements(tensor->name, found.at(tensor->name).values, expected.at(tensor->name).values,
                     0, deviation);
  }
  return deviation;
}

}  // namespace weft::dense
