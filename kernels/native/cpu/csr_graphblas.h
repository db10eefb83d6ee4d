// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "kernels/native/cpu/csr_products.h"

namespace weft::native {

/// Y = A X with dense X by SuiteSparse:GraphBLAS in fp32; one column is a vector. The operands are
/// given to the library once, in its own forms.
class GraphBlasSpmm {
 public:
  GraphBlasSpmm(const Csr32& a, std::span<const float> x, int64_t columns, int threads);
  ~GraphBlasSpmm();
  GraphBlasSpmm(const GraphBlasSpmm&) = delete;
  GraphBlasSpmm& operator=(const GraphBlasSpmm&) = delete;

  /// Computes the product and finishes it.
  void multiply();

  /// Frees the product that multiply() left, if any.
  void discard();

  /// The product, [a.rows][columns]; where no row of A meets an entry, 0. Precondition: multiply()
  /// ran since the last discard().
  Array<float> values() const;

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

}  // namespace weft::native
