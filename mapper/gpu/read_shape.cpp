// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/read_shape.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "mapper/gpu/tensor_rate.h"

namespace weft::mapper {

namespace {

using ir::Dtype;
using ir::MatrixUnit;
using program::MathType;

std::optional<MathType> tensor_math(Dtype dtype) {
  switch (dtype) {
    case Dtype::F64:
      return MathType::Fp64;
    case Dtype::Tf32:
      return MathType::Tf32;
    case Dtype::F16:
      return MathType::Fp16;
    case Dtype::Bf16:
      return MathType::Bf16;
    case Dtype::F8e4m3:
    case Dtype::F8e5m2:
      return MathType::Fp8;
    case Dtype::I8:
      return MathType::Int8;
    default:
      return std::nullopt;
  }
}

/// What the multiply-add pipes work in: narrow floats are widened when they are read.
std::optional<MathType> pipe_math(Dtype dtype) {
  switch (dtype) {
    case Dtype::F64:
      return MathType::Fp64;
    case Dtype::F32:
    case Dtype::F16:
    case Dtype::Bf16:
      return MathType::Fp32;
    default:
      return std::nullopt;
  }
}

bool has_unit(const machine::GpuDescription& gpu, MatrixUnit unit, Dtype dtype) {
  if (unit == MatrixUnit::Fma) return pipe_math(dtype).has_value();
  const auto math = tensor_math(dtype);
  if (!math || tensor_rate(gpu.sm.tensor.fma_per_cycle, *math) <= 0) return false;
  // The 2:4 instructions have no fp64 form, and tf32 keeps 1 of 2.
  const bool halves = dtype != Dtype::F64 && dtype != Dtype::Tf32;
  return unit == MatrixUnit::Mma || (gpu.sm.tensor.sparse_factor > 1 && halves);
}

/// The dtypes for which the machine has a unit, for messages.
std::string types_of(const machine::GpuDescription& gpu, MatrixUnit unit) {
  std::vector<std::string_view> types;
  for (const auto& word : ir::Vocabulary<Dtype>::kWords) {
    if (has_unit(gpu, unit, word.value)) types.push_back(word.text);
  }
  if (types.empty()) return "has none";
  return fmt::format("has it for {}", fmt::join(types, ", "));
}

std::string suggestion(const machine::GpuDescription& gpu, MatrixUnit unit, Dtype dtype) {
  if (unit == MatrixUnit::MmaSparse) return "store W dense and use mma or fma";
  if (pipe_math(dtype)) return "use fma";
  const std::string other = types_of(gpu, unit);
  return other == "has none" ? "use fma on f32" : "choose one of these types";
}

bool suits_format(const ir::Tensor& a, MatrixUnit unit) {
  return (structured_level(a) != nullptr) == (unit == MatrixUnit::MmaSparse);
}

double stored_bytes(const ir::Tensor& tensor) {
  const double bytes = ir::bytes_of(tensor.dtype);
  const ir::Level* level = structured_level(tensor);
  if (level == nullptr) return bytes;
  const double kept = static_cast<double>(level->keep) / level->group;
  const double meta_bits = level->meta_bits == 0 ? 2 : level->meta_bits;
  return kept * (bytes + meta_bits / 8);
}

int64_t extent_of(const ir::Kernel& kernel, const ContractionForm& form, IndexRole role) {
  int64_t extent = 1;
  for (const std::string& index : form.of(role)) extent *= kernel.extent(index).value_or(1);
  return extent;
}

/// Whether subscripts of an access choose by the batch.
bool by_batch(const ContractionForm& form, const ir::Expression& access) {
  bool found = false;
  ir::for_each_expression(access, [&](const ir::Expression& each) {
    found |= std::ranges::count(form.of(IndexRole::Batch), each.name) > 0;
  });
  return found;
}

/// Sums of fp32 that another statement of the kernel made are rounded on their way into a unit.
bool may_be_rounded(const ir::Kernel& kernel, const ir::Tensor& sums, Dtype to) {
  const auto makes = [&](const auto& statement) { return statement.target.name == sums.name; };
  return sums.dtype == Dtype::F32 && ir::bytes_of(to) == 2 &&
         std::ranges::any_of(kernel.statements, makes);
}

/// The operands must be of one type, or sums that are rounded to it, and A 2:4 along k or dense;
/// reported otherwise.
bool check_operands(const ir::Kernel& kernel, const ContractionForm& form,
                    base::Diagnostics& diagnostics) {
  const ir::Tensor& a = *kernel.find_tensor(form.a->name);
  const ir::Tensor& b = *kernel.find_tensor(form.b->name);
  if (a.dtype != b.dtype && !may_be_rounded(kernel, a, b.dtype) &&
      !may_be_rounded(kernel, b, a.dtype)) {
    ir::report(diagnostics, form.statement->where,
               fmt::format("operands of {} must have one dtype; {} is {} and {} is {}",
                           form.statement->name, a.name, ir::text_of(a.dtype), b.name,
                           ir::text_of(b.dtype)));
    return false;
  }
  const ir::Level* level = structured_level(a);
  if (level == nullptr) return true;
  const std::vector<std::string>& sum = form.of(IndexRole::K);
  const bool halves = level->keep == 2 && level->group == 4 && structured_level(b) == nullptr;
  const bool along_k = sum.size() == 1 && form.a->operands.back().text() == sum.front() &&
                       kernel.extent(sum.front()).value_or(1) % 4 == 0;
  if (halves && along_k) return true;
  ir::report(diagnostics, a.levels_where,
             fmt::format("matrix units take one operand that is 2:4 along its last dim, which is "
                         "summed over and a multiple of 4 long; {} of {} is not that",
                         a.name, form.statement->name));
  return false;
}

}  // namespace

double fastest_fma_per_cycle(const machine::SmDescription& sm, Dtype dtype) {
  double rate = 0;
  if (const auto math = pipe_math(dtype))
    rate = *math == MathType::Fp64 ? sm.pipes.fp64_lanes : sm.pipes.fp32_lanes;
  if (const auto math = tensor_math(dtype))
    rate = std::max(rate, tensor_rate(sm.tensor.fma_per_cycle, *math));
  return rate;
}

Dtype unit_dtype(const ir::Kernel& kernel, const ContractionForm& form) {
  const Dtype a = kernel.find_tensor(form.a->name)->dtype;
  const Dtype b = kernel.find_tensor(form.b->name)->dtype;
  return ir::bytes_of(b) < ir::bytes_of(a) ? b : a;
}

std::optional<MatrixUnit> choose_unit(const ir::Kernel& kernel, const ContractionForm& form,
                                      const ir::Tensorize& tensorize,
                                      const machine::GpuDescription& gpu,
                                      base::Diagnostics& diagnostics) {
  if (!check_operands(kernel, form, diagnostics)) return std::nullopt;
  const ir::Tensor& a = *kernel.find_tensor(form.a->name);
  const Dtype dtype = unit_dtype(kernel, form);
  std::vector<MatrixUnit> options = tensorize.use.options;
  if (tensorize.use.any) options = {MatrixUnit::Fma, MatrixUnit::Mma, MatrixUnit::MmaSparse};
  const auto legal = [&](MatrixUnit unit) {
    return suits_format(a, unit) && has_unit(gpu, unit, dtype);
  };
  const auto offered = [&](MatrixUnit unit) {
    return std::ranges::count(options, unit) > 0 && legal(unit);
  };
  if (dtype == Dtype::F32 && offered(MatrixUnit::Fma)) return MatrixUnit::Fma;
  for (const MatrixUnit unit : {MatrixUnit::MmaSparse, MatrixUnit::Mma, MatrixUnit::Fma}) {
    if (offered(unit)) return unit;
  }
  const MatrixUnit wanted = options.back();
  const std::string_view word = ir::text_of(wanted);
  if (!suits_format(a, wanted)) {
    const bool sparse = structured_level(a) != nullptr;
    ir::report(diagnostics, tensorize.use.where,
               fmt::format("{} of {} works on {} operands, but {} is {}; use {}", word,
                           form.statement->name, sparse ? "dense" : "2:4", a.name,
                           sparse ? "2:4" : "dense", sparse ? "mma.sp" : "mma or fma"));
  } else {
    ir::report(
        diagnostics, tensorize.use.where,
        fmt::format("{} needs {} for {}; {} {}; {}", form.statement->name, word, ir::text_of(dtype),
                    gpu.name, types_of(gpu, wanted), suggestion(gpu, wanted, dtype)));
  }
  return std::nullopt;
}

ContractionShape contraction_shape(const ir::Kernel& kernel, const ContractionForm& form,
                                   MatrixUnit unit) {
  const ir::Tensor& a = *kernel.find_tensor(form.a->name);
  const ir::Tensor& b = *kernel.find_tensor(form.b->name);
  const ir::Tensor& c = *kernel.find_tensor(form.c->name);
  ContractionShape shape;
  shape.batch = extent_of(kernel, form, IndexRole::Batch);
  shape.m = extent_of(kernel, form, IndexRole::M);
  shape.n = extent_of(kernel, form, IndexRole::N);
  shape.k = extent_of(kernel, form, IndexRole::K);
  shape.tensor_cores = unit != MatrixUnit::Fma;
  shape.sparse_a = unit == MatrixUnit::MmaSparse;
  const Dtype dtype = unit_dtype(kernel, form);
  const auto math = shape.tensor_cores ? tensor_math(dtype) : pipe_math(dtype);
  WEFT_CHECK(math.has_value(), "a unit without a type to work in");
  shape.math = *math;
  shape.a_bytes = stored_bytes(a);
  shape.b_bytes = stored_bytes(b);
  shape.c_bytes = ir::bytes_of(c.dtype);
  shape.a_by_batch = by_batch(form, *form.a);
  shape.b_by_batch = by_batch(form, *form.b);
  shape.a_name = a.name;
  shape.b_name = b.name;
  shape.c_name = c.name;
  return shape;
}

}  // namespace weft::mapper
