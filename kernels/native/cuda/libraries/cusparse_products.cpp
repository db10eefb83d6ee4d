// SPDX-License-Identifier: Apache-2.0
#include <cusparse.h>

#include "kernels/native/cuda/libraries/library_runs.h"
#include "kernels/tensor/source.h"
#include "kernels/tensor/spgemm_count.h"
#include "kernels/tensor/verify.h"
#include "kernels/tensor/verify_dense.h"

namespace weft_cuda {

namespace {

using weft::tensor::CsrMatrix;

void check_sparse(cusparseStatus_t status, const char* what) {
  if (status == CUSPARSE_STATUS_SUCCESS) return;
  const bool room =
      status == CUSPARSE_STATUS_ALLOC_FAILED || status == CUSPARSE_STATUS_INSUFFICIENT_RESOURCES;
  fail(room ? kNoDevice : kFault, std::string(what) + ": " + cusparseGetErrorString(status));
}

class Handle {
 public:
  Handle() { check_sparse(cusparseCreate(&handle_), "cusparseCreate"); }
  ~Handle() { cusparseDestroy(handle_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  // NOLINTNEXTLINE(google-explicit-constructor): stands for the handle in calls of the library
  operator cusparseHandle_t() const { return handle_; }

 private:
  cusparseHandle_t handle_{};
};

/// A matrix in the library's form: 32-bit places, values of Value.
template <class Value>
class DeviceMatrix {
 public:
  explicit DeviceMatrix(const CsrMatrix& host)
      : start_(std::vector<int>(host.row_start.begin(), host.row_start.end())),
        column_(std::vector<int>(host.column.begin(), host.column.end())),
        value_(std::vector<Value>(host.value.begin(), host.value.end())) {
    describe(host.rows, host.cols);
  }
  /// An empty result of this size, and later its arrays.
  DeviceMatrix(int64_t rows, int64_t cols) : start_(static_cast<size_t>(rows) + 1) {
    describe(rows, cols);
  }
  ~DeviceMatrix() { cusparseDestroySpMat(matrix_); }
  DeviceMatrix(const DeviceMatrix&) = delete;
  DeviceMatrix& operator=(const DeviceMatrix&) = delete;

  cusparseSpMatDescr_t get() const { return matrix_; }
  void allocate(int64_t entries) {
    column_ = DeviceArray<int>(static_cast<size_t>(entries));
    value_ = DeviceArray<Value>(static_cast<size_t>(entries));
    check_sparse(cusparseCsrSetPointers(matrix_, start_.get(), column_.get(), value_.get()),
                 "cusparseCsrSetPointers");
  }
  DeviceArray<Value>& values() { return value_; }
  CsrMatrix read(int64_t rows, int64_t cols) const {
    CsrMatrix host;
    host.rows = rows;
    host.cols = cols;
    for (const int at : start_.read()) host.row_start.push_back(at);
    host.column = column_.read();
    for (const Value value : value_.read()) host.value.push_back(value);
    return host;
  }

 private:
  void describe(int64_t rows, int64_t cols) {
    const cudaDataType type = sizeof(Value) == 8 ? CUDA_R_64F : CUDA_R_32F;
    check_sparse(cusparseCreateCsr(&matrix_, rows, cols, static_cast<int64_t>(column_.size()),
                                   start_.get(), column_.get(), value_.get(), CUSPARSE_INDEX_32I,
                                   CUSPARSE_INDEX_32I, CUSPARSE_INDEX_BASE_ZERO, type),
                 "cusparseCreateCsr");
  }

  DeviceArray<int> start_, column_;
  DeviceArray<Value> value_;
  cusparseSpMatDescr_t matrix_{};
};

std::vector<float> random_floats(uint64_t stream, size_t count) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = static_cast<float>(mixed(stream, i) >> 40) * 0x1p-23f - 1;
  return values;
}

Verdict verdict_of(const weft::tensor::VerifyReport& report) {
  return {report.passed, report.max_rel_error, report.first_mismatch};
}

Measurement begin(double products) {
  Measurement run;
  run.card = open_card();
  run.products = products;
  return run;
}

int repetitions_of(const Arguments& arguments) {
  return static_cast<int>(arguments.integer("repetitions", 20));
}

/// The phases of cusparseSpGEMM: estimate, compute, copy, each asked first for its buffer.
class SpgemmPhases {
 public:
  SpgemmPhases(const Handle& handle, const CsrMatrix& a, const CsrMatrix& b)
      : handle_(handle), a_(a), b_(b), rows_(a.rows), cols_(b.cols) {}

