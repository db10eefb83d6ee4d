// SPDX-License-Identifier: Apache-2.0
#include "cli/sources.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "base/error.h"
#include "cli/operands.h"
#include "kernels/structure/source.h"
#include "kernels/tensor/generate.h"

namespace weft::cli {

namespace {

/// More elements than this are not made in memory.
constexpr double kMostElements = 1U << 28;

double count_of(const std::vector<int64_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), 1.0, std::multiplies<>());
}

/// The entries of a matrix by rows. `operand` is sparse and in row-major order.
tensor::CsrMatrix csr_of(const einsum::Operand& operand, const std::string& source) {
  if (operand.rank() != 2) {
    throw base::UserError(
        fmt::format("{}: expected a matrix, found a tensor of {} dims", source, operand.rank()));
  }
  tensor::CsrMatrix matrix;
  matrix.rows = operand.shape[0];
  matrix.cols = operand.shape[1];
  matrix.row_start.assign(static_cast<size_t>(matrix.rows) + 1, 0);
  matrix.value = operand.values;
  matrix.column.reserve(operand.values.size());
  for (int64_t entry = 0; entry < operand.entries(); ++entry) {
    ++matrix.row_start[static_cast<size_t>(operand.coordinate(entry)[0]) + 1];
    matrix.column.push_back(static_cast<int32_t>(operand.coordinate(entry)[1]));
  }
  std::partial_sum(matrix.row_start.begin(), matrix.row_start.end(), matrix.row_start.begin());
  return matrix;
}

}  // namespace

einsum::Operand load_source_values(const std::string& source) {
  if (structure::is_dense_file(source))
    return einsum::full_operand(structure::read_dense_file(source));
  return einsum::sparse_operand(tensor::load_source(source).matrix);
}

tensor::NamedMatrix load_sparse_source(const std::string& source) {
  if (!structure::is_dense_file(source)) return tensor::load_source(source);
  return {source, source, csr_of(einsum::as_sparse(load_source_values(source)), source)};
}

einsum::Operand as_full(einsum::Operand operand, const std::string& source) {
  if (operand.full) return operand;
  if (const double elements = count_of(operand.shape); elements > kMostElements) {
    throw base::UserError(
        fmt::format("{}: expected at most {:.0f} elements of a dense operand, found {} = {:.0f}",
                    source, kMostElements, fmt::join(operand.shape, " x "), elements));
  }
  einsum::Operand full = einsum::zero_operand(operand.shape);
  for (int64_t entry = 0; entry < operand.entries(); ++entry)
    full.values[static_cast<size_t>(operand.place(operand.coordinate(entry)))] =
        operand.values[static_cast<size_t>(entry)];
  return full;
}

void check_drawn_size(const ir::Kernel& kernel, const ir::Tensor& tensor) {
  const double elements = count_of(kernel.shape(tensor));
  if (!einsum::is_full(tensor) || elements <= kMostElements) return;
  throw base::UserError(fmt::format(
      "tensor {} has {:.3g} elements, more than the {:.3g} that are made in memory; choose "
      "smaller sizes with -p",
      tensor.name, elements, kMostElements));
}

std::vector<std::string> source_errors(const std::string& source) {
  if (source == "A" || source.ends_with("^T")) return {};
  std::vector<std::string> errors;
  const auto look_for = [&](const std::string& file) {
    if (!std::filesystem::exists(file)) errors.push_back(fmt::format("{}: no such file", file));
    return file;
  };
  if (!tensor::is_generator_spec(source)) {
    look_for(structure::is_dense_file(source) ? structure::dense_file_of(source) : source);
    return errors;
  }
  try {
    tensor::check_spec(source);
    tensor::rename_spec_files(source, look_for);
  } catch (const base::UserError& error) {
    errors = error.messages();
  }
  return errors;
}

std::map<std::string, std::string> named_sources(const std::vector<std::string>& inputs,
                                                 const std::vector<std::string>& names) {
  std::map<std::string, std::string> sources;
  std::vector<std::string> defects;
  for (const std::string& input : inputs) {
    const Assignment operand = parse_assignment(input, "--input");
    if (std::ranges::count(names, operand.name) == 0) {
      defects.push_back(fmt::format("--input {}: expected one of the operands {}, found '{}'{}",
                                    input, fmt::join(names, ", "), operand.name,
                                    base::did_you_mean(operand.name, names)));
    } else if (!sources.emplace(operand.name, operand.value).second) {
      defects.push_back(fmt::format("--input {}: {} was given before", input, operand.name));
    }
  }
  if (!defects.empty()) throw base::UserError(std::move(defects));
  return sources;
}

GivenSources::GivenSources(const std::vector<const ir::Tensor*>& tensors,
                           const std::vector<std::string>& inputs) {
  std::vector<std::string> names;
  names.reserve(tensors.size());
  for (const ir::Tensor* tensor : tensors) names.push_back(tensor->name);
  texts_ = named_sources(inputs, names);
  for (const ir::Tensor* tensor : tensors) {
    if (!tensor->data || has(tensor->name)) continue;
    const bool constant = tensor->data->kind == ir::TensorData::Kind::Constant;
    texts_[tensor->name] = constant ? "document: " + tensor->name : document_source(*tensor);
    if (constant) constants_[tensor->name] = &*tensor->data;
  }
}

std::string GivenSources::text(const std::string& tensor) const {
  return has(tensor) ? texts_.at(tensor) : "random";
}

einsum::Operand GivenSources::values(const std::string& tensor) const {
  const auto constant = constants_.find(tensor);
  if (constant == constants_.end()) return load_source_values(texts_.at(tensor));
  return einsum::full_operand({constant->second->shape, constant->second->values});
}

dense::DenseTensor GivenSources::elements(const std::string& tensor) const {
  einsum::Operand full = as_full(values(tensor), text(tensor));
  return {std::move(full.shape), std::move(full.values)};
}

tensor::NamedMatrix GivenSources::matrix(const std::string& tensor) const {
  if (!constants_.contains(tensor)) return load_sparse_source(texts_.at(tensor));
  return {tensor, text(tensor), csr_of(einsum::as_sparse(values(tensor)), tensor)};
}

tensor::ProductOperands GivenSources::product() const {
  if (!has("A")) throw base::UserError("--input: expected A=SOURCE, found none");
  const std::string a = text("A");
  const auto load = [&](const std::string& source) { return matrix(source == a ? "A" : "B"); };
  return tensor::load_product_operands(a, has("B") ? text("B") : "", load);
}

}  // namespace weft::cli
