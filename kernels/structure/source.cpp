// SPDX-License-Identifier: Apache-2.0
#include "kernels/structure/source.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "kernels/dense/npy.h"
#include "kernels/structure/safetensors.h"
#include "kernels/structure/synthetic.h"

namespace weft::structure {

namespace {

constexpr std::string_view kSafetensors = ".safetensors";

/// Above this, squares and their sums could overflow.
constexpr double kMostMagnitude = 1e100;

/// Where the name of a .safetensors file ends in a source; npos where there is none.
size_t safetensors_end(const std::string& source) {
  const size_t at = source.rfind(kSafetensors);
  if (at == std::string::npos) return at;
  const size_t end = at + kSafetensors.size();
  return end == source.size() || source[end] == ':' ? end : std::string::npos;
}

[[noreturn]] void refuse_weight(const std::string& source) {
  std::vector<std::string> names;
  for (const SyntheticFamily& family : synthetic_families()) names.push_back(family.name);
  throw base::UserError(fmt::format(
      "{}: expected FILE.npy, FILE.safetensors:TENSOR, or one of {} with its keys, found '{}'{}",
      source, fmt::join(names, ", "), source,
      base::did_you_mean(source.substr(0, source.find(':')), names)));
}

bool is_synthetic(const std::string& source) {
  const std::string name = source.substr(0, source.find(':'));
  return std::ranges::count(synthetic_families(), name, &SyntheticFamily::name) > 0;
}

std::string shape_text(const std::vector<int64_t>& shape) {
  return shape.empty() ? "a single value" : fmt::format("shape ({})", fmt::join(shape, ", "));
}

/// A tensor of one or two dims as a matrix; of one, as a single row.
Matrix load_matrix(const std::string& source) {
  if (is_synthetic(source)) return synthetic_weight(source);
  if (!is_dense_file(source)) refuse_weight(source);
  const dense::DenseTensor tensor = read_dense_file(source);
  if (tensor.shape.empty() || tensor.shape.size() > 2 || tensor.values.empty())
    throw base::UserError(
        fmt::format("{}: expected a matrix, found {}", source, shape_text(tensor.shape)));
  const auto large = std::ranges::find_if(
      tensor.values, [](double value) { return std::abs(value) > kMostMagnitude; });
  if (large != tensor.values.end())
    throw base::UserError(
        fmt::format("{}: expected magnitudes up to {}, found {}", source, kMostMagnitude, *large));
  return Eigen::Map<const Matrix>(tensor.values.data(), tensor.size() / tensor.shape.back(),
                                  tensor.shape.back());
}

}  // namespace

bool is_dense_file(const std::string& source) {
  return source.ends_with(".npy") || safetensors_end(source) != std::string::npos;
}

std::string dense_file_of(const std::string& source) {
  return source.ends_with(".npy") ? source : source.substr(0, safetensors_end(source));
}

dense::DenseTensor read_dense_file(const std::string& source) {
  if (source.ends_with(".npy")) return dense::read_npy(source);
  const std::string file = dense_file_of(source);
  const std::string tensor = source.substr(std::min(file.size() + 1, source.size()));
  return read_safetensors(file, tensor);
}

Matrix load_weight(const std::string& source) {
  Matrix weight = load_matrix(source);
  if (weight.rows() < 2 || weight.cols() < 2)
    throw base::UserError(fmt::format("{}: expected at least 2 rows and 2 columns, found {} x {}",
                                      source, weight.rows(), weight.cols()));
  return weight;
}

Vector load_activation_norms(const std::string& source, int64_t cols) {
  const Matrix activations = load_matrix(source);
  if (activations.cols() != cols)
    throw base::UserError(
        fmt::format("{}: expected {} columns, as the weight has{}, found {}", source, cols,
                    activations.rows() == cols ? " (it is transposed: tokens are rows)" : "",
                    activations.cols()));
  Vector norms = activations.colwise().norm().transpose();
  if (norms.isZero(0))
    throw base::UserError(fmt::format("{}: expected activations, found zeros alone", source));
  return norms;
}

}  // namespace weft::structure
