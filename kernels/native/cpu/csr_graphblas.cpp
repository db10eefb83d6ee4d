// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/csr_graphblas.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "base/error.h"
#include "kernels/native/cpu/graphblas.h"

namespace weft::native {

namespace {

using graphblas::check;

GrB_Matrix import_csr(const Csr32& matrix) {
  const auto rows = static_cast<GrB_Index>(matrix.rows);
  const auto cols = static_cast<GrB_Index>(matrix.cols);
  GrB_Matrix handle = nullptr;
  if (matrix.column.empty()) {  // the import refuses the null pointers of empty arrays
    check(GrB_Matrix_new(&handle, GrB_FP32, rows, cols), "GrB_Matrix_new");
    return handle;
  }
  const std::vector<GrB_Index> row_start(matrix.row_start.begin(), matrix.row_start.end());
  const std::vector<GrB_Index> column(matrix.column.begin(), matrix.column.end());
  check(GrB_Matrix_import_FP32(&handle, GrB_FP32, rows, cols, row_start.data(), column.data(),
                               matrix.value.data(), row_start.size(), column.size(),
                               matrix.value.size(), GrB_CSR_FORMAT),
        "GrB_Matrix_import");
  check(GrB_Matrix_wait(handle, GrB_MATERIALIZE), "GrB_Matrix_wait");
  return handle;
}

GrB_Matrix import_dense(std::span<const float> values, GrB_Index rows, GrB_Index cols) {
  void* copy = std::malloc(values.size_bytes());  // the library frees it
  if (copy == nullptr) throw std::bad_alloc();
  std::memcpy(copy, values.data(), values.size_bytes());
  GrB_Matrix handle = nullptr;
  check(GxB_Matrix_import_FullR(&handle, GrB_FP32, rows, cols, &copy, values.size_bytes(), false,
                                nullptr),
        "GxB_Matrix_import_FullR");
  return handle;
}

}  // namespace

struct GraphBlasSpmm::Handles {
  GrB_Matrix a = nullptr;
  GrB_Matrix x = nullptr;
  GrB_Matrix y = nullptr;
  GrB_Index rows = 0;
  GrB_Index columns = 0;

  ~Handles() {
    GrB_Matrix_free(&a);
    GrB_Matrix_free(&x);
    GrB_Matrix_free(&y);
  }
};

GraphBlasSpmm::GraphBlasSpmm(const Csr32& a, std::span<const float> x, int64_t columns, int threads)
    : handles_(std::make_unique<Handles>()) {
  WEFT_CHECK(std::ssize(x) == a.cols * columns && !x.empty(), "operands of the wrong size");
  graphblas::start(threads);
  Handles& h = *handles_;
  h.rows = static_cast<GrB_Index>(a.rows);
  h.columns = static_cast<GrB_Index>(columns);
  h.a = import_csr(a);
  h.x = import_dense(x, static_cast<GrB_Index>(a.cols), h.columns);
}

GraphBlasSpmm::~GraphBlasSpmm() = default;

void GraphBlasSpmm::multiply() {
  discard();
  Handles& h = *handles_;
  check(GrB_Matrix_new(&h.y, GrB_FP32, h.rows, h.columns), "GrB_Matrix_new");
  check(GrB_mxm(h.y, nullptr, nullptr, GrB_PLUS_TIMES_SEMIRING_FP32, h.a, h.x, nullptr), "GrB_mxm");
  check(GrB_Matrix_wait(h.y, GrB_MATERIALIZE), "GrB_Matrix_wait");
}

void GraphBlasSpmm::discard() {
  check(GrB_Matrix_free(&handles_->y), "GrB_Matrix_free");
}

Array<float> GraphBlasSpmm::values() const {
  const Handles& h = *handles_;
  GrB_Index entries = 0;
  check(GrB_Matrix_nvals(&entries, h.y), "GrB_Matrix_nvals");
  std::vector<GrB_Index> row(entries), column(entries);
  std::vector<float> value(entries);
  check(GrB_Matrix_extractTuples_FP32(row.data(), column.data(), value.data(), &entries, h.y),
        "GrB_Matrix_extractTuples");
  Array<float> dense(h.rows * h.columns);
  for (size_t entry = 0; entry < value.size(); ++entry)
    dense[row[entry] * h.columns + column[entry]] = value[entry];
  return dense;
}

}  // namespace weft::native
