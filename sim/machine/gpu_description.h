// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/machine/gpu_sm_description.h"
#include "sim/machine/kind.h"

namespace weft::machine {

/// The clocks of the SMs.
struct ClockDescription {
  double min_ghz = 0.21;    // the least to which a power limit slows the chip
  double base_ghz = 1.275;  // guaranteed at the power limit
  double boost_ghz = 1.41;  // of the data sheet's peaks
  double max_ghz = 1.41;    // of a loaded chip that no limit holds back
};

/// The second-level cache, in one or two partitions that hold halves of the address space each. All
/// cycles are of the SM clock.
struct GpuL2Description {
  int64_t bytes = int64_t{40} << 20;
  int partitions = 2;
  int slices = 80;  // over all partitions
  int64_t line_bytes = 128;
  int64_t sector_bytes = 32;
  double near_latency_cycles = 206;  // load to use, a slice of the SM's own partition
  double far_latency_cycles = 406;   // load to use, a slice of the other partition
  double bytes_per_cycle = 3840;     // that all slices together deliver
  double atomics_per_cycle = 1;      // of 32 bits on one address, in a slice
};

/// The kinds of DRAM, in the order of dram_standard_words().
enum class DramStandard : int { Gddr5, Gddr6, Gddr6x, Hbm2, Hbm2e, Hbm3, Hbm3e };

/// How documents spell them: the stems of the files in configs/dram, where there is one.
inline const std::vector<std::string>& dram_standard_words() {
  static const std::vector<std::string> words = {"gddr5", "gddr6", "gddr6x", "hbm2",
                                                 "hbm2e", "hbm3",  "hbm3e"};
  return words;
}

/// The memory of the card.
struct GpuDramDescription {
  DramStandard standard = DramStandard::Hbm2e;
  int64_t bytes = int64_t{80} << 30;
  int channels = 40;
  int bus_bits = 5120;
  double gbit_s_per_pin = 3.186;
  double peak_gb_s = 2039;
  double efficiency = 0.918;  // of peak_gb_s that a stream of reads sustains
  double latency_ns = 376;    // load to use of an unloaded read that misses every cache
  double piece_ns = 2.1;      // for which a short piece of a row keeps a channel busy
};

/// What it costs to start work.
struct LaunchDescription {
  double stream_ns = 2670;         // from one short kernel of a stream to the next
  double graph_ns = 1400;          // the same inside a CUDA graph
  double kernel_ns = 1500;         // a kernel that does nothing, as a profiler times it
  double cta_dispatch_cycles = 1;  // between two blocks that the chip's scheduler hands out
  double cta_start_cycles = 200;   // from there to the first instruction of the block
  double round_trip_ns = 8000;     // the host waits, reads a few words, decides and launches again
  double allocate_ns = 5000;       // an allocation of device memory, whatever its size
  double allocate_mib_ns = 13000;  // mapping each MiB of it
};

/// The board's power and the voltage that a clock needs: V(f) = max(min_v, straight line through
/// (knee_ghz, min_v) and (clock.max_ghz, max_v)). Energies hold at nominal_v and follow V squared.
struct PowerDescription {
  double limit_w = 400;
  double static_w = 65;  // with clocks up and nothing running
  double min_v = 0.70;
  double max_v = 0.95;
  double nominal_v = 0.95;
  double knee_ghz = 0.95;
};

/// Energy of events at the nominal voltage, which stands for a process of 7 nm until `scale`
/// multiplies all but that of DRAM.
struct GpuEnergyDescription {
  double scale = 1;
  double instruction_pj = 180;  // a warp instruction: fetch, decode, schedule
  double fp32_fma_pj = 4;       // a lane
  double fp16_fma_pj = 2;       // one of the two halves of a lane
  double fp64_fma_pj = 16;      // a lane
  double int_op_pj = 3;         // a lane
  double sfu_op_pj = 10;        // a lane
  double tensor_fp64_fma_pj = 14;
  double tensor_tf32_fma_pj = 3.6;
  double tensor_fp16_fma_pj = 1.8;  // bf16 too
  double tensor_fp8_fma_pj = 0.9;
  double tensor_int8_fma_pj = 0.8;
  double register_byte_pj = 0.5;
  double shared_byte_pj = 5.74;
  double l1_byte_pj = 1.5;
  double l2_byte_pj = 35.1;  // with the way between SM and slice
  double dram_byte_pj = 112;
};

/// Peaks as the vendor states them, dense; 0 where it states none. They take no part in a
/// simulation: tests hold the peaks of this description against them.
struct DatasheetDescription {
  double fp32_tflops = 19.5;
  double fp64_tflops = 9.7;
  double fp64_tensor_tflops = 19.5;
  double tf32_tensor_tflops = 156;
  double fp16_tensor_tflops = 312;
  double fp16_acc16_tensor_tflops = 312;
  double fp8_tensor_tflops = 0;
  double int8_tensor_tops = 624;
  double gb_s = 2039;
  double tensor_ghz = 1.41;  // the clock of tensor rates below 64 bits
};

/// A GPU in the manner of NVIDIA's: every parameter of a `kind: gpu` document. How many warps,
/// blocks and registers an SM holds follows from the compute capability. The presets in
/// configs/machines say where each value comes from.
struct GpuDescription {
  int machine = 1;  // version of the document's form
  Kind kind = Kind::Gpu;
  std::string name;
  std::vector<std::string> devices;  // names that device queries report
  std::string compute_capability = "8.0";
  int sms = 108;
  ClockDescription clock;
  SmDescription sm;
  GpuL2Description l2;
  GpuDramDescription dram;
  LaunchDescription launch;
  PowerDescription power;
  GpuEnergyDescription energy;
  DatasheetDescription datasheet;

  /// Peak of a pipe that performs this many fused multiply-adds per cycle and SM: two operations
  /// each, in 10^12 per second.
  double peak_tflops(double fma_per_cycle_per_sm, double clock_ghz) const {
    return 2e-3 * fma_per_cycle_per_sm * sms * clock_ghz;
  }
  /// The voltage that the clock needs; see PowerDescription.
  double volts_at(double clock_ghz) const;
};

}  // namespace weft::machine
