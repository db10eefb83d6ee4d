// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/host.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>

#include <omp.h>

#include "kernels/native/cpu/timing.h"
#include "kernels/native/cpu/vector_kernels.h"

namespace weft::native {

namespace {

std::string cpu_model() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string pinning() {
  switch (omp_get_proc_bind()) {
    case omp_proc_bind_false:
      return "none";
    case omp_proc_bind_close:
      return "OMP_PROC_BIND=close";
    case omp_proc_bind_spread:
      return "OMP_PROC_BIND=spread";
    default:
      return "OMP_PROC_BIND=true";
  }
}

/// The best of many short runs counts: one that a busy computer let through.
constexpr Repetitions kTries{.least = 5, .least_s = 0.1, .most = 200};

/// Every thread takes its own best time, so that none waits for one that the computer holds up.
template <class T>
double multiply_adds_per_s(int threads) {
  constexpr int64_t kRounds = 300'000;
  const VectorKernels<T>& kernels = vector_kernels<T>();
  double total = 0;
#pragma omp parallel num_threads(threads) reduction(+ : total)
  {
    volatile T alive{};
    const Timing timing =
        time_runs(kTries, [&] { alive = kernels.multiply_adds(kRounds, T(0.75)); });
    total += static_cast<double>(kRounds * kProbeChains * kernels.lanes) / timing.best_s;
  }
  return total;
}

template <class T>
double stream_bytes_per_s(int threads, int64_t bytes) {
  const int64_t size = bytes / 3 / int64_t{sizeof(T)};
  const int64_t share = (size + threads - 1) / threads;
  const auto a = std::make_unique_for_overwrite<T[]>(static_cast<size_t>(size));
  const auto b = std::make_unique_for_overwrite<T[]>(static_cast<size_t>(size));
  const auto c = std::make_unique_for_overwrite<T[]>(static_cast<size_t>(size));
  const auto each = [&](const auto& act) {
#pragma omp parallel for num_threads(threads) schedule(static, 1)
    for (int thread = 0; thread < threads; ++thread) {
      const int64_t first = thread * share;
      act(first, std::max<int64_t>(0, std::min(share, size - first)));
    }
  };
  each([&](int64_t first, int64_t count) {
    std::fill_n(b.get() + first, count, T(1));
    std::fill_n(c.get() + first, count, T(2));
  });
  const Timing timing = time_runs(kTries, [&] {
    each([&](int64_t first, int64_t count) {
      vector_kernels<T>().triad(a.get() + first, b.get() + first, c.get() + first, count);
    });
  });
  return static_cast<double>(3 * size * int64_t{sizeof(T)}) / timing.best_s;
}

}  // namespace

bool end_threads() {
  return omp_pause_resource_all(omp_pause_hard) == 0;
}

Host describe_host() {
  double load = 0;
  getloadavg(&load, 1);
  return {cpu_model(), omp_get_num_procs(), load, pinning(), vector_kernels<float>().level};
}

template <class T>
HostPeak measure_peak(int threads) {
  constexpr int64_t kStreamBytes = int64_t{192} << 20;
  return {2e-9 * multiply_adds_per_s<T>(threads),
          1e-9 * stream_bytes_per_s<T>(threads, kStreamBytes), kStreamBytes};
}

template HostPeak measure_peak<float>(int threads);
template HostPeak measure_peak<double>(int threads);

}  // namespace weft::native
