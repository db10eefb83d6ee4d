// SPDX-License-Identifier: Apache-2.0
// A Monarch matrix falls apart into k x l slices. Slice (i, j) holds the columns of block i of w1
// and every l-th row from j on; the middle elements that lie both in block i of w1 and in block j
// of w2 connect the two, so the slice has at most as many ranks as there are such elements, and
// slices share no parameters. The nearest Monarch matrix therefore takes the nearest matrix of that
// rank in each slice (Dao et al. 2022, theorem 1; one rank for square k = l = q = p).
#include "kernels/structure/monarch.h"

#include "kernels/structure/parallel.h"
#include "kernels/structure/svd.h"

namespace weft::structure {

namespace {

/// The middle elements that connect block `i` of w1 with block `j` of w2.
struct Connection {
  int64_t first;  // the lowest; the others follow at distance l
  int64_t count;
};

Connection connection_of(const Monarch& form, int64_t i, int64_t j) {
  const int64_t begin = i * form.q;
  const int64_t end = begin + form.q;
  const int64_t first = begin + ((j - begin) % form.l + form.l) % form.l;
  return {first, first < end ? (end - 1 - first) / form.l + 1 : 0};
}

/// The rows of block `j` of w2 and the columns of block `i` of w1.
template <class Dense>
auto slice(Dense& weight, const Monarch& form, int64_t i, int64_t j) {
  return weight(Eigen::seqN(j, form.s, form.l), Eigen::seqN(i * form.p, form.p));
}

}  // namespace

std::vector<Factor> project_monarch(const Matrix& weight, const Monarch& form) {
  Matrix w1 = Matrix::Zero(form.k * form.q, form.p);  // [middle element][p]
  Matrix w2 = Matrix::Zero(form.l * form.s, form.r);  // [block, s][r]
  const SerialBlas serial;
  parallel_for(form.k * form.l, form.s * form.p * (form.q / form.l + 1), [&](int64_t at) {
    const int64_t i = at / form.l;
    const int64_t j = at % form.l;
    const Connection middle = connection_of(form, i, j);
    if (middle.count == 0) return;
    const ThinProduct product = nearest_of_rank(slice(weight, form, i, j), middle.count);
    w1(Eigen::seqN(middle.first, middle.count, form.l), Eigen::all) = product.right;
    w2.block(j * form.s, middle.first / form.l, form.s, middle.count) = product.left;
  });
  Factor first = matrix_factor("w1", w1);
  Factor second = matrix_factor("w2", w2);
  first.shape = {form.k, form.q, form.p};
  second.shape = {form.l, form.s, form.r};
  return {std::move(first), std::move(second)};
}

Matrix expand_monarch(const std::vector<Factor>& factors, const Monarch& form) {
  const auto w1 = as_matrix(factors[0], form.k * form.q);
  const auto w2 = as_matrix(factors[1], form.l * form.s);
  Matrix weight = Matrix::Zero(form.s * form.l, form.k * form.p);
  parallel_for(form.k * form.l, form.s * form.p * (form.q / form.l + 1), [&](int64_t at) {
    const int64_t i = at / form.l;
    const int64_t j = at % form.l;
    const Connection middle = connection_of(form, i, j);
    if (middle.count == 0) return;
    const Matrix right = w1(Eigen::seqN(middle.first, middle.count, form.l), Eigen::all);
    slice(weight, form, i, j) =
        w2.block(j * form.s, middle.first / form.l, form.s, middle.count) * right;
  });
  return weight;
}

}  // namespace weft::structure
