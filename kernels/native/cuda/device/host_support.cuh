// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <cuda_runtime.h>

#include "kernels/native/cuda/device/verdict.cuh"

namespace weft_cuda {

/// Exit statuses of weft: the machine lacks what the run needs, or the run itself went wrong.
constexpr int kNoDevice = 2;
constexpr int kFault = 70;

[[noreturn]] inline void fail(int status, const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::exit(status);
}

/// Every CUDA call goes through here.
inline void check(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  const bool absent = status == cudaErrorNoDevice || status == cudaErrorInsufficientDriver ||
                      status == cudaErrorMemoryAllocation ||
                      status == cudaErrorNoKernelImageForDevice;
  fail(absent ? kNoDevice : kFault, std::string(what) + ": " + cudaGetErrorString(status));
}

/// Device memory of one array.
template <class T>
class DeviceArray {
 public:
  DeviceArray() = default;
  explicit DeviceArray(size_t count) : count_(count) {
    if (count > 0) check(cudaMalloc(&data_, count * sizeof(T)), "cudaMalloc");
  }
  explicit DeviceArray(const std::vector<T>& host) : DeviceArray(host.size()) {
    if (!host.empty())
      check(cudaMemcpy(data_, host.data(), host.size() * sizeof(T), cudaMemcpyHostToDevice),
            "cudaMemcpy");
  }
  DeviceArray(DeviceArray&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), count_(std::exchange(other.count_, 0)) {}
  DeviceArray& operator=(DeviceArray&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(count_, other.count_);
    return *this;
  }
  ~DeviceArray() { cudaFree(data_); }

  T* get() const { return data_; }
  size_t size() const { return count_; }

  /// Bytes that no result has: NaN or out of range in every type.
  void poison() {
    if (count_ > 0) check(cudaMemset(data_, 0x7F, count_ * sizeof(T)), "cudaMemset");
  }
  std::vector<T> read() const {
    std::vector<T> host(count_);
    if (count_ > 0)
      check(cudaMemcpy(host.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost),
            "cudaMemcpy");
    return host;
  }

 private:
  T* data_ = nullptr;
  size_t count_ = 0;
};

/// What a measurement says beside its times.
struct Card {
  std::string name;
  int major = 0, minor = 0;
  int driver = 0, runtime = 0;
  int clock_khz = 0;
  size_t l2_bytes = 0;
};

inline Card open_card() {
  int count = 0;
  check(cudaGetDeviceCount(&count), "no usable CUDA device");
  if (count == 0) fail(kNoDevice, "no usable CUDA device");
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, 0), "cudaGetDeviceProperties");
  Card card{properties.name, properties.major, properties.minor};
  card.l2_bytes = static_cast<size_t>(properties.l2CacheSize);
  check(cudaDriverGetVersion(&card.driver), "cudaDriverGetVersion");
  check(cudaRuntimeGetVersion(&card.runtime), "cudaRuntimeGetVersion");
  check(cudaDeviceGetAttribute(&card.clock_khz, cudaDevAttrClockRate, 0), "cudaDeviceGetAttribute");
  return card;
}

/// Copies of the operands to take in turn, so that none is left in the L2 by the run before.
inline int rotating_copies(size_t bytes, const Card& card) {
  return static_cast<int>(
      std::clamp<size_t>(2 * card.l2_bytes / std::max<size_t>(bytes, 1) + 1, 1, 64));
}

/// Milliseconds of each of `repetitions` runs by events, after `warm_up` runs. run(i) launches the
/// i-th.
template <class Run>
std::vector<float> timed_ms(int warm_up, int repetitions, Run run) {
  cudaEvent_t begin, end;
  check(cudaEventCreate(&begin), "cudaEventCreate");
  check(cudaEventCreate(&end), "cudaEventCreate");
  std::vector<float> times;
  for (int i = 0; i < warm_up + repetitions; ++i) {
    check(cudaEventRecord(begin), "cudaEventRecord");
    run(i);
    check(cudaGetLastError(), "launch");
    check(cudaEventRecord(end), "cudaEventRecord");
    check(cudaEventSynchronize(end), "kernel");
    float ms = 0;
    check(cudaEventElapsedTime(&ms, begin, end), "cudaEventElapsedTime");
    if (i >= warm_up) times.push_back(ms);
  }
  check(cudaEventDestroy(begin), "cudaEventDestroy");
  check(cudaEventDestroy(end), "cudaEventDestroy");
  return times;
}

/// One run of a kernel on this machine's first card.
struct Measurement {
  Card card;
  std::vector<float> times_ms;
  Verdict verdict;
  double products = 0;
};

/// Prints it as one JSON object. Returns the exit status.
inline int print(const Measurement& run, const char* kernel, const char* implementation,
                 const char* shape) {
  std::vector<float> sorted = run.times_ms;
  std::sort(sorted.begin(), sorted.end());
  const double median = sorted.empty() ? 0 : sorted[sorted.size() / 2];
  std::printf(
      "{\"kernel\": \"%s\", \"implementation\": \"%s\", \"shape\": \"%s\", \"gpu\": \"%s\", "
      "\"compute_capability\": "
      "\"%d.%d\",\n",
      kernel, implementation, shape, run.card.name.c_str(), run.card.major, run.card.minor);
  std::printf(" \"driver\": %d, \"runtime\": %d, \"clock_khz\": %d,\n", run.card.driver,
              run.card.runtime, run.card.clock_khz);
  std::printf(" \"best_ms\": %.6g, \"median_ms\": %.6g, \"products\": %.17g, \"gflops\": %.6g,\n",
              sorted.empty() ? 0.0 : sorted.front(), median, run.products,
              median > 0 ? 2e-6 * run.products / median : 0.0);
  std::printf(" \"times_ms\": [");
  for (size_t i = 0; i < run.times_ms.size(); ++i)
    std::printf(i == 0 ? "%.6g" : ", %.6g", run.times_ms[i]);
  std::printf("],\n \"verified\": {\"passed\": %s, \"max_rel_error\": %.3g}}\n",
              run.verdict.passed ? "true" : "false", run.verdict.max_rel_error);
  if (!run.verdict.passed) std::fprintf(stderr, "wrong result: %s\n", run.verdict.mismatch.c_str());
  return run.verdict.passed ? 0 : 1;
}

/// The one option of a generated program: how often to run.
inline int repetitions_of(int argc, char** argv) {
  const int repetitions = argc > 1 ? std::atoi(argv[1]) : 20;
  if (repetitions < 1) fail(kNoDevice, "usage: [REPETITIONS], a positive number");
  return repetitions;
}

}  // namespace weft_cuda
