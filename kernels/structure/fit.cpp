// SPDX-License-Identifier: Apache-2.0
#include "kernels/structure/fit.h"

#include "kernels/structure/block_forms.h"
#include "kernels/structure/butterfly.h"
#include "kernels/structure/mm_star.h"
#include "kernels/structure/monarch.h"

namespace weft::structure {

namespace {

struct Project {
  const Matrix& weight;
  const FitOptions& options;
  std::vector<ArmorStep>& armor_steps;

  using Factors = std::vector<Factor>;
  Factors operator()(const Dense&) const { return {matrix_factor("W", weight)}; }
  Factors operator()(const LowRank& form) const { return project_low_rank(weight, form); }
  Factors operator()(const BlockDense& form) const { return project_block_dense(weight, form); }
  Factors operator()(const BlockDiagonal& form) const {
    return project_block_diagonal(weight, form);
  }
  Factors operator()(const Monarch& form) const { return project_monarch(weight, form); }
  Factors operator()(const MmStar& form) const { return project_mm_star(weight, form); }
  Factors operator()(const Butterfly&) const { return project_butterfly(weight); }
  Factors operator()(const NmSparse& form) const {
    const Matrix scores = scores_of(options.score, weight, norms());
    return compress_sparse(weight, best_mask(scores, form), form);
  }
  Factors operator()(const Armor& form) const {
    ArmorOptions armor = options.armor;
    armor.block = form.block;
    ArmorFit fit = fit_armor(weight, norms(), armor);
    armor_steps = std::move(fit.steps);
    return std::move(fit.factors);
  }

 private:
  Vector norms() const { return options.activation_norms.value_or(Vector::Ones(weight.cols())); }
};

struct Expand {
  const std::vector<Factor>& factors;
  const Structure& structure;

  Matrix operator()(const Dense&) const { return as_matrix(factors[0], structure.rows); }
  Matrix operator()(const LowRank& form) const { return expand_low_rank(factors, form); }
  Matrix operator()(const BlockDense& form) const { return expand_block_dense(factors, form); }
  Matrix operator()(const BlockDiagonal& form) const {
    return expand_block_diagonal(factors, form);
  }
  Matrix operator()(const Monarch& form) const { return expand_monarch(factors, form); }
  Matrix operator()(const MmStar& form) const { return expand_mm_star(factors, form); }
  Matrix operator()(const Butterfly&) const { return expand_butterfly(factors, structure.cols); }
  Matrix operator()(const NmSparse& form) const {
    return expand_sparse(factors[0], factors[1], form);
  }
  Matrix operator()(const Armor&) const { return expand_armor(factors); }
};

}  // namespace

Matrix expand(const std::vector<Factor>& factors, const Structure& structure) {
  return std::visit(Expand{factors, structure}, structure.form);
}

Fit fit_structure(const Matrix& weight, const Structure& structure, const FitOptions& options) {
  Fit fit;
  fit.factors = std::visit(Project{weight, options, fit.armor_steps}, structure.form);
  const Matrix error = weight - expand(fit.factors, structure);
  fit.relative_error = error.norm() / weight.norm();
  if (options.activation_norms) {
    const auto norms = options.activation_norms->asDiagonal();
    fit.weighted_error = (error * norms).norm() / (weight * norms).norm();
  }
  return fit;
}

}  // namespace weft::structure
