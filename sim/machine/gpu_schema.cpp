// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/gpu_schema.h"

#include "sim/machine/ranges.h"

namespace weft::machine {

namespace {

using base::above;
using base::at_least;
using base::Schema;
using base::Unit;
using base::within;

Schema<ClockDescription> clock_schema() {
  using T = ClockDescription;
  const auto frequency = within(0.001, 100);
  return Schema<T>("clocks of the SMs")
      .quantity("min_ghz", &T::min_ghz, Unit::Gigahertz, frequency,
                "the least to which a power limit slows the chip")
      .quantity("base_ghz", &T::base_ghz, Unit::Gigahertz, frequency, "guaranteed clock")
      .quantity("boost_ghz", &T::boost_ghz, Unit::Gigahertz, frequency,
                "clock of the data sheet's peaks")
      .quantity("max_ghz", &T::max_ghz, Unit::Gigahertz, frequency,
                "clock of a loaded chip that no limit holds back");
}

Schema<GpuL2Description> l2_schema() {
  using T = GpuL2Description;
  return Schema<T>("second-level cache; cycles are of the SMs")
      .quantity("bytes", &T::bytes, Unit::Bytes, kAnySize, "size")
      .integer("partitions", &T::partitions, {1, 2}, "parts with SMs of their own")
      .integer("slices", &T::slices, {1, 4096}, "slices of all partitions")
      .quantity("line_bytes", &T::line_bytes, Unit::Bytes, kWordSize, "size of a line")
      .quantity("sector_bytes", &T::sector_bytes, Unit::Bytes, kWordSize,
                "the least that is fetched")
      .real("near_latency_cycles", &T::near_latency_cycles, kLatencyCycles,
            "load to use in the SM's own partition")
      .real("far_latency_cycles", &T::far_latency_cycles, kLatencyCycles,
            "load to use in the other partition")
      .real("bytes_per_cycle", &T::bytes_per_cycle, above(0), "bytes that all slices deliver")
      .real("atomics_per_cycle", &T::atomics_per_cycle, above(0),
            "32-bit atomics on one address that a slice performs");
}

Schema<GpuDramDescription> dram_schema() {
  using T = GpuDramDescription;
  return Schema<T>("memory of the card")
      .choice("standard", &T::standard, dram_standard_words(), "kind of DRAM")
      .quantity("bytes", &T::bytes, Unit::Bytes, kAnySize, "size")
      .integer("channels", &T::channels, {1, 4096}, "channels")
      .integer("bus_bits", &T::bus_bits, {1, 65'536}, "data pins")
      .real("gbit_s_per_pin", &T::gbit_s_per_pin, above(0), "rate of a pin in Gbit/s")
      .quantity("peak_gb_s", &T::peak_gb_s, Unit::GigabytesPerSecond, above(0),
                "bandwidth of all pins")
      .real("efficiency", &T::efficiency, within(0.01, 1),
            "share of the peak that a stream of reads sustains")
      .quantity("latency_ns", &T::latency_ns, Unit::Nanoseconds, above(0),
                "load to use of an unloaded read that misses every cache")
      .quantity("piece_ns", &T::piece_ns, Unit::Nanoseconds, at_least(0),
                "for which a short piece of a row keeps a channel busy");
}

Schema<LaunchDescription> launch_schema() {
  using T = LaunchDescription;
  const auto cycles = within(0, 1e6);
  return Schema<T>("what it costs to start work")
      .quantity("stream_ns", &T::stream_ns, Unit::Nanoseconds, at_least(0),
                "from a short kernel of a stream to the next")
      .quantity("graph_ns", &T::graph_ns, Unit::Nanoseconds, at_least(0),
                "the same inside a CUDA graph")
      .quantity("kernel_ns", &T::kernel_ns, Unit::Nanoseconds, at_least(0),
                "a kernel that does nothing, as a profiler times it")
      .real("cta_dispatch_cycles", &T::cta_dispatch_cycles, cycles,
            "between two blocks that are handed to SMs")
      .real("cta_start_cycles", &T::cta_start_cycles, cycles,
            "from there to the first instruction of the block")
      .quantity("round_trip_ns", &T::round_trip_ns, Unit::Nanoseconds, at_least(0),
                "the host waits for the device, reads a few words and decides")
      .quantity("allocate_ns", &T::allocate_ns, Unit::Nanoseconds, at_least(0),
                "an allocation of device memory, whatever its size")
      .quantity("allocate_mib_ns", &T::allocate_mib_ns, Unit::Nanoseconds, at_least(0),
                "mapping each MiB of an allocation");
}

Schema<PowerDescription> power_schema() {
  using T = PowerDescription;
  const auto volts = within(0.1, 2);
  return Schema<T>("power of the board and voltage of the chip")
      .quantity("limit_w", &T::limit_w, Unit::Watts, above(0), "power limit")
      .quantity("static_w", &T::static_w, Unit::Watts, at_least(0),
                "power with clocks up and nothing running")
      .real("min_v", &T::min_v, volts, "voltage below the knee")
      .real("max_v", &T::max_v, volts, "voltage at clock.max_ghz")
      .real("nominal_v", &T::nominal_v, volts, "voltage at which the energies hold")
      .quantity("knee_ghz", &T::knee_ghz, Unit::Gigahertz, above(0),
                "clock above which the voltage rises");
}

Schema<GpuEnergyDescription> gpu_energy_schema() {
  using T = GpuEnergyDescription;
  Schema<T> schema("energy of events at the nominal voltage");
  schema.real("scale", &T::scale, above(0), "factor of the process on all but DRAM; 1 is 7 nm");
  const auto energy = [&schema](const char* key, double T::*member, const char* meaning) {
    schema.quantity(key, member, Unit::Picojoules, at_least(0), meaning);
  };
  energy("instruction_pj", &T::instruction_pj, "a warp instruction, without its operands");
  energy("fp32_fma_pj", &T::fp32_fma_pj, "a 32-bit multiply-add");
  energy("fp16_fma_pj", &T::fp16_fma_pj, "a 16-bit multiply-add");
  energy("fp64_fma_pj", &T::fp64_fma_pj, "a 64-bit multiply-add");
  energy("int_op_pj", &T::int_op_pj, "an integer operation");
  energy("sfu_op_pj", &T::sfu_op_pj, "a special function; for reference, no model reads it");
  energy("tensor_fp64_fma_pj", &T::tensor_fp64_fma_pj, "a tensor multiply-add of fp64");
  energy("tensor_tf32_fma_pj", &T::tensor_tf32_fma_pj, "the same of tf32");
  energy("tensor_fp16_fma_pj", &T::tensor_fp16_fma_pj, "the same of fp16 or bf16");
  energy("tensor_fp8_fma_pj", &T::tensor_fp8_fma_pj, "the same of fp8");
  energy("tensor_int8_fma_pj", &T::tensor_int8_fma_pj, "the same of 8-bit integers");
  energy("register_byte_pj", &T::register_byte_pj, "a byte of the register file");
  energy("shared_byte_pj", &T::shared_byte_pj, "a byte of shared memory");
  energy("l1_byte_pj", &T::l1_byte_pj, "a byte of L1");
  energy("l2_byte_pj", &T::l2_byte_pj, "a byte of L2 and its way to the SM");
  energy("dram_byte_pj", &T::dram_byte_pj, "a byte that DRAM moves");
  return schema;
}

Schema<DatasheetDescription> datasheet_schema() {
  using T = DatasheetDescription;
  const auto peak = at_least(0);
  return Schema<T>("peaks that the vendor states, dense; 0 where it states none")
      .real("fp32_tflops", &T::fp32_tflops, peak, "32-bit floating point")
      .real("fp64_tflops", &T::fp64_tflops, peak, "64-bit floating point")
      .real("fp64_tensor_tflops", &T::fp64_tensor_tflops, peak, "64-bit tensor")
      .real("tf32_tensor_tflops", &T::tf32_tensor_tflops, peak, "tf32 tensor")
      .real("fp16_tensor_tflops", &T::fp16_tensor_tflops, peak, "fp16 tensor, 32-bit sums")
      .real("fp16_acc16_tensor_tflops", &T::fp16_acc16_tensor_tflops, peak,
            "fp16 tensor, 16-bit sums")
      .real("fp8_tensor_tflops", &T::fp8_tensor_tflops, peak, "fp8 tensor, 32-bit sums")
      .real("int8_tensor_tops", &T::int8_tensor_tops, peak, "8-bit integer tensor")
      .quantity("gb_s", &T::gb_s, Unit::GigabytesPerSecond, peak, "memory bandwidth")
      .quantity("tensor_ghz", &T::tensor_ghz, Unit::Gigahertz, peak,
                "clock of the tensor peaks below 64 bits");
}

}  // namespace

const Schema<GpuDescription>& gpu_schema() {
  using T = GpuDescription;
  static const auto schema =
      Schema<T>("a GPU of streaming multiprocessors")
          .integer("machine", &T::machine, {1, 1}, "version of the form of machine documents")
          .required()
          .choice("kind", &T::kind, kind_words(), "kind of machine")
          .required()
          .text("name", &T::name, "what reports call the machine")
          .required()
          .texts("devices", &T::devices, "names under which device queries report it")
          .text("compute_capability", &T::compute_capability,
                "what occupancy follows from, such as \"9.0\"")
          .required()
          .integer("sms", &T::sms, {1, 4096}, "streaming multiprocessors")
          .required()
          .section("clock", &T::clock, clock_schema())
          .section("sm", &T::sm, sm_schema())
          .section("l2", &T::l2, l2_schema())
          .section("dram", &T::dram, dram_schema())
          .section("launch", &T::launch, launch_schema())
          .section("power", &T::power, power_schema())
          .section("energy", &T::energy, gpu_energy_schema())
          .section("datasheet", &T::datasheet, datasheet_schema());
  return schema;
}

}  // namespace weft::machine
