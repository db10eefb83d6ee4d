// SPDX-License-Identifier: Apache-2.0
#include "sim/gpu/kernel_series.h"

#include <algorithm>

#include "sim/gpu/block_stream.h"
#include "sim/gpu/cache_bandwidth.h"

namespace weft::sim {

namespace {

/// A write to an L2 of partitions takes two of its passages: at the writer's and at the home.
constexpr double kWritePassages = 2;

}  // namespace

double kernel_series_gb_s(const machine::GpuDescription& gpu, const ScaleKernel& kernel,
                          double clock_ghz) {
  const auto bytes = static_cast<double>(kernel.bytes());
  const int64_t full_blocks = (kernel.elements - 1) / kernel.threads_per_block;
  const auto blocks = static_cast<double>(full_blocks + 1);
  const double dispatch_ns = blocks * gpu.launch.cta_dispatch_cycles / clock_ghz;
  const double passages = gpu.l2.partitions > 1 ? (1 + kWritePassages) / 2 : 1;
  const double l2_ns = bytes * passages / (gpu.l2.bytes_per_cycle * clock_ghz);
  const double missed = shared_miss_fraction(gpu, kernel.bytes());
  const StreamKernel scale{.arrays_read = 1, .writes = true};
  const double dram_ns = missed * bytes / sustained_stream_gb_s(gpu, scale);
  const double gap_ns = kernel.graph ? gpu.launch.graph_ns : gpu.launch.stream_ns;
  return bytes / (gap_ns + std::max({dispatch_ns, l2_ns, dram_ns}));
}

}  // namespace weft::sim
