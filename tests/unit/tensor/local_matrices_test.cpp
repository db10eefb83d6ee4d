// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "kernels/tensor/source.h"
#include "kernels/tensor/spgemm_count.h"

namespace weft::tests {
namespace {

std::filesystem::path local_matrices() {
  const char* data = std::getenv("WEFT_LOCAL_DATA");
  return std::filesystem::path(data != nullptr ? data : WEFT_LOCAL_DATA_DEFAULT) / "matrices";
}

struct KnownMatrix {
  std::string name;
  int64_t rows;
  int64_t nnz;
  int64_t products;
  int64_t nnz_out;
};

class LocalMatrix : public testing::TestWithParam<KnownMatrix> {};

TEST_P(LocalMatrix, HasTheKnownCounts) {
  const KnownMatrix& known = GetParam();
  const std::filesystem::path file = local_matrices() / (known.name + ".mtx.gz");
  if (!std::filesystem::exists(file))
    GTEST_SKIP() << "optional local data is absent: " << known.name;
  const tensor::ProductOperands operands = tensor::load_product_operands(file.string());
  EXPECT_EQ(operands.a->matrix.rows, known.rows);
  EXPECT_EQ(operands.a->matrix.nnz(), known.nnz);
  const tensor::SpgemmWork work = count_spgemm(operands.a->matrix, operands.b->matrix);
  EXPECT_EQ(work.products, known.products);
  EXPECT_EQ(work.nnz_out, known.nnz_out);
}

// Counts that a public collection states, or that follow from the structure; one file per kind of
// storage.
INSTANTIATE_TEST_SUITE_P(
    OneOfEachKind, LocalMatrix,
    testing::Values(KnownMatrix{"bcsstk15", 3948, 117816, 3746606, 527688},  // real symmetric
                    KnownMatrix{"ca-CondMat", 23133, 186936, 4127524,
                                2355437},                                      // pattern symmetric
                    KnownMatrix{"wiki-Vote", 8297, 103689, 4542805, 1831112},  // pattern general
                    KnownMatrix{"memplus", 17758, 126150, 9518740, 5121784},   // real general
                    KnownMatrix{"dnn-images-1024", 1200, 122713, 41415205, 1439832}
                    // rectangular: A * A^T
                    ),
    [](const auto& instance) {
      std::string name = instance.param.name;
      for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
      return name;
    });

}  // namespace
}  // namespace weft::tests
