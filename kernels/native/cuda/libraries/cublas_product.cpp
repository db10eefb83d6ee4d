// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstring>
#include <type_traits>

#include <cublas_v2.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "kernels/native/cuda/libraries/library_runs.h"

namespace weft_cuda {

namespace {

void check_blas(cublasStatus_t status, const char* what) {
  if (status != CUBLAS_STATUS_SUCCESS)
    fail(kFault, std::string(what) + ": " + cublasGetStatusString(status));
}

/// A strided operand: elements from one index to the next.
struct Steps {
  int64_t batch, row, column;
};

struct Product {
  int64_t batch, m, n, k;
  Steps a;  // rows m, columns k
  Steps b;  // rows k, columns n
  Steps c;  // rows m, columns n
};

Product product_of(const Arguments& w) {
  return {w.integer("batch", 1),
          w.integer("m"),
          w.integer("n"),
          w.integer("k"),
          {w.integer("a_batch", 0), w.integer("a_m"), w.integer("a_k")},
          {w.integer("b_batch", 0), w.integer("b_k"), w.integer("b_n")},
          {w.integer("c_batch", 0), w.integer("c_m"), w.integer("c_n")}};
}

size_t elements(int64_t batch, int64_t rows, int64_t columns, const Steps& steps) {
  return static_cast<size_t>((batch - 1) * steps.batch + (rows - 1) * steps.row +
                             (columns - 1) * steps.column + 1);
}

/// How cuBLAS, which counts by columns, sees a matrix: as it is, or transposed.
struct BlasView {
  cublasOperation_t operation;
  int leading;
};

BlasView view_of(const Steps& steps, int64_t rows, int64_t columns) {
  if (steps.row == 1) return {CUBLAS_OP_N, static_cast<int>(std::max(steps.column, rows))};
  if (steps.column == 1) return {CUBLAS_OP_T, static_cast<int>(std::max(steps.row, columns))};
  fail(kNoDevice, "cuBLAS takes matrices that are dense along rows or columns");
}

Steps transposed(const Steps& steps) {
  return {steps.batch, steps.column, steps.row};
}

/// The types of a dtype: of operands, of the result, of the arithmetic.
struct BlasTypes {
  cudaDataType operand, result;
  cublasComputeType_t compute;
};

template <class T>
double number(T value) {
  if constexpr (std::is_same_v<T, double> || std::is_integral_v<T>)
    return static_cast<double>(value);
  return static_cast<double>(static_cast<float>(value));
}

/// An eighth of -8 to 8, or -8 to 7 for integers: sums in fp32 are exact; see product_operands.cuh.
template <class T>
std::vector<T> exact_values(uint64_t stream, size_t count) {
  std::vector<T> values(count);
  for (size_t i = 0; i < count; ++i) {
    const int drawn = static_cast<int>(mixed(stream, i) % 17) - 8;
    values[i] = std::is_integral_v<T> ? T(std::min(drawn, 7)) : T(static_cast<float>(drawn) / 8);
  }
  return values;
}

template <class Out>
double rounding() {
  if constexpr (std::is_same_v<Out, __half>) return 0x1p-11;
  if constexpr (std::is_same_v<Out, __nv_bfloat16>) return 0x1p-8;
  return std::is_same_v<Out, double> ? 0x1p-53 : 0x1p-24;
}

template <class In, class Out>
Verdict verify(const Product& p, const std::vector<In>& a, const std::vector<In>& b,
               const std::vector<Out>& c) {
  Verdict verdict;
  constexpr int64_t kSample = 2048;
  const int64_t count = p.batch * p.m * p.n;
  for (int64_t i = 0; i < std::min(kSample, count); ++i) {
    const int64_t at = count <= kSample ? i
                                        : static_cast<int64_t>(mixed(4, static_cast<uint64_t>(i)) %
                                                               static_cast<uint64_t>(count));
    const int64_t batch = at / (p.m * p.n), m = at / p.n % p.m, n = at % p.n;
    double expected = 0;
    for (int64_t k = 0; k < p.k; ++k)
      expected += number(a[static_cast<size_t>(batch * p.a.batch + m * p.a.row + k * p.a.column)]) *
                  number(b[static_cast<size_t>(batch * p.b.batch + k * p.b.row + n * p.b.column)]);
    const double found =
        number(c[static_cast<size_t>(batch * p.c.batch + m * p.c.row + n * p.c.column)]);
    const double error = std::abs(found - expected) / std::max(std::abs(expected), 1.0);
    verdict.max_rel_error = std::max(verdict.max_rel_error, error);
    if (!(error <= 2 * rounding<Out>()))
      verdict.reject("C[" + std::to_string(at) + "]: expected " + std::to_string(expected) +
                     ", found " + std::to_string(found));
  }
  return verdict;
}

template <class In, class Out, class Scale>
Measurement run(const Product& p, const BlasTypes& types, int repetitions) {
  Measurement run;
  run.card = open_card();
  run.products = static_cast<double>(p.batch) * static_cast<double>(p.m) *
                 static_cast<double>(p.n) * static_cast<double>(p.k);
  const auto host_a = exact_values<In>(1, elements(p.batch, p.m, p.k, p.a));
  const auto host_b = exact_values<In>(2, elements(p.batch, p.k, p.n, p.b));
  const size_t results = elements(p.batch, p.m, p.n, p.c);
  const int copies = rotating_copies((host_a.size() + host_b.size()) * sizeof(In), run.card);
  std::vector<DeviceArray<In>> a, b;
  std::vector<DeviceArray<Out>> c;
  for (int i = 0; i < copies; ++i) {
    a.emplace_back(host_a);
    b.emplace_back(host_b);
    c.emplace_back(results);
  }
  cublasHandle_t handle = nullptr;
  check_blas(cublasCreate(&handle), "cublasCreate");
  // A result that lies by rows is the transposed product of the transposed operands, by columns.
  const bool by_columns = p.c.row == 1;
  const BlasView left = by_columns ? view_of(p.a, p.m, p.k) : view_of(transposed(p.b), p.n, p.k);
  const BlasView right = by_columns ? view_of(p.b, p.k, p.n) : view_of(transposed(p.a), p.k, p.m);
  const BlasView result = by_columns ? view_of(p.c, p.m, p.n) : view_of(transposed(p.c), p.n, p.m);
  const Scale one = 1, zero = 0;
  const auto launch = [&](int i) {
    const auto at = static_cast<size_t>(i % copies);
    const void* first = by_columns ? static_cast<const void*>(a[at].get()) : b[at].get();
    const void* second = by_columns ? static_cast<const void*>(b[at].get()) : a[at].get();
    check_blas(
        cublasGemmStridedBatchedEx(
            handle, left.operation, right.operation, static_cast<int>(by_columns ? p.m : p.n),
            static_cast<int>(by_columns ? p.n : p.m), static_cast<int>(p.k), &one, first,
            types.operand, left.leading, by_columns ? p.a.batch : p.b.batch, second, types.operand,
            right.leading, by_columns ? p.b.batch : p.a.batch, &zero, c[at].get(), types.result,
            result.leading, p.c.batch, static_cast<int>(p.batch), types.compute,
            CUBLAS_GEMM_DEFAULT),
        "cublasGemmStridedBatchedEx");
  };
  c[0].poison();
  launch(0);
  check(cudaDeviceSynchronize(), "kernel");
  run.verdict = verify(p, host_a, host_b, c[0].read());
  run.times_ms = timed_ms(3, repetitions, launch);
  check_blas(cublasDestroy(handle), "cublasDestroy");
  return run;
}

}  // namespace

Measurement run_cublas_product(const Arguments& arguments) {
  const Product p = product_of(arguments);
  if (p.batch < 1 || p.m < 1 || p.n < 1 || p.k < 1)
    fail(kNoDevice, "batch, m, n and k must be positive");
  const std::string dtype = arguments.text("dtype");
  const int repetitions = static_cast<int>(arguments.integer("repetitions", 20));
  if (dtype == "f64")
    return run<double, double, double>(p, {CUDA_R_64F, CUDA_R_64F, CUBLAS_COMPUTE_64F},
                                       repetitions);
  if (dtype == "f32")
    return run<float, float, float>(p, {CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F}, repetitions);
  if (dtype == "tf32")
    return run<float, float, float>(p, {CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F_FAST_TF32},
                                    repetitions);
  if (dtype == "f16")
    return run<__half, __half, float>(p, {CUDA_R_16F, CUDA_R_16F, CUBLAS_COMPUTE_32F}, repetitions);
  if (dtype == "bf16")
    return run<__nv_bfloat16, __nv_bfloat16, float>(
        p, {CUDA_R_16BF, CUDA_R_16BF, CUBLAS_COMPUTE_32F}, repetitions);
  if (dtype == "i8")
    return run<int8_t, int32_t, int32_t>(p, {CUDA_R_8I, CUDA_R_32I, CUBLAS_COMPUTE_32I},
                                         repetitions);
  fail(kNoDevice, "dtype: expected f64, f32, tf32, f16, bf16 or i8, found '" + dtype + "'");
}

}  // namespace weft_cuda
