// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <barrier>
#include <cstdint>
#include <memory>
#include <thread>
#include <type_traits>
#include <vector>

/// Device code on the host, to check what it computes where no GPU is: the threads of a CTA are
/// threads of the host, CTAs run one after the other, and lanes of a warp exchange values over a
/// board.
namespace weft_cuda {

constexpr int kLanes = 32;

struct Dim3 {
  unsigned x = 0;
};
inline thread_local Dim3 threadIdx;
inline thread_local Dim3 blockIdx;
inline thread_local Dim3 blockDim;

/// Shared memory of the one CTA that runs.
alignas(16) inline unsigned char shared[256 << 10];

/// What the lanes of a warp show each other within one instruction.
struct WarpBoard {
  std::barrier<> meet{kLanes};
  uint32_t word[kLanes][9] = {};
  const void* line[kLanes] = {};
};

struct CtaState {
  explicit CtaState(int threads) : meet(threads) {
    for (int i = 0; i < (threads + kLanes - 1) / kLanes; ++i)
      boards.push_back(std::make_unique<WarpBoard>());
  }
  std::barrier<> meet;
  std::vector<std::unique_ptr<WarpBoard>> boards;
};
inline CtaState* cta_state = nullptr;

inline void __syncthreads() {
  cta_state->meet.arrive_and_wait();
}
inline WarpBoard& warp_board() {
  return *cta_state->boards[threadIdx.x / kLanes];
}
inline int lane() {
  return static_cast<int>(threadIdx.x % kLanes);
}

/// Runs kernel() in every thread of every CTA.
template <class Kernel>
void run_grid(int64_t ctas, int threads, const Kernel& kernel) {
  CtaState state(threads);
  cta_state = &state;
  std::vector<std::thread> team;
  for (int t = 0; t < threads; ++t) {
    team.emplace_back([&, t] {
      threadIdx.x = static_cast<unsigned>(t);
      blockDim.x = static_cast<unsigned>(threads);
      for (int64_t cta = 0; cta < ctas; ++cta) {
        blockIdx.x = static_cast<unsigned>(cta);
        kernel();
        state.meet.arrive_and_wait();
      }
    });
  }
  for (std::thread& thread : team) thread.join();
  cta_state = nullptr;
}

template <class T>
T __ldg(const T* from) {
  return *from;
}
template <class T>
T atomicAdd(T* to, std::type_identity_t<T> value) {
  return std::atomic_ref<T>(*to).fetch_add(value);
}
inline int atomicCAS(int* at, int expected, int desired) {
  std::atomic_ref<int>(*at).compare_exchange_strong(expected, desired);
  return expected;
}
using std::max;
using std::min;

}  // namespace weft_cuda

#define __device__
#define __global__
#define __shared__
#define __align__(bytes)
#define __launch_bounds__(threads)