  void run() {
    const double one = 1, zero = 0;
    cusparseSpGEMMDescr_t plan = nullptr;
    check_sparse(cusparseSpGEMM_createDescr(&plan), "cusparseSpGEMM_createDescr");
    c_ = std::make_unique<DeviceMatrix<double>>(rows_, cols_);
    const auto estimate = [&](size_t* bytes, void* buffer) {
      check_sparse(cusparseSpGEMM_workEstimation(handle_, kPlain, kPlain, &one, a_.get(), b_.get(),
                                                 &zero, c_->get(), CUDA_R_64F,
                                                 CUSPARSE_SPGEMM_DEFAULT, plan, bytes, buffer),
                   "cusparseSpGEMM_workEstimation");
    };
    const auto compute = [&](size_t* bytes, void* buffer) {
      check_sparse(cusparseSpGEMM_compute(handle_, kPlain, kPlain, &one, a_.get(), b_.get(), &zero,
                                          c_->get(), CUDA_R_64F, CUSPARSE_SPGEMM_DEFAULT, plan,
                                          bytes, buffer),
                   "cusparseSpGEMM_compute");
    };
    const DeviceArray<char> first = with_buffer(estimate);
    const DeviceArray<char> second = with_buffer(compute);
    int64_t rows = 0, cols = 0, entries = 0;
    check_sparse(cusparseSpMatGetSize(c_->get(), &rows, &cols, &entries), "cusparseSpMatGetSize");
    c_->allocate(entries);
    check_sparse(cusparseSpGEMM_copy(handle_, kPlain, kPlain, &one, a_.get(), b_.get(), &zero,
                                     c_->get(), CUDA_R_64F, CUSPARSE_SPGEMM_DEFAULT, plan),
                 "cusparseSpGEMM_copy");
    check_sparse(cusparseSpGEMM_destroyDescr(plan), "cusparseSpGEMM_destroyDescr");
  }

  CsrMatrix read() const { return c_->read(rows_, cols_); }

 private:
  static constexpr cusparseOperation_t kPlain = CUSPARSE_OPERATION_NON_TRANSPOSE;

  template <class Phase>
  static DeviceArray<char> with_buffer(const Phase& phase) {
    size_t bytes = 0;
    phase(&bytes, nullptr);
    DeviceArray<char> buffer(bytes);
    phase(&bytes, buffer.get());
    return buffer;
  }

