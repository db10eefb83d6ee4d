// SPDX-License-Identifier: Apache-2.0
// Alternating least squares: with two of A, D and C fixed, the third is a linear problem, for each
// block of A, each block of C and each diagonal of D by itself. Every step solves for the change of
// a factor with a small penalty on its size, so that a singular problem leaves the factor alone and
// the error never rises. The descent starts from the Monarch matrices among the products: C = 1
// where the inner size is that of the slices' columns, A = 1 where it is that of their rows.
#include "kernels/structure/mm_star.h"

#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <Eigen/Cholesky>

#include "kernels/structure/mm_star_recover.h"
#include "kernels/structure/parallel.h"
#include "kernels/structure/svd.h"

namespace weft::structure {

namespace {

constexpr int kMostSweeps = 40;
constexpr double kLeastGain = 1e-4;    // of a sweep, as a share of the error
constexpr double kExact = 1e-10;       // as a share of the weight
constexpr double kNearlyExact = 1e-6;  // the same: no other start would do better
constexpr double kPenalty = 1e-12;     // as a share of the mean diagonal of the normal equations

/// (gram + penalty)^-1 right, for a symmetric positive semidefinite gram.
Matrix damped_solve(Matrix gram, const Matrix& right) {
  const double penalty = kPenalty * gram.trace() / static_cast<double>(gram.rows());
  gram.diagonal().array() += penalty + std::numeric_limits<double>::min();
  return gram.ldlt().solve(right);
}

/// One pass over all factors of one weight.
class Sweep {
  // What the steps below have in common; first, as its type is deduced.
  const Matrix& a(int64_t i) const { return factors_.a[static_cast<size_t>(i)]; }
  const Matrix& c(int64_t j) const { return factors_.c[static_cast<size_t>(j)]; }
  auto diagonal(int64_t i, int64_t j) const { return factors_.d.row(i * form_.k + j).asDiagonal(); }

 public:
  Sweep(const MmStarSlices& slices, MmStarFactors& factors)
      : slice_(slices), form_(slices.form()), factors_(factors) {}

  void improve_a() {
    parallel_for(form_.l, form_.k * form_.s * form_.m * form_.p, [&](int64_t i) {
      Matrix& a = factors_.a[static_cast<size_t>(i)];
      Matrix gram = Matrix::Zero(form_.m, form_.m), slope = Matrix::Zero(form_.s, form_.m);
      for (int64_t j = 0; j < form_.k; ++j) {
        const Matrix right = diagonal(i, j) * c(j);
        gram.noalias() += right * right.transpose();
        slope.noalias() += (slice_(i, j) - a * right) * right.transpose();
      }
      a += damped_solve(std::move(gram), slope.transpose()).transpose();
    });
  }

  void improve_c() {
    parallel_for(form_.k, form_.l * form_.s * form_.m * form_.p, [&](int64_t j) {
      Matrix& right = factors_.c[static_cast<size_t>(j)];
      Matrix gram = Matrix::Zero(form_.m, form_.m), slope = Matrix::Zero(form_.m, form_.p);
      for (int64_t i = 0; i < form_.l; ++i) {
        const Matrix left = a(i) * diagonal(i, j);
        gram.noalias() += left.transpose() * left;
        slope.noalias() += left.transpose() * (slice_(i, j) - left * right);
      }
      right += damped_solve(std::move(gram), slope);
    });
  }

  void improve_d() {
    parallel_for(form_.l * form_.k, form_.s * form_.m * form_.p, [&](int64_t at) {
      const int64_t i = at / form_.k, j = at % form_.k;
      const Matrix gram = (a(i).transpose() * a(i)).cwiseProduct(c(j) * c(j).transpose());
      const Matrix residual = slice_(i, j) - a(i) * diagonal(i, j) * c(j);
      const Vector slope = (a(i).transpose() * residual * c(j).transpose()).diagonal();
      factors_.d.row(at) += damped_solve(gram, slope).transpose();
    });
  }

