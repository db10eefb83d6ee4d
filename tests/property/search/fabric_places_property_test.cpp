// SPDX-License-Identifier: Apache-2.0
// Wherever tensors lie, a product is right, memories move what is asked, and links carry it.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "kernels/tensor/generate.h"
#include "kernels/tensor/verify.h"
#include "mapper/compile/emit.h"
#include "mapper/lower_spgemm.h"
#include "sim/fabric/fabric_machine.h"
#include "sim/machine/load_machine.h"
#include "tests/support/in_child.h"

namespace weft::tests::fabric_places {
namespace {

using mapper::Spread;

machine::FabricDescription die() {
  base::Diagnostics diagnostics;
  const std::vector<std::filesystem::path> folders = {std::filesystem::path(WEFT_SOURCE_DIR) /
                                                      "configs/machines"};
  const std::vector<std::string> settings = {"core.mtc.threads=4"};
  const auto machine = machine::load_machine("piuma-die", settings, folders, diagnostics);
  diagnostics.throw_if_any();
  return machine.fabric();
}

mapper::SpgemmPlan row_plan() {
  mapper::SpgemmPlan plan;
  plan.slots = 256;
  plan.symbolic = true;
  plan.sort = true;
  plan.a = {.dma = true, .buffers = 2};
  plan.b = {.dma = true, .buffers = 2};
  return plan;
}

tensor::CsrMatrix arbitrary_matrix() {
  const std::string seed = ",seed=" + std::to_string(*rc::gen::inRange(1, 1000));
  if (*rc::gen::arbitrary<bool>()) return tensor::generate("rmat:scale=8,edges=1200" + seed);
  return tensor::generate("banded:n=400,half_bandwidth=3" + seed);
}

/// A figure of a run that must be right; not a number where it is not.
double simulated(const mapper::SpgemmPlan& plan, const tensor::CsrMatrix& a,
                 double (*figure)(const sim::FabricRun&)) {
  return in_child([&] {
    const machine::FabricDescription fabric = die();
    const mapper::SpgemmOperands operands = mapper::count_operands(a, a);
    const mapper::CompiledKernel compiled =
        mapper::compile_spgemm(plan, mapper::fabric_target(fabric), operands);
    sim::FabricRun run = sim::FabricMachine(fabric, std::nullopt).run(compiled.program);
    run.result.index_rows(a.rows);
    const auto report = tensor::verify_product(a, a, [&](int64_t row) {
      thread_local std::vector<int32_t> columns;
      thread_local std::vector<double> values;
      run.result.row_entries(row, columns, values);
      return tensor::ProductRow{columns, values};
    });
    return report.passed ? figure(run) : std::numeric_limits<double>::quiet_NaN();
  });
}

double asked_bytes(const sim::FabricRun& run) {
  double bytes = 0;
  for (const auto& source : run.sources) bytes += static_cast<double>(source.memory_bytes);
  return bytes;
}

/// Bytes that links carried over those that packets say they brought across as many.
double carried_share(const sim::FabricRun& run) {
  constexpr double kLinkBytesPerCycle = 8;  // of the machine's mesh
  double slots = 0;
  for (const auto& link : run.links) slots += link.utilisation * static_cast<double>(run.cycles);
  return slots * kLinkBytesPerCycle / static_cast<double>(run.network_byte_hops);
}

RC_GTEST_PROP(FabricPlaces, LeaveTheProductRight, ()) {
  mapper::SpgemmPlan plan = row_plan();
  if (*rc::gen::arbitrary<bool>()) {
    plan.windows = true;
    plan.symbolic = plan.sort = plan.a.dma = false;
    plan.slots = *rc::gen::element<uint64_t>(512, 8192);
    plan.layout = *rc::gen::element(program::TableLayout::TagData, program::TableLayout::TagOffset);
  }
  plan.place_z.spread = *rc::gen::element(Spread::Interleave, Spread::Block, Spread::Near);
  const bool owned = plan.place_z.by_rows();
  const auto any = rc::gen::element(Spread::Interleave, Spread::Block, Spread::Copy);
  const auto any_near = rc::gen::element(Spread::Block, Spread::Near, Spread::Copy);
  plan.place_a.spread = owned ? *any_near : *any;
  plan.place_b.spread = owned ? *any_near : *any;
  if (plan.place_b.spread == Spread::Interleave) plan.place_b.interleave_bytes = 4096;
  // A packet takes whole slots of a link, and its bytes fill them in part.
  RC_ASSERT(simulated(plan, arbitrary_matrix(), carried_share) >= 1);
}

RC_GTEST_PROP(FabricPlaces, OfOperandsChangeNoByteThatIsAsked, ()) {
  const tensor::CsrMatrix a = arbitrary_matrix();
  const mapper::SpgemmPlan plan = row_plan();
  mapper::SpgemmPlan placed = plan;
  placed.place_a.spread = *rc::gen::element(Spread::Block, Spread::Copy);
  placed.place_b.spread = *rc::gen::element(Spread::Block, Spread::Copy);
  RC_ASSERT(simulated(plan, a, asked_bytes) == simulated(placed, a, asked_bytes));
}

RC_GTEST_PROP(FabricPlaces, CopiesOfOperandsLeaveTheNetworkToTheResult, ()) {
  const tensor::CsrMatrix a = arbitrary_matrix();
  const mapper::SpgemmPlan plan = row_plan();
  mapper::SpgemmPlan copied = plan;
  copied.place_a.spread = copied.place_b.spread = Spread::Copy;
  const auto network = [](const sim::FabricRun& run) {
    return static_cast<double>(run.network_bytes);
  };
  RC_ASSERT(simulated(copied, a, network) < simulated(plan, a, network));
}

}  // namespace
}  // namespace weft::tests::fabric_places
