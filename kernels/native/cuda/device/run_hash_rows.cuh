// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cub/device/device_scan.cuh>

#include "kernels/native/cuda/device/hash_rows.cuh"
#include "kernels/native/cuda/device/host_csr.cuh"
#include "kernels/native/cuda/device/host_support.cuh"

namespace weft_cuda {

/// A matrix in device memory.
struct CsrArrays {
  int rows, cols;
  DeviceArray<int64_t> start;
  DeviceArray<int> column;
  DeviceArray<double> value;

  explicit CsrArrays(const HostCsr& host)
      : rows(host.rows),
        cols(host.cols),
        start(host.start),
        column(host.column),
        value(host.value) {}
  DeviceCsr view() const { return {rows, cols, start.get(), column.get(), value.get()}; }
};

/// C = A B in the phases of the mapping: count products, deal rows into bins by them, count entries
/// (symbolic), place the rows, deal again by entries, compute (numeric). P: slots of the largest
/// table, bits, symbolic.
template <class P>
class HashProduct {
 public:
  HashProduct(const CsrArrays& a, const CsrArrays& b)
      : a_(a),
        b_(b),
        sizes_(a.rows),
        c_start_(a.rows + 1),
        bin_rows_(size_t{kBins} * a.rows),
        counts_(kBins) {
    check(cub::DeviceScan::InclusiveSum(nullptr, scratch_bytes_, sizes_.get(), c_start_.get() + 1,
                                        a.rows),
          "scan");
    scratch_ = DeviceArray<char>(scratch_bytes_);
  }

  void run() {
    const unsigned blocks = static_cast<unsigned>((a_.rows + 255) / 256);
    count_row_products<<<blocks, 256>>>(a_.view(), b_.view(), sizes_.get());
    deal(blocks);
    rows_of_bins<false>();
    check(cudaMemsetAsync(c_start_.get(), 0, sizeof(int64_t)), "cudaMemset");
    check(cub::DeviceScan::InclusiveSum(scratch_.get(), scratch_bytes_, sizes_.get(),
                                        c_start_.get() + 1, a_.rows),
          "scan");
    int64_t entries = 0;
    check(cudaMemcpy(&entries, c_start_.get() + a_.rows, sizeof entries, cudaMemcpyDeviceToHost),
          "cudaMemcpy");
    column_ = DeviceArray<int>(static_cast<size_t>(entries));
    value_ = DeviceArray<double>(static_cast<size_t>(entries));
    deal(blocks);
    rows_of_bins<true>();
  }

  HostCsr read() const {
    HostCsr c;
    c.rows = a_.rows;
    c.cols = b_.cols;
    c.start = c_start_.read();
    c.column = column_.read();
    c.value = value_.read();
    return c;
  }

 private:
  static constexpr int kBins = 4;
  static constexpr int slots_of(int bin) {
    return std::max(64, P::slots >> (2 * (kBins - 1 - bin)));
  }
  static constexpr int threads_of(int bin) { return std::clamp(slots_of(bin) / 4, 32, 256); }
  template <int Bin>
  using Table = RowTable<slots_of(Bin), threads_of(Bin)>;

  void deal(unsigned blocks) {
    const Rooms<kBins> rooms = {
        {Table<0>::kRoom, Table<1>::kRoom, Table<2>::kRoom, Table<3>::kRoom}};
    check(cudaMemsetAsync(counts_.get(), 0, kBins * sizeof(int)), "cudaMemset");
    deal_rows<kBins><<<blocks, 256>>>(a_.rows, sizes_.get(), rooms, bin_rows_.get(), counts_.get());
    check(cudaMemcpy(host_counts_, counts_.get(), sizeof host_counts_, cudaMemcpyDeviceToHost),
          "cudaMemcpy");
  }

  template <bool Numeric>
  void rows_of_bins() {
    rows_of_bin<0, Numeric>();
    rows_of_bin<1, Numeric>();
    rows_of_bin<2, Numeric>();
    rows_of_bin<3, Numeric>();
  }

  template <int Bin, bool Numeric>
  void rows_of_bin() {
    if (host_counts_[Bin] == 0) return;
    const auto kernel = hash_rows<slots_of(Bin), threads_of(Bin), P::bits, Numeric>;
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                               sizeof(Table<Bin>)),
          "shared memory");
    kernel<<<static_cast<unsigned>(host_counts_[Bin]), threads_of(Bin), sizeof(Table<Bin>)>>>(
        a_.view(), b_.view(), bin_rows_.get() + int64_t{Bin} * a_.rows, sizes_.get(),
        c_start_.get(), column_.get(), value_.get());
    check(cudaGetLastError(), "launch");
  }

  const CsrArrays& a_;
  const CsrArrays& b_;
  DeviceArray<int64_t> sizes_, c_start_;
  DeviceArray<int> bin_rows_, counts_, column_;
  DeviceArray<double> value_;
  DeviceArray<char> scratch_;
  size_t scratch_bytes_ = 0;
  int host_counts_[kBins] = {};
};

template <class P>
Measurement run_hash_rows(const HostCsr& a, const HostCsr& b, int repetitions) {
  Measurement run;
  run.card = open_card();
  const CsrArrays device_a(a), device_b(b);
  HashProduct<P> product(device_a, device_b);
  product.run();
  check(cudaDeviceSynchronize(), "kernel");
  run.verdict = verify(a, b, product.read(), run.products);
  run.times_ms = timed_ms(2, repetitions, [&](int) { product.run(); });
  return run;
}

}  // namespace weft_cuda
