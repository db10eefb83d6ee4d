// SPDX-License-Identifier: Apache-2.0
#include "kernels/structure/sparsity.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "kernels/structure/nowag.h"

namespace weft::structure {

Matrix scores_of(Score score, const Matrix& weight, const Vector& activation_norms) {
  switch (score) {
    case Score::Magnitude:
      return weight.cwiseAbs();
    case Score::Wanda:
      return weight.cwiseAbs() * activation_norms.asDiagonal();
    case Score::NoWag:
      return nowag_normalise(weight).weights.cwiseAbs2() *
             activation_norms.cwiseAbs2().asDiagonal();
  }
  WEFT_CHECK(false, "a score without a rule");
  return {};
}

Matrix best_mask(const Matrix& scores, const NmSparse& form) {
  Matrix mask = Matrix::Zero(scores.rows(), scores.cols());
  std::vector<int64_t> order(static_cast<size_t>(form.group));
  for (int64_t at = 0; at < scores.size(); at += form.group) {
    const double* group = scores.data() + at;
    std::iota(order.begin(), order.end(), int64_t{0});
    std::ranges::stable_sort(order, [&](int64_t a, int64_t b) { return group[a] > group[b]; });
    for (int64_t i = 0; i < form.kept; ++i) mask.data()[at + order[static_cast<size_t>(i)]] = 1;
  }
  return mask;
}

std::vector<Factor> compress_sparse(const Matrix& weight, const Matrix& mask,
                                    const NmSparse& form) {
  const std::vector<int64_t> shape = {weight.rows(), weight.cols() / form.group * form.kept};
  Factor values{"values", shape, {}};
  Factor positions{"positions", shape, {}, true};
  for (int64_t at = 0; at < weight.size(); ++at) {
    if (mask.data()[at] == 0) continue;
    values.values.push_back(weight.data()[at]);
    positions.values.push_back(static_cast<double>(at % form.group));
  }
  return {std::move(values), std::move(positions)};
}

Matrix expand_sparse(const Factor& values, const Factor& positions, const NmSparse& form) {
  const auto groups = static_cast<int64_t>(values.values.size()) / form.kept;
  const int64_t rows = values.shape[0];
  Matrix weight = Matrix::Zero(rows, groups * form.group / rows);
  for (size_t i = 0; i < values.values.size(); ++i) {
    const int64_t group = static_cast<int64_t>(i) / form.kept;
    weight.data()[group * form.group + static_cast<int64_t>(positions.values[i])] =
        values.values[i];
  }
  return weight;
}

}  // namespace weft::structure
