// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <gtest/gtest.h>

#include "kernels/tensor/source.h"
#include "mapper/gpu/rows/spgemm_rows.h"
#include "tests/support/local_data.h"
#include "tests/unit/gpu_rows/machines.h"

namespace weft::mapper {
namespace {

double square_ms(const std::filesystem::path& file, const RowSpgemmPlan& plan) {
  const tensor::ProductOperands operands = tensor::load_product_operands(file.string());
  sim::RowMachine& gpu = tests::row_machine("rtx4080s");
  RowSpgemm program(plan, gpu.description(), operands.a->matrix, operands.b->matrix);
  return gpu.run(program).time_s * 1e3;
}

/// The published time of the faster of two libraries on this card (HSMU-SpGEMM artifact: spECK).
TEST(LocalMatrices, TheMailGraphIsWithin30PercentOfTheFasterLibrary) {
  const auto matrix = testing_support::local_data("matrices/email-Enron.mtx.gz");
  if (!matrix) GTEST_SKIP() << "the optional local data is absent";
  EXPECT_NEAR(square_ms(*matrix, {}), 8.21, 0.3 * 8.21);
}

}  // namespace
}  // namespace weft::mapper
