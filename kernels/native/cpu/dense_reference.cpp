// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/dense_reference.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernels/dense/operands.h"
#include "kernels/native/cpu/product_chain.h"
#include "kernels/native/cpu/sampled_check.h"
#include "kernels/native/cpu/timing.h"
#include "kernels/native/cpu/vector_kernels.h"

namespace weft::native {

namespace {

std::vector<ChainPlan> plans_of(const ir::Kernel& kernel, int threads) {
  std::vector<ProductForm> chain;
  for (const ir::Statement& statement : kernel.statements)
    chain.push_back(product_form(kernel, statement));
  const bool structured = std::ranges::any_of(chain, &ProductForm::structured_a);
  const bool fusable = chain.size() > 1 && !token_index(chain).empty();
  std::vector<ChainPlan> plans;
  for (const bool fused : {false, true}) {
    if (fused && !fusable) continue;
    plans.push_back({GemmLibrary::OpenBlas, fused, false, threads});
    plans.push_back({GemmLibrary::Xsmm, fused, false, threads});
    if (!structured) continue;
    plans.push_back({GemmLibrary::OpenBlas, fused, true, threads});
    if (chain.size() > 1) plans.push_back({GemmLibrary::Xsmm, fused, true, threads});
  }
  return plans;
}

/// "weft 2:4 with openblas, fused".
std::string name_of(const ir::Kernel& kernel, const ChainPlan& plan) {
  std::string name = name_of(plan.library);
  if (plan.structured) name = kernel.statements.size() > 1 ? "weft 2:4 with " + name : "weft 2:4";
  return plan.fused ? name + ", fused" : name;
}

std::string version_of(const ir::Kernel& kernel, const ChainPlan& plan) {
  std::string library = version_of(plan.library);
  if (!plan.structured) return library;
  const std::string own = fmt::format("Weft, {}", vector_kernels<float>().level);
  return kernel.statements.size() > 1 ? own + "; " + library : own;
}

std::string note_of(const ChainPlan& plan, bool has_structured) {
  std::vector<std::string> notes;
  if (has_structured && !plan.structured)
    notes.emplace_back("2:4 operands as dense, zeros included");
  if (plan.fused) notes.emplace_back("some tokens at a time go through all statements");
  return fmt::format("{}", fmt::join(notes, "; "));
}

template <class T>
DenseReference run_in(const ir::Kernel& kernel, const dense::TensorValues& operands, int threads,
                      const Repetitions& repetitions) {
  const std::vector<ChainPlan> plans = plans_of(kernel, threads);
  TensorArrays<T> arrays;
  std::map<std::string, Compressed24<T>> structured;
  for (const ir::Tensor* tensor : dense::operands_of(kernel)) {
    const dense::DenseTensor& values = operands.at(tensor->name);
    arrays[tensor->name].assign(values.values.begin(), values.values.end());
    const bool is_24 = std::ranges::any_of(
        tensor->levels, [](const ir::Level& level) { return level.type == ir::LevelType::Nm; });
    if (is_24) structured.emplace(tensor->name, Compressed24<T>(values));
  }
  const SampledCheck check(kernel, operands);
  DenseReference reference;
  for (const ChainPlan& plan : plans) {
    ProductChain<T> chain(kernel, arrays, structured, plan);
    NativeRun run;
    static_cast<Timing&>(run) = time_runs(repetitions, [&] { chain.run(); });
    run.implementation = name_of(kernel, plan);
    run.version = version_of(kernel, plan);
    run.note = note_of(plan, !structured.empty());
    run.verified = check.compare(chain.results());
    reference.runs.push_back(std::move(run));
  }
  reference.fastest = fastest_of(reference.runs);
  reference.against = check.method();
  return reference;
}

}  // namespace

DenseReference run_cpu_dense(const ir::Kernel& kernel, const dense::TensorValues& operands,
                             int threads, const Repetitions& repetitions) {
  const bool wide = std::ranges::any_of(
      kernel.tensors, [](const ir::Tensor& tensor) { return tensor.dtype == ir::Dtype::F64; });
  DenseReference reference = wide ? run_in<double>(kernel, operands, threads, repetitions)
                                  : run_in<float>(kernel, operands, threads, repetitions);
  reference.measured = wide ? "f64" : "f32";
  return reference;
}

}  // namespace weft::native