 private:
  const MmStarSlices& slice_;
  const MmStar& form_;
  MmStarFactors& factors_;
};

/// The Monarch projection with C = 1: column c of slice (i, j) is a multiple of column c of A(i).
/// Precondition: m = p.
MmStarFactors monarch_start(const Matrix& weight, const MmStar& form) {
  MmStarFactors factors;
  factors.a.assign(static_cast<size_t>(form.l), Matrix(form.s, form.m));
  factors.d.resize(form.l * form.k, form.m);
  factors.c.assign(static_cast<size_t>(form.k), Matrix::Identity(form.m, form.p));
  parallel_for(form.l, form.s * form.m * form.k, [&](int64_t i) {
    for (int64_t column = 0; column < form.p; ++column) {
      const ThinProduct product = nearest_of_rank(
          weight(Eigen::seqN(i, form.s, form.l), Eigen::seqN(column * form.k, form.k)), 1);
      factors.a[static_cast<size_t>(i)].col(column) = product.left;
      factors.d.block(i * form.k, column, form.k, 1) = product.right.transpose();
    }
  });
  return factors;
}

/// Sweeps until they gain little.
double descend(const MmStarSlices& slices, MmStarFactors& factors) {
  const double norm = slices.norm();
  double error = mm_star_error(slices, factors);
  for (int sweep = 0; sweep < kMostSweeps && error > kExact * norm; ++sweep) {
    const double before = error;
    improve_mm_star(slices, factors);
    error = mm_star_error(slices, factors);
    if (error > (1 - kLeastGain) * before) break;
  }
  return error;
}

std::vector<MmStarFactors> starts(const Matrix& weight, const MmStarSlices& slices) {
  const MmStar& form = slices.form();
  std::vector<MmStarFactors> result;
  if (std::optional<MmStarFactors> found = recover_mm_star(weight, form)) {
    const bool exact = mm_star_error(slices, *found) <= kNearlyExact * slices.norm();
    result.push_back(std::move(*found));
    if (exact) return result;
  }
  if (form.m == form.p) result.push_back(monarch_start(weight, form));
  if (form.m == form.s) {
    const MmStar turned = transpose(form);
    result.push_back(transpose(monarch_start(weight.transpose(), turned), turned));
  }
  return result;
}

/// Blocks one above the other.
Matrix stacked(const std::vector<Matrix>& blocks) {
  const int64_t rows = blocks.front().rows();
  Matrix all(static_cast<int64_t>(blocks.size()) * rows, blocks.front().cols());
  for (size_t i = 0; i < blocks.size(); ++i)
    all.middleRows(static_cast<int64_t>(i) * rows, rows) = blocks[i];
  return all;
}

}  // namespace

MmStar transpose(const MmStar& form) {
  return {form.l, form.s, form.m, form.k, form.p};
}

MmStarFactors transpose(const MmStarFactors& factors, const MmStar& form) {
  MmStarFactors result;
  for (const Matrix& c : factors.c) result.a.emplace_back(c.transpose());
  for (const Matrix& a : factors.a) result.c.emplace_back(a.transpose());
  result.d.resize(factors.d.rows(), factors.d.cols());
  for (int64_t i = 0; i < form.l; ++i) {
    for (int64_t j = 0; j < form.k; ++j)
      result.d.row(j * form.l + i) = factors.d.row(i * form.k + j);
  }
  return result;
}

Matrix mm_star_slice(const Matrix& weight, const MmStar& form, int64_t i, int64_t j) {
  return weight(Eigen::seqN(i, form.s, form.l), Eigen::seqN(j, form.p, form.k));
}

MmStarSlices::MmStarSlices(const Matrix& weight, const MmStar& form)
    : form_(form), all_(form.l * form.k * form.s, form.p) {
  parallel_for(form.l * form.k, form.s * form.p, [&](int64_t at) {
    all_.middleRows(at * form.s, form.s) = mm_star_slice(weight, form, at / form.k, at % form.k);
  });
}

double mm_star_error(const MmStarSlices& slices, const MmStarFactors& factors) {
  const MmStar& form = slices.form();
  Vector squares(form.l * form.k);
  parallel_for(form.l * form.k, form.s * form.m * form.p, [&](int64_t at) {
    const int64_t i = at / form.k, j = at % form.k;
    const Matrix& a = factors.a[static_cast<size_t>(i)];
    const Matrix& c = factors.c[static_cast<size_t>(j)];
    squares(at) = (slices(i, j) - a * factors.d.row(at).asDiagonal() * c).squaredNorm();
  });
  return std::sqrt(squares.sum());
}

void improve_mm_star(const MmStarSlices& slices, MmStarFactors& factors) {
  Sweep sweep(slices, factors);
  sweep.improve_a();
  sweep.improve_d();
  sweep.improve_c();
}

std::vector<Factor> project_mm_star(const Matrix& weight, const MmStar& form) {
  const SerialBlas serial;
  MmStarFactors best;
  double least = std::numeric_limits<double>::infinity();
  const MmStarSlices slices(weight, form);
  for (MmStarFactors& factors : starts(weight, slices)) {
    const double error = descend(slices, factors);
    if (error >= least) continue;
    least = error;
    best = std::move(factors);
  }
  Factor a = matrix_factor("A", stacked(best.a));
  Factor d = matrix_factor("D", best.d.transpose());
  Factor c = matrix_factor("C", stacked(best.c));
  a.shape = {form.l, form.s, form.m};
  d.shape = {form.m, form.l, form.k};
  c.shape = {form.k, form.m, form.p};
  return {std::move(c), std::move(d), std::move(a)};
}

Matrix expand_mm_star(const std::vector<Factor>& factors, const MmStar& form) {
  const auto c = as_matrix(factors[0], form.k * form.m);
  const auto d = as_matrix(factors[1], form.m);
  const auto a = as_matrix(factors[2], form.l * form.s);
  Matrix weight(form.l * form.s, form.k * form.p);
  parallel_for(form.l * form.k, form.s * form.m * form.p, [&](int64_t at) {
    const int64_t i = at / form.k, j = at % form.k;
    weight(Eigen::seqN(i, form.s, form.l), Eigen::seqN(j, form.p, form.k)) =
        a.middleRows(i * form.s, form.s) * d.col(at).asDiagonal() *
        c.middleRows(j * form.m, form.m);
  });
  return weight;
}

}  // namespace weft::structure
