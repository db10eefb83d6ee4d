// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace weft::native {

/// This computer as a reference run states it; never its name.
struct Host {
  std::string cpu;      ///< the processor as the operating system names it
  int processors = 1;   ///< that this process may run on
  double load = 0;      ///< processes that wanted to run in the last minute, this one included
  std::string pinning;  ///< how threads are bound to processors
  std::string vectors;  ///< the instruction set of Weft's own kernels
};
Host describe_host();

/// Ends OpenMP's threads. Needed before `_exit`, with which LLVM's library would leave a file in
/// /dev/shm that a later process of the same number stumbles over. Returns false where threads are
/// at work.
bool end_threads();

/// What the machine can do at most, measured with the threads of a run.
struct HostPeak {
  double gflops = 0;         ///< independent multiply-adds in registers
  double stream_gb_s = 0;    ///< a[i] = b[i] + 3 c[i] over arrays far larger than the L2 caches
  int64_t stream_bytes = 0;  ///< of the three arrays together
};

/// Measures the peak for elements of type T (float or double) in about a tenth of a second each.
template <class T>
HostPeak measure_peak(int threads);

}  // namespace weft::native
