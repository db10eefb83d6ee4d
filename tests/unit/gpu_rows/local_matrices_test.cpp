// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "kernels/tensor/source.h"
#include "mapper/gpu/rows/spgemm_rows.h"
#include "tests/unit/gpu_rows/machines.h"

namespace weft::mapper {
namespace {

std::filesystem::path local_matrix(const std::string& name) {
  const char* data = std::getenv("WEFT_LOCAL_DATA");
  return std::filesystem::path(data != nullptr ? data : WEFT_LOCAL_DATA_DEFAULT) / "matrices" /
         (name + ".mtx.gz");
}

double square_ms(const std::filesystem::path& file, const RowSpgemmPlan& plan) {
  const tensor::ProductOperands operands = tensor::load_product_operands(file.string());
  sim::RowMachine& gpu = tests::row_machine("rtx4080s");
  RowSpgemm program(plan, gpu.description(), operands.a->matrix, operands.b->matrix);
  return gpu.run(program).time_s * 1e3;
}

/// The published time of the faster of two libraries on this card (HSMU-SpGEMM artifact: spECK).
TEST(LocalMatrices, TheMailGraphIsWithin30PercentOfTheFasterLibrary) {
  const std::filesystem::path file = local_matrix("email-Enron");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "optional local data is absent: " << file;
  EXPECT_NEAR(square_ms(file, {}), 8.21, 0.3 * 8.21);
}

}  // namespace
}  // namespace weft::mapper
