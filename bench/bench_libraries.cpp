// SPDX-License-Identifier: Apache-2.0
// The libraries of the native references called as their manuals call them, with nothing of Weft
// around the call. `weft reference run` must report the same times: docs/references.md.
#include <vector>

#include <benchmark/benchmark.h>
#include <cblas.h>

#include "kernels/native/cpu/graphblas.h"
#include "kernels/tensor/generate.h"

namespace {

using namespace weft;

template <class T, class Gemm>
void openblas(benchmark::State& state, Gemm gemm) {
  const auto n = static_cast<blasint>(state.range(0));
  const auto size = static_cast<size_t>(n) * static_cast<size_t>(n);
  const std::vector<T> a(size, T(0.5)), b(size, T(0.25));
  std::vector<T> c(size);
  for (auto _ : state)
    gemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a.data(), n, b.data(), n, 0,
         c.data(), n);
}

void openblas_sgemm(benchmark::State& state) {
  openblas<float>(state, cblas_sgemm);
}
BENCHMARK(openblas_sgemm)
    ->Arg(512)
    ->Arg(1024)
    ->Arg(2048)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

void openblas_dgemm(benchmark::State& state) {
  openblas<double>(state, cblas_dgemm);
}
BENCHMARK(openblas_dgemm)->Arg(1024)->Unit(benchmark::kMillisecond)->UseRealTime();

GrB_Matrix graphblas_matrix(const tensor::CsrMatrix& matrix) {
  std::vector<GrB_Index> row, column(matrix.column.begin(), matrix.column.end());
  for (int64_t at = 0; at < matrix.rows; ++at)
    row.insert(row.end(), static_cast<size_t>(matrix.row_nnz(at)), static_cast<GrB_Index>(at));
  GrB_Matrix handle = nullptr;
  GrB_Matrix_new(&handle, GrB_FP64, static_cast<GrB_Index>(matrix.rows),
                 static_cast<GrB_Index>(matrix.cols));
  GrB_Matrix_build_FP64(handle, row.data(), column.data(), matrix.value.data(), row.size(),
                        GrB_PLUS_FP64);
  GrB_Matrix_wait(handle, GrB_MATERIALIZE);
  return handle;
}

/// `sorted`: the rows of the result are put in order too, which mxm leaves to a later call.
void graphblas_mxm(benchmark::State& state, bool sorted) {
  native::graphblas::start(static_cast<int>(state.range(0)));
  GrB_Matrix a = graphblas_matrix(tensor::generate("rmat:scale=14,edges=266000,seed=1"));
  GrB_Matrix b = graphblas_matrix(tensor::generate("rmat:scale=14,edges=266000,seed=2"));
  GrB_Index rows = 0;
  GrB_Matrix_nrows(&rows, a);
  for (auto _ : state) {
    GrB_Matrix c = nullptr;
    GrB_Matrix_new(&c, GrB_FP64, rows, rows);
    GrB_mxm(c, nullptr, nullptr, GrB_PLUS_TIMES_SEMIRING_FP64, a, b, nullptr);
    if (sorted) GrB_Matrix_wait(c, GrB_MATERIALIZE);
    GrB_Matrix_free(&c);
  }
  GrB_Matrix_free(&a);
  GrB_Matrix_free(&b);
}
BENCHMARK_CAPTURE(graphblas_mxm, unsorted, false)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(graphblas_mxm, sorted, true)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
