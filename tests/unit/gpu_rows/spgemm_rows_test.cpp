// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/rows/spgemm_rows.h"

#include <gtest/gtest.h>

#include "kernels/tensor/source.h"
#include "kernels/tensor/spgemm_count.h"
#include "kernels/tensor/verify.h"
#include "tests/support/sanitized.h"
#include "tests/unit/gpu_rows/machines.h"

namespace weft::mapper {
namespace {

using tests::row_machine;

const char* const kPowerLaw = "rmat:scale=11,edges=40000,a=.50,b=.07,c=.15,d=.28,seed=3";

tensor::VerifyReport verify(const RowSpgemm& program, const tensor::ProductOperands& operands) {
  const SpgemmState& state = program.state();
  return tensor::verify_product(
      operands.a->matrix, operands.b->matrix, [&](int64_t row) -> tensor::ProductRow {
        const auto begin = static_cast<size_t>(state.row_begin[static_cast<size_t>(row)]);
        const auto entries = static_cast<size_t>(state.row_entries[static_cast<size_t>(row)]);
        return {{state.c_column.data() + begin, entries}, {state.c_value.data() + begin, entries}};
      });
}

struct Outcome {
  sim::GpuRun run;
  tensor::VerifyReport report;
};

Outcome multiply(const RowSpgemmPlan& plan, const std::string& source, const std::string& machine) {
  const tensor::ProductOperands operands = tensor::load_product_operands(source);
  sim::RowMachine& gpu = row_machine(machine);
  RowSpgemm program(plan, gpu.description(), operands.a->matrix, operands.b->matrix);
  Outcome outcome;
  outcome.run = gpu.run(program);
  outcome.report = verify(program, operands);
  return outcome;
}

struct Variant {
  const char* name;
  RowSpgemmPlan plan;
};

RowSpgemmPlan changed(void (*change)(RowSpgemmPlan&)) {
  RowSpgemmPlan plan;
  change(plan);
  return plan;
}

const Variant kVariants[] = {
    {"usual", {}},
    {"windows only", changed([](RowSpgemmPlan& p) { p.dense = true; })},
    {"unbinned", changed([](RowSpgemmPlan& p) { p.binned = false; })},
    {"upper bound", changed([](RowSpgemmPlan& p) { p.symbolic = false; })},
    {"low bits", changed([](RowSpgemmPlan& p) { p.bits = program::HashBits::Low; })},
    {"high bits", changed([](RowSpgemmPlan& p) { p.bits = program::HashBits::High; })},
    {"small tables", changed([](RowSpgemmPlan& p) { p.largest_slots = 256; })},
    {"global tables", changed([](RowSpgemmPlan& p) {
       p.largest_slots = 256;
       p.long_rows = LongRows::Global;
       p.sort = RowSort::Rank;
     })},
    {"global tables by digits", changed([](RowSpgemmPlan& p) {
       p.largest_slots = 256;
       p.long_rows = LongRows::Global;
       p.sort = RowSort::Radix;
     })},
};

TEST(RowSpgemm, EveryVariantComputesTheProduct) {
  for (const Variant& variant : kVariants) {
    for (const char* source : {kPowerLaw, "banded:n=200,half_bandwidth=7,seed=2", "poisson2d:n=12",
                               "uniform:rows=60,cols=90,nnz=400,seed=5"}) {
      const Outcome outcome = multiply(variant.plan, source, "rtx4080s");
      EXPECT_TRUE(outcome.report.passed)
          << variant.name << " of " << source << ": " << outcome.report.first_mismatch;
    }
  }
}

TEST(RowSpgemm, EveryGenerationOfGpusComputesTheProduct) {
  for (const char* machine : {"p100", "t4", "v100", "a100-sxm-80gb", "h200"}) {
    EXPECT_TRUE(multiply({}, kPowerLaw, machine).report.passed) << machine;
  }
}

TEST(RowSpgemm, AMatrixWithoutEntriesTakesNoLaunchesOfRows) {
  const Outcome outcome = multiply({}, "uniform:rows=9,cols=9,nnz=0,seed=1", "rtx4080s");
  EXPECT_TRUE(outcome.report.passed);
  for (const sim::LaunchRun& launch : outcome.run.launches) EXPECT_EQ(launch.products, 0);
}

TEST(RowSpgemm, ProductsAreDoneOnceToCountAndOnceToCompute) {
  const tensor::ProductOperands operands = tensor::load_product_operands(kPowerLaw);
  const auto products =
      static_cast<double>(tensor::count_products(operands.a->matrix, operands.b->matrix));
  double counted = 0, computed = 0;
  for (const sim::LaunchRun& launch : multiply({}, kPowerLaw, "rtx4080s").run.launches) {
    (launch.name.starts_with("numeric") ? computed : counted) += launch.products;
  }
  EXPECT_EQ(counted, products);
  EXPECT_EQ(computed, products);
}

TEST(RowSpgemm, CausesAddUpToTheTimeOfAllSms) {
  const Outcome outcome = multiply({}, kPowerLaw, "rtx4080s");
  double all_cycles = 0;
  for (const sim::LaunchRun& launch : outcome.run.launches) {
    double causes = 0;
    for (double cycles : launch.causes) {
      EXPECT_GE(cycles, 0) << launch.name;
      causes += cycles;
    }
    EXPECT_NEAR(causes, 80 * launch.cycles, 1e-6 * causes) << launch.name;
    all_cycles += launch.cycles;
  }
  const double launched_s = all_cycles / (outcome.run.clock_ghz * 1e9);
  EXPECT_LT(launched_s, outcome.run.time_s - outcome.run.host_s);
}

TEST(RowSpgemm, BytesBalanceFromL1ToDram) {
  const Outcome outcome = multiply({}, kPowerLaw, "rtx4080s");
  double l2 = 0;
  for (const sim::LaunchRun& launch : outcome.run.launches) {
    l2 += launch.memory.l2_bytes;
    EXPECT_LE(launch.l1_hit_bytes, launch.l1_bytes) << launch.name;
    EXPECT_LE(launch.memory.l2_hit_bytes + launch.memory.dram_read_bytes,
              launch.memory.l2_bytes * (1 + 1e-12))
        << launch.name;
    EXPECT_LE(launch.achieved_occupancy, launch.occupancy.theoretical * (1 + 1e-12)) << launch.name;
  }
  EXPECT_DOUBLE_EQ(l2, outcome.run.memory.l2_bytes);
  const tensor::ProductOperands operands = tensor::load_product_operands(kPowerLaw);
  const tensor::SpgemmWork work = tensor::count_spgemm(operands.a->matrix, operands.b->matrix);
  EXPECT_GE(outcome.run.memory.dram_write_bytes, 12.0 * static_cast<double>(work.nnz_out));
  EXPECT_GE(outcome.run.memory.dram_read_bytes,
            12.0 * static_cast<double>(operands.a->matrix.nnz()));
}

TEST(RowSpgemm, TheSameRunGivesTheSameTime) {
  const Outcome first = multiply({}, kPowerLaw, "rtx4080s");
  const Outcome second = multiply({}, kPowerLaw, "rtx4080s");
  EXPECT_EQ(first.run.time_s, second.run.time_s);
  EXPECT_EQ(first.run.memory.l2_hit_bytes, second.run.memory.l2_hit_bytes);
  EXPECT_EQ(first.run.energy_j, second.run.energy_j);
}

TEST(RowSpgemm, MoreSmsAreNeverSlowerByMoreThanAPercent) {
  if (tests::kSanitized) GTEST_SKIP() << "EveryVariantComputesTheProduct takes the same paths";
  for (const char* source : {kPowerLaw, "banded:n=3000,half_bandwidth=20,seed=2"}) {
    double before = multiply({}, source, "rtx4080s/10").run.time_s;
    for (const char* machine : {"rtx4080s/20", "rtx4080s/40", "rtx4080s/80"}) {
      const double time = multiply({}, source, machine).run.time_s;
      EXPECT_LE(time, before * 1.01) << source << " on " << machine;
      before = time;
    }
  }
}

/// The shape of a mail graph, an eighth of its size.
const char* const kMail = "rmat:scale=12,edges=60000,a=.57,b=.19,c=.19,d=.05,seed=1";

double numeric_s(const sim::GpuRun& run) {
  double begin = run.time_s, end = 0;
  for (const sim::LaunchRun& launch : run.launches) {
    if (!launch.name.starts_with("numeric")) continue;
    begin = std::min(begin, launch.begin_s);
    end = std::max(end, launch.end_s);
  }
  return end - begin;
}

TEST(RowSpgemm, LongRowsMakeRankSortExpensive) {
  if (tests::kSanitized) GTEST_SKIP() << "EveryVariantComputesTheProduct takes the same paths";
  RowSpgemmPlan rank;
  rank.sort = RowSort::Rank;
  EXPECT_GT(numeric_s(multiply(rank, kMail, "rtx4080s").run),
            1.2 * numeric_s(multiply({}, kMail, "rtx4080s").run));
}

TEST(RowSpgemm, LongRowsInGlobalTablesCostAtomicsAndComparisonsInTheL2) {
  if (tests::kSanitized) GTEST_SKIP() << "EveryVariantComputesTheProduct takes the same paths";
  RowSpgemmPlan windows;
  windows.largest_slots = 1024;
  RowSpgemmPlan global = windows;
  global.long_rows = LongRows::Global;
  global.sort = RowSort::Radix;
  const double in_windows = numeric_s(multiply(windows, kMail, "rtx4080s").run);
  const double by_digits = numeric_s(multiply(global, kMail, "rtx4080s").run);
  global.sort = RowSort::Rank;
  const double ranked = numeric_s(multiply(global, kMail, "rtx4080s").run);
  EXPECT_GT(by_digits, 1.2 * in_windows);
  EXPECT_GT(ranked, 1.2 * by_digits);
}

TEST(RowSpgemm, RowsOfOneLengthDoNotMindRankSort) {
  const std::string even = "banded:n=4000,half_bandwidth=10,seed=2";
  RowSpgemmPlan rank;
  rank.sort = RowSort::Rank;
  rank.long_rows = LongRows::Global;
  const double usual = multiply({}, even, "rtx4080s").run.time_s;
  EXPECT_NEAR(multiply(rank, even, "rtx4080s").run.time_s, usual, 0.02 * usual);
}

TEST(RowSpgemm, WithoutBinsSmallRowsPayForTheLargestTable) {
  const std::string even = "poisson2d:n=80";
  RowSpgemmPlan unbinned;
  unbinned.binned = false;
  EXPECT_GT(numeric_s(multiply(unbinned, even, "rtx4080s").run),
            5 * numeric_s(multiply({}, even, "rtx4080s").run));
}

TEST(RowSpgemm, TheFp64LanesOfAGeforceBindEvenRows) {
  if (tests::kSanitized) GTEST_SKIP() << "EveryVariantComputesTheProduct takes the same paths";
  const std::string even = "banded:n=20000,half_bandwidth=15,seed=2";
  RowSpgemmPlan plan;
  plan.bits = program::HashBits::Low;  // neighbouring columns do not meet in the banks
  EXPECT_GT(numeric_s(multiply(plan, even, "rtx4080s, half fp64").run),
            1.5 * numeric_s(multiply(plan, even, "rtx4080s").run));
}

}  // namespace
}  // namespace weft::mapper