  const Handle& handle_;
  DeviceMatrix<double> a_, b_;
  std::unique_ptr<DeviceMatrix<double>> c_;
  int64_t rows_, cols_;
};

}  // namespace

Measurement run_cusparse_spgemm(const Arguments& arguments) {
  const auto operands =
      weft::tensor::load_product_operands(arguments.text("a"), arguments.text("b"));
  const CsrMatrix& a = operands.a->matrix;
  const CsrMatrix& b = operands.b->matrix;
  Measurement run = begin(static_cast<double>(weft::tensor::count_products(a, b)));
  const Handle handle;
  SpgemmPhases product(handle, a, b);
  product.run();
  check(cudaDeviceSynchronize(), "kernel");
  run.verdict = verdict_of(weft::tensor::verify_product(a, b, product.read()));
  run.times_ms = timed_ms(2, repetitions_of(arguments), [&](int) { product.run(); });
  return run;
}

Measurement run_cusparse_spmm(const Arguments& arguments) {
  const CsrMatrix a = weft::tensor::load_source(arguments.text("a")).matrix;
  const int64_t width = arguments.integer("width");
  Measurement run = begin(static_cast<double>(a.nnz()) * static_cast<double>(width));
  const std::vector<float> host_x = random_floats(7, static_cast<size_t>(a.cols * width));
  const DeviceMatrix<float> matrix(a);
  const DeviceArray<float> x(host_x);
  DeviceArray<float> y(static_cast<size_t>(a.rows * width));
  cusparseDnMatDescr_t dense_x = nullptr, dense_y = nullptr;
  check_sparse(
      cusparseCreateDnMat(&dense_x, a.cols, width, width, x.get(), CUDA_R_32F, CUSPARSE_ORDER_ROW),
      "X");
  check_sparse(
      cusparseCreateDnMat(&dense_y, a.rows, width, width, y.get(), CUDA_R_32F, CUSPARSE_ORDER_ROW),
      "Y");
  const Handle handle;
  const float one = 1, zero = 0;
  constexpr auto kPlain = CUSPARSE_OPERATION_NON_TRANSPOSE;
  size_t bytes = 0;
  check_sparse(cusparseSpMM_bufferSize(handle, kPlain, kPlain, &one, matrix.get(), dense_x, &zero,
                                       dense_y, CUDA_R_32F, CUSPARSE_SPMM_CSR_ALG2, &bytes),
               "cusparseSpMM_bufferSize");
  const DeviceArray<char> buffer(bytes);
  const auto launch = [&](int) {
    check_sparse(cusparseSpMM(handle, kPlain, kPlain, &one, matrix.get(), dense_x, &zero, dense_y,
                              CUDA_R_32F, CUSPARSE_SPMM_CSR_ALG2, buffer.get()),
                 "cusparseSpMM");
  };
  y.poison();
  launch(0);
  run.verdict = verdict_of(weft::tensor::verify_spmm(a, host_x, width, y.read()));
  run.times_ms = timed_ms(3, repetitions_of(arguments), launch);
  cusparseDestroyDnMat(dense_x);
  cusparseDestroyDnMat(dense_y);
  return run;
}

Measurement run_cusparse_spmv(const Arguments& arguments) {
  const CsrMatrix a = weft::tensor::load_source(arguments.text("a")).matrix;
  Measurement run = begin(static_cast<double>(a.nnz()));
  const std::vector<float> host_x = random_floats(7, static_cast<size_t>(a.cols));
  const DeviceMatrix<float> matrix(a);
  const DeviceArray<float> x(host_x);
  DeviceArray<float> y(static_cast<size_t>(a.rows));
  cusparseDnVecDescr_t dense_x = nullptr, dense_y = nullptr;
  check_sparse(cusparseCreateDnVec(&dense_x, a.cols, x.get(), CUDA_R_32F), "x");
  check_sparse(cusparseCreateDnVec(&dense_y, a.rows, y.get(), CUDA_R_32F), "y");
  const Handle handle;
  const float one = 1, zero = 0;
  constexpr auto kPlain = CUSPARSE_OPERATION_NON_TRANSPOSE;
  size_t bytes = 0;
  check_sparse(cusparseSpMV_bufferSize(handle, kPlain, &one, matrix.get(), dense_x, &zero, dense_y,
                                       CUDA_R_32F, CUSPARSE_SPMV_ALG_DEFAULT, &bytes),
               "cusparseSpMV_bufferSize");
  const DeviceArray<char> buffer(bytes);
  const auto launch = [&](int) {
    check_sparse(cusparseSpMV(handle, kPlain, &one, matrix.get(), dense_x, &zero, dense_y,
                              CUDA_R_32F, CUSPARSE_SPMV_ALG_DEFAULT, buffer.get()),
                 "cusparseSpMV");
  };
  y.poison();
  launch(0);
  run.verdict = verdict_of(weft::tensor::verify_spmm(a, host_x, 1, y.read()));
  run.times_ms = timed_ms(3, repetitions_of(arguments), launch);
  cusparseDestroyDnVec(dense_x);
  cusparseDestroyDnVec(dense_y);
  return run;
}

Measurement run_cusparse_sddmm(const Arguments& arguments) {
  CsrMatrix s = weft::tensor::load_source(arguments.text("a")).matrix;
  s.value.assign(s.value.size(), 1);  // cusparseSDDMM does not multiply by the sampled values
  const int64_t depth = arguments.integer("width");
  Measurement run = begin(static_cast<double>(s.nnz()) * static_cast<double>(depth));
  const std::vector<float> host_a = random_floats(7, static_cast<size_t>(s.rows * depth));
  const std::vector<float> host_b = random_floats(8, static_cast<size_t>(s.cols * depth));
  DeviceMatrix<float> result(s);
  const DeviceArray<float> a(host_a), b(host_b);
  cusparseDnMatDescr_t dense_a = nullptr, dense_b = nullptr;
  check_sparse(
      cusparseCreateDnMat(&dense_a, s.rows, depth, depth, a.get(), CUDA_R_32F, CUSPARSE_ORDER_ROW),
      "A");
  check_sparse(
      cusparseCreateDnMat(&dense_b, s.cols, depth, depth, b.get(), CUDA_R_32F, CUSPARSE_ORDER_ROW),
      "B");
  const Handle handle;
  const float one = 1, zero = 0;
  constexpr auto kPlain = CUSPARSE_OPERATION_NON_TRANSPOSE;
  constexpr auto kTurned = CUSPARSE_OPERATION_TRANSPOSE;
  size_t bytes = 0;
  check_sparse(
      cusparseSDDMM_bufferSize(handle, kPlain, kTurned, &one, dense_a, dense_b, &zero, result.get(),
                               CUDA_R_32F, CUSPARSE_SDDMM_ALG_DEFAULT, &bytes),
      "cusparseSDDMM_bufferSize");
  const DeviceArray<char> buffer(bytes);
  check_sparse(
      cusparseSDDMM_preprocess(handle, kPlain, kTurned, &one, dense_a, dense_b, &zero, result.get(),
                               CUDA_R_32F, CUSPARSE_SDDMM_ALG_DEFAULT, buffer.get()),
      "cusparseSDDMM_preprocess");
  const auto launch = [&](int) {
    check_sparse(cusparseSDDMM(handle, kPlain, kTurned, &one, dense_a, dense_b, &zero, result.get(),
                               CUDA_R_32F, CUSPARSE_SDDMM_ALG_DEFAULT, buffer.get()),
                 "cusparseSDDMM");
  };
  result.values().poison();
  launch(0);
  run.verdict =
      verdict_of(weft::tensor::verify_sddmm(s, host_a, host_b, depth, result.values().read()));
  run.times_ms = timed_ms(3, repetitions_of(arguments), launch);
  cusparseDestroyDnMat(dense_a);
  cusparseDestroyDnMat(dense_b);
  return run;
}

}  // namespace weft_cuda
