// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <climits>
#include <cstdint>

namespace weft_cuda {

/// A sparse matrix by rows, in device memory.
struct DeviceCsr {
  int rows = 0, cols = 0;
  const int64_t* start = nullptr;  // [rows + 1]
  const int* column = nullptr;
  const double* value = nullptr;
};

constexpr int kEmpty = INT_MAX;  // sorts behind every column

/// The slot that a column is tried in first: its low bits, its high bits, or those of a
/// multiplicative hash (Knuth, TAOCP vol. 3, 6.4).
enum class HashBits { Low, High, Mixed };
template <HashBits Bits, int Slots>
__device__ int first_slot(int column, int cols) {
  if constexpr (Bits == HashBits::Low) return column & (Slots - 1);
  if constexpr (Bits == HashBits::High)
    return static_cast<int>(static_cast<int64_t>(column) * Slots / cols);
  return static_cast<int>((static_cast<uint32_t>(column) * 0x9E3779B1u) >>
                          (32 - __builtin_ctz(Slots)));
}

/// The sums of one row of C in shared memory: linear probing over Slots slots, of which at most
/// `kRoom` fill up, and the list of those in use.
template <int Slots, int Threads>
struct RowTable {
  // Every thread may claim a slot before it sees that the table is full.
  static constexpr int kRoom = Slots * 3 / 4 < Slots - Threads ? Slots * 3 / 4 : Slots - Threads;
  static_assert((Slots & (Slots - 1)) == 0 && kRoom >= 1);

  int column[Slots];
  double value[Slots];
  int used[Slots];
  int entries;

  __device__ void clear() {
    for (int i = static_cast<int>(threadIdx.x); i < Slots; i += Threads) {
      column[i] = kEmpty;
      value[i] = 0;
    }
    if (threadIdx.x == 0) entries = 0;
    __syncthreads();
  }
  __device__ bool full() const { return *static_cast<const volatile int*>(&entries) > kRoom; }

  template <HashBits Bits, bool Numeric>
  __device__ void add(int at_column, double product, int cols) {
    int slot = first_slot<Bits, Slots>(at_column, cols);
    while (true) {
      const int found = atomicCAS(&column[slot], kEmpty, at_column);
      if (found == kEmpty) used[min(atomicAdd(&entries, 1), Slots - 1)] = slot;
      if (found == kEmpty || found == at_column) break;
      slot = (slot + 1) & (Slots - 1);
    }
    if constexpr (Numeric) atomicAdd(&value[slot], product);
  }

  /// Orders the used slots by column (bitonic sort, padded to a power of two).
  __device__ void sort() {
    int padded = 1;
    while (padded < entries) padded *= 2;
    const auto key = [&](int i) { return used[i] < 0 ? kEmpty : column[used[i]]; };
    for (int i = entries + static_cast<int>(threadIdx.x); i < padded; i += Threads) used[i] = -1;
    __syncthreads();
    for (int size = 2; size <= padded; size *= 2) {
      for (int step = size / 2; step > 0; step /= 2) {
        for (int i = static_cast<int>(threadIdx.x); i < padded; i += Threads) {
          const int other = i ^ step;
          const bool rising = (i & size) == 0;
          if (other > i && (key(i) > key(other)) == rising) {
            const int swapped = used[i];
            used[i] = used[other];
            used[other] = swapped;
          }
        }
        __syncthreads();
      }
    }
  }
};

/// Rows rows[blockIdx.x] of C = A B, one a CTA. A row whose columns overfill the table is done
/// range by range of columns; a range that is no wider than the room cannot overfill it. `Numeric`
/// false counts the entries of each row, true writes them in order of columns at c_start.
template <int Slots, int Threads, HashBits Bits, bool Numeric>
__global__ void __launch_bounds__(Threads)
    hash_rows(DeviceCsr a, DeviceCsr b, const int* rows, int64_t* row_entries,
              const int64_t* c_start, int* c_column, double* c_value) {
  extern __shared__ __align__(16) unsigned char shared[];
  using Table = RowTable<Slots, Threads>;
  Table& table = *reinterpret_cast<Table*>(shared);
  const int row = rows[blockIdx.x];
  int64_t written = 0;
  int width = b.cols;
  for (int low = 0; low < b.cols;) {
    const int end = width < b.cols - low ? low + width : b.cols;
    table.clear();
    for (int64_t i = a.start[row]; i < a.start[row + 1]; ++i) {
      const int k = a.column[i];
      for (int64_t j = b.start[k] + threadIdx.x; j < b.start[k + 1] && !table.full();
           j += Threads) {
        const int column = b.column[j];
        if (column >= low && column < end)
          table.template add<Bits, Numeric>(column, Numeric ? a.value[i] * b.value[j] : 0, b.cols);
      }
    }
    __syncthreads();
    const int entries = table.entries;
    if (entries > Table::kRoom) {
      width = max((end - low) / 2, min(Table::kRoom, end - low));
      __syncthreads();
      continue;
    }
    if constexpr (Numeric) {
      table.sort();
      for (int i = static_cast<int>(threadIdx.x); i < entries; i += Threads) {
        c_column[c_start[row] + written + i] = table.column[table.used[i]];
        c_value[c_start[row] + written + i] = table.value[table.used[i]];
      }
    }
    written += entries;
    low = end;
    __syncthreads();
  }
  if (!Numeric && threadIdx.x == 0) row_entries[row] = written;
}

/// Products of each row of C: an upper bound on its entries.
__global__ void count_row_products(DeviceCsr a, DeviceCsr b, int64_t* products) {
  const int row = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (row >= a.rows) return;
  int64_t count = 0;
  for (int64_t i = a.start[row]; i < a.start[row + 1]; ++i)
    count += b.start[a.column[i] + 1] - b.start[a.column[i]];
  products[row] = count;
}

/// Deals rows into bins by the first of `rooms` that holds their `sizes`; the last bin takes the
/// rest. Rows of no products are in none.
template <int Bins>
struct Rooms {
  int64_t room[Bins];
};
template <int Bins>
__global__ void deal_rows(int rows, const int64_t* sizes, Rooms<Bins> rooms, int* bin_rows,
                          int* bin_counts) {
  const int row = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (row >= rows || sizes[row] == 0) return;
  int bin = 0;
  while (bin + 1 < Bins && sizes[row] > rooms.room[bin]) ++bin;
  bin_rows[static_cast<int64_t>(bin) * rows + atomicAdd(&bin_counts[bin], 1)] = row;
}

}  // namespace weft_cuda
