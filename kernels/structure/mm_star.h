// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels/structure/matrix.h"
#include "kernels/structure/structure.h"

namespace weft::structure {

/// The factors of a product of two Monarch matrices, the second one transposed: slice (i, j) of the
/// weight, its rows i, i + l, ... and its columns j, j + k, ..., is a[i] diag(d.row(i k + j)) c[j].
struct MmStarFactors {
  std::vector<Matrix> a;  // [l] s x m
  Matrix d;               // [i k + j][m]
  std::vector<Matrix> c;  // [k] m x p
};

/// The form, and the factors, of the transposed weight.
MmStar transpose(const MmStar& form);
MmStarFactors transpose(const MmStarFactors& factors, const MmStar& form);

/// Factors "C" (k, m, p), "D" (m, l, k) and "A" (l, s, m): those that the weight has where
/// recover_mm_star() finds them, and else the best that alternating least squares reaches from
/// Monarch projections, so that the error is never above theirs. A local minimum: no algorithm is
/// known for the nearest. Precondition: the sizes of `form` fit `weight`.
std::vector<Factor> project_mm_star(const Matrix& weight, const MmStar& form);

/// The matrix that the factors stand for.
Matrix expand_mm_star(const std::vector<Factor>& factors, const MmStar& form);

/// Slice (i, j) of a weight.
Matrix mm_star_slice(const Matrix& weight, const MmStar& form, int64_t i, int64_t j);

/// All slices of a weight, each in one piece of memory: a descent reads every one again and again.
class MmStarSlices {
 public:
  /// Precondition: the sizes of `form` fit `weight`.
  MmStarSlices(const Matrix& weight, const MmStar& form);

  /// Slice (i, j), s x p.
  auto operator()(int64_t i, int64_t j) const {
    return all_.middleRows((i * form_.k + j) * form_.s, form_.s);
  }
  /// The sizes of the slices and of their factors.
  const MmStar& form() const { return form_; }
  /// The length of the weight, Frobenius.
  double norm() const { return all_.norm(); }

 private:
  MmStar form_;
  Matrix all_;  // one above the other, by i and then j
};

/// |weight - the product of the factors|, Frobenius.
double mm_star_error(const MmStarSlices& slices, const MmStarFactors& factors);

/// One sweep of alternating least squares over A, D and C; the error never rises.
void improve_mm_star(const MmStarSlices& slices, MmStarFactors& factors);

}  // namespace weft::structure
