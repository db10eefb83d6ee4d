// SPDX-License-Identifier: Apache-2.0
// With slices S(i,j) = A(i) D(i,j) C(j), H(i,j) = S(i,0)^+ S(i,j) is free of A, and
// H(i,j) H(0,j)^-1 = C(0)^-1 E(i,j) C(0) with E(i,j) diagonal: the eigenvectors of any combination
// of them are the columns of C(0)^-1. A combination with random weights has distinct eigenvalues
// where any has. Scales are free, so D(i,0) and D(0,j) are ones; then A(i) = S(i,0) C(0)^-1,
// C(j) = A(0)^+ S(0,j), and D(i,j) is the diagonal of A(i)^+ S(i,j) C(j)^-1. A weight whose slices
// are wider than tall is recovered from its transpose.
#include "kernels/structure/mm_star_recover.h"

#include <utility>

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>

#include "base/random.h"

namespace weft::structure {

namespace {

/// Below it a slice counts as singular, and eigenvalues as complex, relative to the largest.
constexpr double kTolerance = 1e-8;

using Solver = Eigen::ColPivHouseholderQR<Matrix>;

/// The solver of least squares with `matrix`; none where that lacks full column rank.
std::optional<Solver> solver_of(const Matrix& matrix) {
  Solver solver(matrix);
  solver.setThreshold(kTolerance);
  if (solver.rank() < matrix.cols()) return {};
  return solver;
}

/// C(0)^-1 from the slices; none where there is none with real columns.
std::optional<Matrix> common_basis(const Matrix& weight, const MmStar& form,
                                   const std::vector<Solver>& first_column) {
  base::Xoshiro256 random(1);  // any weights do
  const auto h = [&](int64_t i, int64_t j) -> Matrix {
    return first_column[static_cast<size_t>(i)].solve(mm_star_slice(weight, form, i, j));
  };
  Matrix mixture = Matrix::Zero(form.m, form.m);
  for (int64_t j = 1; j < form.k; ++j) {
    const Eigen::PartialPivLU<Matrix> first(h(0, j).transpose());
    for (int64_t i = 1; i < form.l; ++i) {
      const Matrix term = first.solve(h(i, j).transpose()).transpose();
      mixture += (random.uniform() + 0.5) / term.norm() * term;
    }
  }
  if (!mixture.allFinite()) return {};
  const Eigen::EigenSolver<Matrix> eigen(mixture);
  const double largest = eigen.eigenvalues().cwiseAbs().maxCoeff();
  if (eigen.info() != Eigen::Success ||
      eigen.eigenvalues().imag().cwiseAbs().maxCoeff() > kTolerance * largest)
    return {};
  return Matrix(eigen.eigenvectors().real());
}

std::optional<MmStarFactors> recover_tall(const Matrix& weight, const MmStar& form) {
  std::vector<Solver> first_column;
  for (int64_t i = 0; i < form.l; ++i) {
    std::optional<Solver> solver = solver_of(mm_star_slice(weight, form, i, 0));
    if (!solver) return {};
    first_column.push_back(std::move(*solver));
  }
  const std::optional<Matrix> basis = common_basis(weight, form, first_column);
  if (!basis) return {};
  MmStarFactors factors;
  factors.d = Matrix::Zero(form.l * form.k, form.m);
  std::vector<Solver> of_a;
  for (int64_t i = 0; i < form.l; ++i) {
    factors.a.emplace_back(mm_star_slice(weight, form, i, 0) * *basis);
    std::optional<Solver> solver = solver_of(factors.a.back());
    if (!solver) return {};
    of_a.push_back(std::move(*solver));
  }
  for (int64_t j = 0; j < form.k; ++j) {
    factors.c.emplace_back(of_a.front().solve(mm_star_slice(weight, form, 0, j)));
    const std::optional<Solver> of_c = solver_of(factors.c.back().transpose());
    if (!of_c) return {};
    for (int64_t i = 0; i < form.l; ++i) {
      const Matrix left = of_a[static_cast<size_t>(i)].solve(mm_star_slice(weight, form, i, j));
      factors.d.row(i * form.k + j) = of_c->solve(left.transpose()).diagonal();
    }
  }
  return factors;
}

}  // namespace

std::optional<MmStarFactors> recover_mm_star(const Matrix& weight, const MmStar& form) {
  if (form.k < 2 || form.l < 2) return {};
  if (form.s >= form.p) return recover_tall(weight, form);
  const MmStar turned = transpose(form);
  std::optional<MmStarFactors> found = recover_tall(weight.transpose(), turned);
  if (found) found = transpose(*found, turned);
  return found;
}

}  // namespace weft::structure
