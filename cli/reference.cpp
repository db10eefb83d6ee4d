// SPDX-License-Identifier: Apache-2.0
#include "cli/reference.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/dense_operands.h"
#include "cli/documents.h"
#include "cli/mixed_operands.h"
#include "cli/operands.h"
#include "cli/reference_cuda.h"
#include "cli/reference_document.h"
#include "kernels/dense/operands.h"
#include "kernels/ir/library.h"
#include "kernels/native/cpu/dense_reference.h"
#include "kernels/native/cpu/host.h"
#include "kernels/native/cpu/product_form.h"
#include "kernels/native/cpu/sparse_reference.h"
#include "kernels/native/cpu/spgemm_reference.h"
#include "kernels/tensor/memory_limit.h"
#include "kernels/tensor/spgemm_count.h"
#include "mapper/gpu/rows/lower_dense.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;
using mapper::RowKernel;

/// What all operations state of this host.
ReferenceParts parts_of(const ReferenceRequest& request, const std::string& operation) {
  const native::Host host = native::describe_host();
  ReferenceParts parts;
  parts.operation = operation;
  parts.machine = host.cpu;
  parts.threads = request.threads > 0 ? static_cast<int>(request.threads) : host.processors;
  parts.host = {{"processors", host.processors},
                {"load", host.load},
                {"pinning", host.pinning},
                {"vectors", host.vectors}};
  return parts;
}

native::Repetitions repetitions_of(const ReferenceRequest& request) {
  return request.repetitions > 0
             ? native::Repetitions::exactly(static_cast<int>(request.repetitions))
             : native::Repetitions{};
}

template <class T>
ReferencePeak peak_of(const ReferenceParts& parts) {
  const native::HostPeak peak = native::measure_peak<T>(parts.threads);
  constexpr double kMebi = 1 << 20;
  return {peak.gflops, peak.stream_gb_s,
          fmt::format("independent multiply-adds in registers; a = b + 3 c over {} MiB",
                      static_cast<double>(peak.stream_bytes) / kMebi)};
}

template <class Run>
void add_runs(ReferenceParts& parts, const std::vector<Run>& runs) {
  for (const Run& run : runs) parts.implementations.push_back(implementation_json(run, parts));
}

Json run_spgemm(const ReferenceRequest& request, ir::Kernel& kernel) {
  const tensor::ProductOperands operands = load_operands(kernel, request.inputs);
  base::Diagnostics diagnostics;
  set_product_sizes(kernel, request.params, operands, diagnostics);
  diagnostics.throw_if_any();
  const tensor::CsrMatrix& a = operands.a->matrix;
  const tensor::CsrMatrix& b = operands.b->matrix;
  ReferenceParts parts = parts_of(request, "spgemm");
  const native::CpuReference reference =
      native::run_cpu_spgemm(a, b, parts.threads, repetitions_of(request));
  const tensor::SpgemmWork work = tensor::count_spgemm(a, b);
  parts.work = {static_cast<double>(work.flops), static_cast<double>(work.products),
                static_cast<double>(work.nnz_out), static_cast<double>(work.compulsory_bytes)};
  parts.peak = peak_of<double>(parts);
  parts.asked_dtype = parts.measured_dtype = "f64";
  parts.inputs = {input_json("A", *operands.a), input_json("B", *operands.b)};
  parts.against = "host product, dense accumulator per row";
  parts.fastest = reference.fastest;
  add_runs(parts, reference.runs);
  for (size_t i = 0; i < reference.runs.size(); ++i)
    parts.implementations[i]["sorted"] = reference.runs[i].sorted;
  return reference_document(request, std::move(parts));
}

Json run_mixed(const ReferenceRequest& request, ir::Kernel& kernel) {
  base::Diagnostics diagnostics;
  const MixedOperands operands =
      load_mixed_operands(kernel, request.inputs, request.params, false, diagnostics);
  ReferenceParts parts = parts_of(request, kernel.name);
  const native::SparseProduct product{operands.sparse.matrix, operands.left, operands.right,
                                      operands.width};
  const RowKernel kind = mapper::row_kernel_of(kernel);
  const auto run = kind == RowKernel::Spmm   ? native::run_cpu_spmm
                   : kind == RowKernel::Spmv ? native::run_cpu_spmv
                                             : native::run_cpu_sddmm;
  const native::SparseReference reference = run(product, parts.threads, repetitions_of(request));
  const double products = operands.products();
  parts.work = {2 * products, products, static_cast<double>(operands.result.size()),
                operands.compulsory_bytes()};
  parts.peak = peak_of<float>(parts);
  parts.asked_dtype = parts.measured_dtype = "f32";
  parts.params = params_json(kernel);
  parts.inputs = mixed_inputs_json(kernel, operands);
  parts.against = reference.against;
  parts.fastest = reference.fastest;
  add_runs(parts, reference.runs);
  return reference_document(request, std::move(parts));
}

