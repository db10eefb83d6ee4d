// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weft::machine {

/// The arithmetic pipes of an SM: lanes over all its sub-cores, each one operation per cycle, and
/// the time from an instruction to one that depends on it.
struct PipesDescription {
  int fp32_lanes = 64;
  int fp32_lanes_shared_with_int = 0;  // lanes that do fp32 or integer work in a cycle
  int int_lanes = 64;
  int fp64_lanes = 32;
  int sfu_lanes = 16;
  int register_banks = 2;        // of a sub-core; each reads one warp operand in a cycle
  int ldst_lanes = 32;           // addresses that loads and stores generate
  int fp16_fma_per_cycle = 256;  // halves on the ordinary pipes
  double fp32_latency_cycles = 4;
  double fp16_latency_cycles = 5;
  double int_latency_cycles = 4;
  double fp64_latency_cycles = 8;
  double sfu_latency_cycles = 20;
};

/// The generations of tensor cores, in the order of tensor_generation_words().
enum class TensorGeneration : int { None, Volta, Turing, Ampere, Ada, Hopper };

/// How documents spell the generations.
inline const std::vector<std::string>& tensor_generation_words() {
  static const std::vector<std::string> words = {"none",   "volta", "turing",
                                                 "ampere", "ada",   "hopper"};
  return words;
}

/// Dense fused multiply-adds per cycle of an SM by the type of the operands; 0 for a type that its
/// tensor cores do not have. Sums are of 32 bits but for fp64 and where the name says otherwise.
struct TensorRates {
  double fp64 = 64;
  double tf32 = 512;
  double fp16 = 1024;
  double fp16_acc16 = 1024;
  double bf16 = 1024;
  double fp8 = 0;
  double fp8_acc16 = 0;
  double int8 = 2048;
};

/// The tensor cores of an SM.
struct TensorDescription {
  TensorGeneration generation = TensorGeneration::Ampere;
  TensorRates fma_per_cycle;
  double sparse_factor = 2;        // gain in rate of 2:4 operands; 1 where there is none
  double mma_latency_cycles = 25;  // of m16n8k16 on halves, or the nearest shape there is
  bool wgmma = false;              // a warp group's products read shared memory themselves
  double mma_sync_fraction = 1;    // of the peak that a single warp's instructions reach
};

/// The shared memory of an SM.
struct SharedMemoryDescription {
  int64_t max_bytes = int64_t{164} << 10;
  int banks = 32;
  int64_t bank_bytes = 4;
  double requests_per_cycle = 1;  // warp requests that the pipe to L1 and shared memory accepts
  int64_t bytes_per_cycle = 128;
  double latency_cycles = 23;  // of a 32-bit load
};

/// The first-level cache of an SM.
struct L1Description {
  int64_t bytes = int64_t{192} << 10;  // with shared memory where they are one array
  bool unified = true;                 // whether L1 has what shared memory leaves of `bytes`
  int64_t line_bytes = 128;
  int64_t sector_bytes = 32;
  int64_t bytes_per_cycle = 128;
  double latency_cycles = 33;      // load to use
  int outstanding_sectors = 1024;  // in flight to L2
};

/// Copies from global to shared memory beside the threads.
struct CopyEngineDescription {
  bool async_copy = true;  // cp.async: a copy that needs no registers
  bool mbarrier = true;    // barriers in shared memory that copies can arrive at
  bool tma = false;        // whole tiles by one thread's instruction
  double tma_extra_latency_cycles = 0;
  int cluster_ctas = 1;  // CTAs of a cluster that share what the engine reads
};

/// A streaming multiprocessor: sub-cores that each issue from warps of their own.
struct SmDescription {
  int subcores = 4;
  int issue_per_subcore = 1;  // warp instructions in a cycle
  PipesDescription pipes;
  TensorDescription tensor;
  SharedMemoryDescription shared;
  L1Description l1;
  CopyEngineDescription copy;
};

}  // namespace weft::machine
