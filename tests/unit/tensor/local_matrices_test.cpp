// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "kernels/tensor/source.h"
#include "kernels/tensor/spgemm_count.h"
#include "tests/support/local_data.h"

namespace weft::tests {
namespace {

/// A row of the table that stands beside the optional matrices: file, sizes and the counts of its
/// square.
struct KnownMatrix {
  std::string name;
  int64_t rows = 0;
  int64_t cols = 0;
  int64_t nnz = 0;
  int64_t products = 0;
  int64_t nnz_out = 0;
};

/// Rows of the form "| name | rows x cols | nnz | products | nnz_out | ...".
std::vector<KnownMatrix> read_known_matrices(const std::filesystem::path& folder) {
  std::vector<KnownMatrix> known;
  std::ifstream table(folder / "README.md");
  for (std::string line; std::getline(table, line);) {
    std::istringstream cells(line);
    std::string name, sizes, nnz, products, nnz_out;
    std::getline(cells, name, '|');
    for (std::string* cell : {&name, &sizes, &nnz, &products, &nnz_out})
      std::getline(cells, *cell, '|');
    KnownMatrix matrix;
    char by = 0;
    std::istringstream(name) >> matrix.name;
    std::istringstream(nnz) >> matrix.nnz;
    std::istringstream(products) >> matrix.products;
    std::istringstream(nnz_out) >> matrix.nnz_out;
    if (std::istringstream(sizes) >> matrix.rows >> by >> matrix.cols) known.push_back(matrix);
  }
  return known;
}

TEST(LocalMatrices, HaveTheKnownCounts) {
  const auto folder = testing_support::local_data("matrices");
  if (!folder) GTEST_SKIP() << "the optional local data is absent";
  const std::vector<KnownMatrix> matrices = read_known_matrices(*folder);
  ASSERT_FALSE(matrices.empty()) << "a table that nobody can read";
  constexpr int64_t kMostProducts =
      20'000'000;  // counting nnz_out takes a second per 300 million products
  RecordProperty("matrices", static_cast<int>(matrices.size()));
  for (const KnownMatrix& known : matrices) {
    SCOPED_TRACE(known.name);
    const auto operands =
        tensor::load_product_operands((*folder / (known.name + ".mtx.gz")).string());
    const tensor::CsrMatrix& a = operands.a->matrix;
    const tensor::CsrMatrix& b = operands.b->matrix;
    EXPECT_EQ(a.rows, known.rows);
    EXPECT_EQ(a.cols, known.cols);
    EXPECT_EQ(a.nnz(), known.nnz);
    EXPECT_EQ(count_products(a, b), known.products);
    if (known.products > kMostProducts) continue;
    EXPECT_EQ(count_spgemm(a, b).nnz_out, known.nnz_out);
  }
}

}  // namespace
}  // namespace weft::tests
