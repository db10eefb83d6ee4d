// SPDX-License-Identifier: Apache-2.0
#include "kernels/structure/synthetic.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include <Eigen/QR>
#include <fmt/format.h>

#include "base/error.h"
#include "base/random.h"

namespace weft::structure {

namespace {

using tensor::SpecParameter;
using tensor::SpecValues;

constexpr double kMostSize = 65536;

SpecParameter size_parameter(std::string name, std::string meaning) {
  return {.name = std::move(name),
          .least = 1,
          .most = kMostSize,
          .fallback = {},
          .meaning = std::move(meaning)};
}

SpecParameter optional_parameter(std::string name, SpecParameter::Kind kind, double most,
                                 double fallback, std::string meaning) {
  return {.name = std::move(name),
          .kind = kind,
          .least = 0,
          .most = most,
          .presence = SpecParameter::Presence::Optional,
          .fallback = fallback,
          .meaning = std::move(meaning)};
}

SpecParameter seed_parameter() {
  return optional_parameter("seed", SpecParameter::Kind::Integer, 0x1p53, 1, "of the generator");
}

/// Independent standard normal values, two from each pair of uniform ones (Box and Muller).
Matrix normal_matrix(int64_t rows, int64_t cols, base::Xoshiro256& random) {
  Matrix matrix(rows, cols);
  double* values = matrix.data();
  for (int64_t i = 0; i < matrix.size(); i += 2) {
    const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
    const double angle = 2 * std::numbers::pi * random.uniform();
    values[i] = radius * std::cos(angle);
    if (i + 1 < matrix.size()) values[i + 1] = radius * std::sin(angle);
  }
  return matrix;
}

base::Xoshiro256 random_of(const SpecValues& values) {
  return base::Xoshiro256(static_cast<uint64_t>(values.integer("seed")));
}

Matrix make_gaussian(const SpecValues& values) {
  base::Xoshiro256 random = random_of(values);
  return normal_matrix(values.integer("rows"), values.integer("cols"), random);
}

Matrix make_hadamard(const SpecValues& values) {
  const auto n = static_cast<uint64_t>(values.integer("n"));
  if (!std::has_single_bit(n))
    throw base::UserError(
        fmt::format("hadamard: n: expected a power of two, found {}; nearest: {} and {}", n,
                    std::bit_floor(n), std::bit_ceil(n)));
  Matrix matrix(n, n);
  for (uint64_t row = 0; row < n; ++row) {
    for (uint64_t col = 0; col < n; ++col)
      matrix(static_cast<int64_t>(row), static_cast<int64_t>(col)) =
          std::popcount(row & col) % 2 == 0 ? 1 : -1;
  }
  return matrix;
}

Matrix make_dft(const SpecValues& values) {
  const int64_t n = values.integer("n");
  const int64_t columns = values.integer("columns");
  if (n % columns != 0)
    throw base::UserError(
        fmt::format("dft: columns: expected a divisor of {}, found {}", n, columns));
  Matrix matrix(2 * n, 2 * n);
  for (int64_t row = 0; row < n; ++row) {
    for (int64_t col = 0; col < n; ++col) {
      const int64_t frequency = col % (n / columns) * columns + col / (n / columns);
      const double angle =
          -2 * std::numbers::pi * static_cast<double>(row * frequency % n) / static_cast<double>(n);
      matrix(row, col) = matrix(n + row, n + col) = std::cos(angle);
      matrix(n + row, col) = std::sin(angle);
      matrix(row, n + col) = -std::sin(angle);
    }
  }
  return matrix / std::sqrt(static_cast<double>(n));
}

/// The first `cols` columns of a random rotation.
Matrix orthonormal(int64_t rows, int64_t cols, base::Xoshiro256& random) {
  const Eigen::HouseholderQR<Matrix> qr(normal_matrix(rows, cols, random));
  return qr.householderQ() * Matrix::Identity(rows, cols);
}

Matrix make_decay(const SpecValues& values) {
  const int64_t rows = values.integer("rows");
  const int64_t cols = values.integer("cols");
  const int64_t rank = std::min(rows, cols);
  base::Xoshiro256 random = random_of(values);
  const Matrix u = orthonormal(rows, rank, random);
  const Matrix v = orthonormal(cols, rank, random);
  const Vector s =
      Vector::LinSpaced(rank, 1, static_cast<double>(rank)).array().pow(-values.real("exponent"));
  return u * s.asDiagonal() * v.transpose();
}

const std::vector<SyntheticFamily>& families() {
  static const std::vector<SyntheticFamily> all = {
      {"gaussian",
       "independent standard normal values",
       {size_parameter("rows", "outputs"), size_parameter("cols", "inputs"), seed_parameter()},
       make_gaussian},
      {"hadamard",
       "Sylvester's Hadamard matrix, +1 and -1",
       {size_parameter("n", "rows and columns")},
       make_hadamard},
      {"dft",
       "the unitary DFT of n complex values as a 2n x 2n real matrix [[Re, -Im], [Im, Re]]",
       {size_parameter("n", "complex values"),
        {.name = "columns",
         .least = 1,
         .most = kMostSize,
         .presence = SpecParameter::Presence::Optional,
         .fallback = 1,
         .meaning = "the columns of the DFT, dealt out like cards to so many hands"}},
       make_dft},
      {"decay",
       "random singular vectors, singular values 1, 2^-exponent, 3^-exponent, ...",
       {size_parameter("rows", "outputs"), size_parameter("cols", "inputs"),
        optional_parameter("exponent", SpecParameter::Kind::Real, 100, 1, "of the decay"),
        seed_parameter()},
       make_decay}};
  return all;
}

}  // namespace

std::span<const SyntheticFamily> synthetic_families() {
  return families();
}

Matrix synthetic_weight(std::string_view spec) {
  const std::string name(spec.substr(0, spec.find(':')));
  const auto family = std::ranges::find(families(), name, &SyntheticFamily::name);
  WEFT_CHECK(family != families().end(), "no family of weights " + name);
  const std::string_view keys = name.size() < spec.size() ? spec.substr(name.size() + 1) : "";
  return family->make(tensor::read_spec(name, keys, family->parameters));
}

}  // namespace weft::structure