ReferenceWork dense_work(const ir::Kernel& kernel, double measured_bytes) {
  ReferenceWork work;
  for (const ir::Statement& statement : kernel.statements) {
    const native::ProductForm form = native::product_form(kernel, statement);
    work.products += form.multiply_adds() * kept_share(*kernel.find_tensor(form.a));
  }
  work.flops = 2 * work.products;
  const auto bytes = [&](const ir::Tensor& tensor) {
    return elements_of(kernel, tensor) * kept_share(tensor) * measured_bytes;
  };
  for (const ir::Tensor* tensor : dense::operands_of(kernel))
    work.compulsory_bytes += bytes(*tensor);
  for (const ir::Tensor* tensor : dense::results_of(kernel)) {
    work.compulsory_bytes += bytes(*tensor);
    work.results += elements_of(kernel, *tensor);
  }
  return work;
}

/// Every tensor in fp64, as it is drawn and checked, and in the type that is measured.
void refuse_too_large(const ir::Kernel& kernel) {
  constexpr double kBytesPerGib = 1024.0 * 1024.0 * 1024.0;
  double bytes = 0;
  for (const ir::Tensor& tensor : kernel.tensors)
    bytes += elements_of(kernel, tensor) * 2 * sizeof(double);
  if (bytes <= tensor::most_bytes()) return;
  throw base::UserError(fmt::format(
      "--kernel {}: expected sizes whose tensors fit half of this machine's memory ({:.1f} GiB), "
      "found some that need {:.1f} GiB",
      kernel.name, tensor::most_bytes() / kBytesPerGib, bytes / kBytesPerGib));
}

Json run_dense(const ReferenceRequest& request, ir::Kernel& kernel) {
  base::Diagnostics diagnostics;
  GivenOperands given = read_dense_operands(kernel, request.inputs);
  set_sizes(kernel, shapes_of(given), request.params, diagnostics);
  diagnostics.throw_if_any();
  refuse_too_large(kernel);
  ReferenceParts parts = parts_of(request, kernel.name);
  parts.params = params_json(kernel);
  parts.inputs = dense_inputs_json(kernel, given);
  const dense::TensorValues operands = make_dense_operands(kernel, given, diagnostics);
  diagnostics.throw_if_any();
  const native::DenseReference reference =
      native::run_cpu_dense(kernel, operands, parts.threads, repetitions_of(request));
  const bool wide = reference.measured == "f64";
  parts.work = dense_work(kernel, wide ? sizeof(double) : sizeof(float));
  parts.peak = wide ? peak_of<double>(parts) : peak_of<float>(parts);
  parts.asked_dtype = ir::text_of(dense::operands_of(kernel).front()->dtype);
  parts.measured_dtype = reference.measured;
  parts.against = reference.against;
  parts.fastest = reference.fastest;
  add_runs(parts, reference.runs);
  return reference_document(request, std::move(parts));
}

}  // namespace

Json run_reference(const ReferenceRequest& request) {
  if (request.target != "cpu" && request.target != "cuda") {
    throw base::UserError(
        fmt::format("--target: expected cpu or cuda, found '{}'", request.target));
  }
  base::Diagnostics diagnostics;
  ir::Kernel kernel = ir::load_kernel(request.kernel, kernel_folders(), diagnostics);
  diagnostics.throw_if_any();
  if (request.target == "cuda") return run_cuda_reference(request, kernel);
  switch (mapper::row_kernel_of(kernel)) {
    case RowKernel::Spgemm:
      return run_spgemm(request, kernel);
    case RowKernel::None:
      return run_dense(request, kernel);
    default:
      return run_mixed(request, kernel);
  }
}

}  // namespace weft::cli
