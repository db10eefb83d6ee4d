// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "kernels/dense/dense_tensor.h"
#include "kernels/ir/kernel.h"
#include "kernels/native/cpu/product_chain.h"
#include "kernels/tensor/verify.h"

namespace weft::native {

/// What the operands of a chain of products should give: its statements as plain loops in fp64, for
/// all tokens of a small kernel, and for some tokens spread over a large one (rows where it has no
/// tokens).
class SampledCheck {
 public:
  /// Computes the expected values. `most_products` bounds the work, but one token is always tried.
  SampledCheck(const ir::Kernel& kernel, const dense::TensorValues& operands,
               double most_products = 1 << 26);

  /// Compares results. The tolerance is that of sums of as many roundings of T as the longest sum
  /// of each statement; errors are relative to the larger of an element's and the mean magnitude.
  template <class T>
  tensor::VerifyReport compare(const TensorArrays<T>& results) const;

  /// "fp64 loops over the statements on the host, 16 of 2048 values of m".
  const std::string& method() const { return method_; }

 private:
  struct Element {
    size_t place;
    double value;
  };

  std::string tensor_;
  std::vector<Element> expected_;
  double mean_magnitude_ = 0;
  double roundings_ = 0;
  std::string method_;
};

}  // namespace weft::native
