// SPDX-License-Identifier: Apache-2.0
#include "cli/row_compiler.h"

#include "cli/row_job.h"
#include "mapper/gpu/nest/nest_rows.h"
#include "mapper/gpu/rows/lower_rows.h"
#include "mapper/gpu/rows/one_launch.h"
#include "mapper/nest/compile_nest.h"
#include "mapper/nest/fill_nest.h"

namespace weft::cli {

namespace {

using Compiled = std::unique_ptr<program::RowProgram>;

/// A program with the document that it refers to.
class OwnedNest : public program::RowProgram {
 public:
  OwnedNest(std::unique_ptr<const ir::Kernel> kernel, const mapper::NestTarget& target,
            mapper::NestTensors& tensors, base::Diagnostics& diagnostics)
      : kernel_(std::move(kernel)), nest_(*kernel_, target, tensors, diagnostics) {}

  void restart() override { nest_.restart(); }
  bool next(program::RowStage& stage) override { return nest_.next(stage); }

 private:
  std::unique_ptr<const ir::Kernel> kernel_;
  mapper::NestRows nest_;
};

}  // namespace

mapper::RowCompiler product_compiler(const tensor::ProductOperands& operands,
                                     const machine::GpuDescription& gpu) {
  return [&](const ir::Kernel& mapping, base::Diagnostics& diagnostics) -> Compiled {
    ir::Kernel kernel = mapping;
    mapper::fill_row_spgemm(kernel, diagnostics);
    const mapper::RowSpgemmPlan plan = mapper::lower_row_spgemm(kernel, gpu, diagnostics);
    if (!diagnostics.empty()) return nullptr;
    return std::make_unique<mapper::RowSpgemm>(plan, gpu, operands.a->matrix, operands.b->matrix);
  };
}

mapper::RowCompiler mixed_compiler(const SimulateRequest& request, ir::Kernel kernel) {
  base::Diagnostics defects;
  const auto operands = std::make_shared<MixedOperands>(
      load_mixed_operands(kernel, request.inputs, request.params, true, defects));
  defects.throw_if_any();
  return [operands](const ir::Kernel& mapping, base::Diagnostics& diagnostics) -> Compiled {
    const mapper::DenseRowsPlan plan = mapper::lower_dense_rows(mapping, diagnostics);
    if (!diagnostics.empty()) return nullptr;
    return std::make_unique<mapper::OneLaunch>(dense_launch(plan, *operands));
  };
}

mapper::RowCompiler nest_compiler(mapper::NestTensors& tensors,
                                  const machine::GpuDescription& gpu) {
  return [&tensors, target = mapper::nest_target(gpu)](const ir::Kernel& mapping,
                                                       base::Diagnostics& diagnostics) -> Compiled {
    auto kernel = std::make_unique<ir::Kernel>(mapping);
    mapper::check_nest_words(*kernel, diagnostics);
    mapper::fill_nest_holes(*kernel, target, tensors, diagnostics);
    if (!diagnostics.empty()) return nullptr;
    auto program = std::make_unique<OwnedNest>(std::move(kernel), target, tensors, diagnostics);
    return diagnostics.empty() ? std::move(program) : nullptr;
  };
}

}  // namespace weft::cli
