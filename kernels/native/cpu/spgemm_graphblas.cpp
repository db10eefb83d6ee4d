// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/spgemm_graphblas.h"

#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "kernels/native/cpu/graphblas.h"

namespace weft::native {

namespace {

using graphblas::check;

GrB_Matrix import(const tensor::CsrMatrix& matrix) {
  const auto rows = static_cast<GrB_Index>(matrix.rows);
  const auto cols = static_cast<GrB_Index>(matrix.cols);
  GrB_Matrix handle = nullptr;
  if (matrix.nnz() == 0) {  // the import refuses the null pointers of empty arrays
    check(GrB_Matrix_new(&handle, GrB_FP64, rows, cols), "GrB_Matrix_new");
    return handle;
  }
  const std::vector<GrB_Index> row_start(matrix.row_start.begin(), matrix.row_start.end());
  const std::vector<GrB_Index> column(matrix.column.begin(), matrix.column.end());
  check(GrB_Matrix_import_FP64(&handle, GrB_FP64, rows, cols, row_start.data(), column.data(),
                               matrix.value.data(), row_start.size(), column.size(),
                               matrix.value.size(), GrB_CSR_FORMAT),
        "GrB_Matrix_import");
  check(GrB_Matrix_wait(handle, GrB_MATERIALIZE), "GrB_Matrix_wait");
  return handle;
}

/// Arrays that GraphBLAS allocated with malloc and handed over.
template <typename T>
using Unpacked = std::unique_ptr<T[], decltype(&std::free)>;

template <typename T>
Unpacked<T> own(void* array) {
  return {static_cast<T*>(array), &std::free};
}

}  // namespace

struct GraphBlasSpgemm::Handles {
  GrB_Matrix a = nullptr;
  GrB_Matrix b = nullptr;
  GrB_Matrix c = nullptr;
  GrB_Index rows = 0;
  GrB_Index cols = 0;

  ~Handles() {
    GrB_Matrix_free(&a);
    GrB_Matrix_free(&b);
    GrB_Matrix_free(&c);
  }
};

GraphBlasSpgemm::GraphBlasSpgemm(const tensor::CsrMatrix& a, const tensor::CsrMatrix& b,
                                 int threads) {
  WEFT_CHECK(a.cols == b.rows, "the inner sizes of a product agree");
  WEFT_CHECK(threads >= 1, "at least one thread computes a product");
  graphblas::start(threads);
  handles_ = std::make_unique<Handles>();
  handles_->rows = static_cast<GrB_Index>(a.rows);
  handles_->cols = static_cast<GrB_Index>(b.cols);
  handles_->a = import(a);
  if (&a != &b) handles_->b = import(b);
}

GraphBlasSpgemm::~GraphBlasSpgemm() = default;

void GraphBlasSpgemm::multiply(RowOrder order) {
  discard();
  Handles& h = *handles_;
  check(GrB_Matrix_new(&h.c, GrB_FP64, h.rows, h.cols), "GrB_Matrix_new");
  check(GrB_mxm(h.c, nullptr, nullptr, GrB_PLUS_TIMES_SEMIRING_FP64, h.a,
                h.b != nullptr ? h.b : h.a, nullptr),
        "GrB_mxm");
  if (order == RowOrder::Sorted) check(GrB_Matrix_wait(h.c, GrB_MATERIALIZE), "GrB_Matrix_wait");
}

void GraphBlasSpgemm::discard() {
  check(GrB_Matrix_free(&handles_->c), "GrB_Matrix_free");
}

CpuProduct GraphBlasSpgemm::take() {
  WEFT_CHECK(handles_->c != nullptr, "a product was computed before it is taken");
  GrB_Index* row_start = nullptr;
  GrB_Index* column = nullptr;
  void* value = nullptr;
  GrB_Index row_start_bytes = 0;
  GrB_Index column_bytes = 0;
  GrB_Index value_bytes = 0;
  bool same_value = false;  // one value stands for all entries
  bool jumbled = false;
  check(GxB_Matrix_unpack_CSR(handles_->c, &row_start, &column, &value, &row_start_bytes,
                              &column_bytes, &value_bytes, &same_value, &jumbled, nullptr),
        "GxB_Matrix_unpack_CSR");
  discard();
  const auto rows = own<GrB_Index>(row_start);
  const auto columns = own<GrB_Index>(column);
  const auto values = own<double>(value);

  CpuProduct product{.rows = static_cast<int64_t>(handles_->rows),
                     .cols = static_cast<int64_t>(handles_->cols),
                     .order = jumbled ? RowOrder::Unsorted : RowOrder::Sorted};
  product.row_start.assign(rows.get(), rows.get() + handles_->rows + 1);
  const auto entries = static_cast<size_t>(product.nnz());
  product.column = std::make_unique_for_overwrite<int32_t[]>(entries);
  product.value = std::make_unique_for_overwrite<double[]>(entries);
  std::transform(columns.get(), columns.get() + entries, product.column.get(),
                 [](GrB_Index index) { return static_cast<int32_t>(index); });
  for (size_t entry = 0; entry < entries; ++entry)
    product.value[entry] = values[same_value ? 0 : entry];
  return product;
}

}  // namespace weft::native
