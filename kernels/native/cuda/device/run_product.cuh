// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/native/cuda/device/host_support.cuh"
#include "kernels/native/cuda/device/product_operands.cuh"

namespace weft_cuda {

/// Runs a product with its mapping P: checks the result once, then times it.
template <class P>
Measurement run_product(int repetitions) {
  Measurement run;
  run.card = open_card();
  run.products = static_cast<double>(P::batch) * P::m * P::n * P::k / kKeep<P>;
  const HostOperands<P> host;
  const size_t bytes =
      host.a.size() * sizeof(typename P::In) + host.b.size() * sizeof(typename P::In);
  const int copies = rotating_copies(bytes, run.card);
  std::vector<DeviceArray<typename P::In>> a, b;
  std::vector<DeviceArray<typename P::Out>> c;
  for (int i = 0; i < copies; ++i) {
    a.emplace_back(host.a);
    b.emplace_back(host.b);
    c.emplace_back(P::c_elements);
  }
  const DeviceArray<uint32_t> positions(host.positions);
  constexpr int64_t kElements = P::batch * P::m * P::n;
  const DeviceArray<typename P::Sum> partial(
      P::split_k > 1 ? static_cast<size_t>(P::split_k * kElements) : 0);
  constexpr int kShared = static_cast<int>(kSharedBytes<P>);
  check(cudaFuncSetAttribute(tile_product<P>, cudaFuncAttributeMaxDynamicSharedMemorySize, kShared),
        "shared memory");
  const auto launch = [&](int i) {
    const int copy = i % copies;
    tile_product<P><<<static_cast<unsigned>(P::ctas), P::threads, kShared>>>(
        a[copy].get(), positions.get(), b[copy].get(), c[copy].get(), partial.get());
    if constexpr (P::split_k > 1)
      add_parts<P>
          <<<static_cast<unsigned>((kElements + 255) / 256), 256>>>(partial.get(), c[copy].get());
  };
  c[0].poison();
  launch(0);
  check(cudaGetLastError(), "launch");
  check(cudaDeviceSynchronize(), "kernel");
  run.verdict = verify(host, c[0].read());
  run.times_ms = timed_ms(3, repetitions, launch);
  return run;
}

}  // namespace weft_cuda
