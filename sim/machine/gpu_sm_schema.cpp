// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/gpu_schema.h"
#include "sim/machine/ranges.h"

namespace weft::machine {

namespace {

using base::Schema;
using base::Unit;
using base::within;

constexpr base::IntegerRange kLanes{0, 4096};

Schema<PipesDescription> pipes_schema() {
  using T = PipesDescription;
  return Schema<T>("arithmetic pipes of an SM")
      .integer("fp32_lanes", &T::fp32_lanes, {1, 4096}, "32-bit floating-point lanes")
      .integer("fp32_lanes_shared_with_int", &T::fp32_lanes_shared_with_int, kLanes,
               "those of them that do integer work instead")
      .integer("int_lanes", &T::int_lanes, {1, 4096}, "integer lanes, shared ones included")
      .integer("fp64_lanes", &T::fp64_lanes, kLanes, "64-bit floating-point lanes")
      .integer("sfu_lanes", &T::sfu_lanes, {1, 4096}, "lanes for special functions")
      .integer("register_banks", &T::register_banks, {1, 64},
               "banks of a sub-core's registers, one operand of a warp in a cycle each")
      .integer("ldst_lanes", &T::ldst_lanes, {1, 4096}, "addresses generated per cycle")
      .integer("fp16_fma_per_cycle", &T::fp16_fma_per_cycle, kLanes,
               "16-bit multiply-adds outside the tensor cores")
      .real("fp32_latency_cycles", &T::fp32_latency_cycles, kLatencyCycles,
            "between dependent 32-bit floating-point instructions")
      .real("fp16_latency_cycles", &T::fp16_latency_cycles, kLatencyCycles,
            "the same of 16-bit ones; for reference, no model reads it")
      .real("int_latency_cycles", &T::int_latency_cycles, kLatencyCycles,
            "the same of integer ones; for reference, no model reads it")
      .real("fp64_latency_cycles", &T::fp64_latency_cycles, kLatencyCycles,
            "the same of 64-bit ones")
      .real("sfu_latency_cycles", &T::sfu_latency_cycles, kLatencyCycles,
            "the same of special functions; for reference, no model reads it");
}

Schema<TensorRates> rates_schema() {
  using T = TensorRates;
  const auto rate = within(0, 65'536);
  return Schema<T>("dense tensor multiply-adds per cycle of an SM; 0 for none")
      .real("fp64", &T::fp64, rate, "64-bit operands and sums")
      .real("tf32", &T::tf32, rate, "tf32 operands")
      .real("fp16", &T::fp16, rate, "fp16 operands, 32-bit sums")
      .real("fp16_acc16", &T::fp16_acc16, rate, "fp16 operands, 16-bit sums")
      .real("bf16", &T::bf16, rate, "bf16 operands")
      .real("fp8", &T::fp8, rate, "fp8 operands, 32-bit sums")
      .real("fp8_acc16", &T::fp8_acc16, rate, "fp8 operands, 16-bit sums")
      .real("int8", &T::int8, rate, "8-bit integer operands");
}

Schema<TensorDescription> tensor_schema() {
  using T = TensorDescription;
  return Schema<T>("tensor cores of an SM")
      .choice("generation", &T::generation, tensor_generation_words(), "generation of the cores")
      .section("fma_per_cycle", &T::fma_per_cycle, rates_schema())
      .real("sparse_factor", &T::sparse_factor, within(1, 4), "gain in rate of 2:4 operands")
      .real("mma_latency_cycles", &T::mma_latency_cycles, kLatencyCycles,
            "between dependent products m16n8k16 of halves")
      .flag("wgmma", &T::wgmma, "whether warp groups multiply from shared memory")
      .real("mma_sync_fraction", &T::mma_sync_fraction, within(0.01, 1),
            "share of the peak that instructions of single warps reach");
}

Schema<SharedMemoryDescription> shared_schema() {
  using T = SharedMemoryDescription;
  return Schema<T>("shared memory of an SM")
      .quantity("max_bytes", &T::max_bytes, Unit::Bytes, kAnySize, "the most that blocks can have")
      .integer("banks", &T::banks, {1, 1024}, "banks, each serving one word per cycle")
      .quantity("bank_bytes", &T::bank_bytes, Unit::Bytes, kWordSize, "width of a bank")
      .real("requests_per_cycle", &T::requests_per_cycle, within(0.01, 16),
            "warp requests that L1 and shared memory accept")
      .quantity("bytes_per_cycle", &T::bytes_per_cycle, Unit::Bytes, kWordSize,
                "bytes that shared memory moves")
      .real("latency_cycles", &T::latency_cycles, kLatencyCycles, "load to use of 32 bits");
}

Schema<L1Description> l1_schema() {
  using T = L1Description;
  return Schema<T>("first-level cache of an SM")
      .quantity("bytes", &T::bytes, Unit::Bytes, kAnySize,
                "size, shared memory included where unified")
      .flag("unified", &T::unified, "whether L1 has what shared memory leaves")
      .quantity("line_bytes", &T::line_bytes, Unit::Bytes, kWordSize, "size of a line")
      .quantity("sector_bytes", &T::sector_bytes, Unit::Bytes, kWordSize,
                "the least that is fetched")
      .quantity("bytes_per_cycle", &T::bytes_per_cycle, Unit::Bytes, kWordSize,
                "bytes that hits deliver")
      .real("latency_cycles", &T::latency_cycles, kLatencyCycles, "load to use of a hit")
      .integer("outstanding_sectors", &T::outstanding_sectors, {1, 1'000'000},
               "sectors in flight to L2; for reference, no model reads it");
}

}  // namespace

Schema<SmDescription> sm_schema() {
  using T = SmDescription;
  const auto copy =
      Schema<CopyEngineDescription>("copies from global to shared memory beside the threads")
          .flag("async_copy", &CopyEngineDescription::async_copy, "whether there is cp.async")
          .flag("mbarrier", &CopyEngineDescription::mbarrier,
                "whether there are barriers that copies arrive at")
          .flag("tma", &CopyEngineDescription::tma, "whether there is a tensor memory accelerator")
          .real("tma_extra_latency_cycles", &CopyEngineDescription::tma_extra_latency_cycles,
                within(0, 100'000),
                "its latency on top of a load's; for reference, no model reads it")
          .integer("cluster_ctas", &CopyEngineDescription::cluster_ctas, {1, 8},
                   "CTAs of the clusters in which kernels of libraries share what it reads");
  return Schema<T>("a streaming multiprocessor")
      .integer("subcores", &T::subcores, {1, 16}, "parts with a warp scheduler each")
      .integer("issue_per_subcore", &T::issue_per_subcore, {1, 4},
               "warp instructions that a sub-core issues per cycle")
      .section("pipes", &T::pipes, pipes_schema())
      .section("tensor", &T::tensor, tensor_schema())
      .section("shared", &T::shared, shared_schema())
      .section("l1", &T::l1, l1_schema())
      .section("copy", &T::copy, copy);
}

}  // namespace weft::machine
