// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sim/machine/device_names.h"
#include "sim/machine/load_machine.h"
#include "tests/unit/machine/directories.h"

namespace weft::machine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

MachineDescription load(const std::string& name, const std::vector<std::string>& settings,
                        base::Diagnostics& diagnostics) {
  return load_machine(name, settings, kDirectories, diagnostics);
}

std::vector<std::string> messages_of(const std::string& name,
                                     const std::vector<std::string>& settings) {
  base::Diagnostics diagnostics;
  load(name, settings, diagnostics);
  return diagnostics.messages();
}

TEST(LoadGpu, SettingsReachEveryValue) {
  base::Diagnostics diagnostics;
  const MachineDescription machine = load(
      "h200",
      {"sms=66", "clock.max_ghz=2100MHz", "sm.tensor.fma_per_cycle.fp16=1024", "sm.copy.tma=false",
       "dram.standard=hbm3", "dram.latency_ns=0.5us", "energy.fp32_fma_pj=3pJ"},
      diagnostics);
  EXPECT_THAT(diagnostics.messages(), IsEmpty());
  const GpuDescription& gpu = machine.gpu();
  EXPECT_EQ(gpu.sms, 66);
  EXPECT_DOUBLE_EQ(gpu.clock.max_ghz, 2.1);
  EXPECT_EQ(gpu.sm.tensor.fma_per_cycle.fp16, 1024);
  EXPECT_EQ(gpu.sm.tensor.fma_per_cycle.tf32, 1024) << "neighbours keep their values";
  EXPECT_FALSE(gpu.sm.copy.tma);
  EXPECT_EQ(gpu.dram.standard, DramStandard::Hbm3);
  EXPECT_EQ(gpu.dram.latency_ns, 500);
  EXPECT_EQ(gpu.energy.fp32_fma_pj, 3);
  EXPECT_EQ(machine.clock_ghz(), gpu.clock.boost_ghz);
}

TEST(LoadGpu, WrongSettingsAreNamedWithWhatWasMeant) {
  EXPECT_THAT(messages_of("t4", {"sm.pipes.fp32_lane=64"}),
              ElementsAre("--set sm.pipes.fp32_lane=64: sm.pipes.fp32_lane: unknown key "
                          "'fp32_lane'; did you mean 'fp32_lanes'?"));
  EXPECT_THAT(messages_of("t4", {"dram.standard=gddr7"}),
              ElementsAre(HasSubstr("expected one of gddr5, gddr6, gddr6x, hbm2, hbm2e, hbm3, "
                                    "hbm3e, found 'gddr7'")));
}

TEST(LoadGpu, ValuesMustFitTogether) {
  EXPECT_THAT(
      messages_of("a100-sxm-80gb",
                  {"clock.boost_ghz=1.5", "sm.pipes.fp32_lanes=62", "sm.shared.max_bytes=192KiB",
                   "sm.l1.line_bytes=96", "l2.slices=81", "l2.far_latency_cycles=100",
                   "dram.peak_gb_s=2100", "dram.channels=39", "power.static_w=400"}),
      ElementsAre(
          HasSubstr("clock: expected min_ghz <= base_ghz <= boost_ghz <= max_ghz, found 0.21, "
                    "1.275, 1.5, "
                    "1.41"),
          HasSubstr("sm.pipes.fp32_lanes: expected a multiple of 4 sub-cores, found 62"),
          HasSubstr("sm.shared.max_bytes: expected less than sm.l1.bytes (192KiB), of which it is "
                    "a part, found 192KiB"),
          HasSubstr("sm.l1.line_bytes: expected a power of two, found 96"),
          HasSubstr("l2.slices: expected a multiple of 2 partitions, found 81"),
          HasSubstr("l2.bytes: expected a multiple of 10368B (81 slices of lines of 128B), found "
                    "40MiB"),
          HasSubstr("l2.far_latency_cycles: expected at least near_latency_cycles (206), found "
                    "100"),
          HasSubstr("dram.channels: expected a divisor of 5120 (dram.bus_bits), found 39"),
          HasSubstr("dram.peak_gb_s: expected 2039 GB/s within 2 % (5120 pins of 3.186 Gbit/s), "
                    "found 2100"),
          HasSubstr("power.static_w: expected less than limit_w (400 W), found 400")));
}

TEST(LoadGpu, UnitsNeedTheirComputeCapability) {
  EXPECT_THAT(
      messages_of("a100-sxm-80gb", {"sm.copy.tma=true", "sm.tensor.wgmma=true"}),
      ElementsAre(HasSubstr("sm.tensor.wgmma: expected compute capability 9.0 or later, found 8.0"),
                  HasSubstr("sm.copy.tma: expected compute capability 9.0 or later, found 8.0")));
  EXPECT_THAT(messages_of("v100", {"sm.tensor.sparse_factor=2", "sm.copy.async_copy=true"}),
              ElementsAre(HasSubstr("sm.tensor.sparse_factor: expected compute capability 8.0"),
                          HasSubstr("sm.copy.async_copy: expected compute capability 8.0")));
  EXPECT_THAT(messages_of("t4", {"sm.tensor.generation=none"}),
              ElementsAre(HasSubstr("sm.tensor.fma_per_cycle: expected rates of 0 for generation "
                                    "none, found a largest rate of 1024")));
  for (const char* text : {"nine", "9", "9.x", "9.0a", ".5"}) {
    EXPECT_THAT(messages_of("h200", {std::string("compute_capability=") + text}),
                ElementsAre(HasSubstr(std::string("expected a version such as \"9.0\", found '") +
                                      text + "'")));
  }
}

TEST(LoadGpu, OneKindIsNotTakenForAnother) {
  base::Diagnostics diagnostics;
  const MachineDescription gpu = load("h200", {}, diagnostics);
  const MachineDescription fabric = load("piuma-die", {}, diagnostics);
  try {
    gpu.fabric();
    FAIL() << "a GPU is no fabric";
  } catch (const base::UserError& error) {
    EXPECT_STREQ(error.what(), "machine 'h200': expected kind: fabric, found kind: gpu");
  }
  EXPECT_THROW(fabric.gpu(), base::UserError);
}

TEST(DeviceNames, DevicesNameTheirMachine) {
  const std::vector<std::pair<std::string, std::string>> known = {
      {"Tesla P100-PCIE-16GB", "p100"},
      {"Tesla P4", "p4"},
      {"Tesla V100-PCIE-32GB", "v100"},
      {"Tesla T4", "t4"},
      {"NVIDIA A100-PCIE-40GB", "a100-pcie-40gb"},
      {"NVIDIA A100 80GB PCIe", "a100-pcie-80gb"},
      {"NVIDIA A100-SXM4-40GB", "a100-sxm-40gb"},
      {"NVIDIA A100-SXM4-80GB", "a100-sxm-80gb"},
      {"NVIDIA A40", "a40"},
      {"NVIDIA RTX 3090", "rtx3090"},
      {"NVIDIA GeForce RTX 3090", "rtx3090"},
      {"NVIDIA RTX 4070", "rtx4070"},
      {"NVIDIA RTX 4080 SUPER", "rtx4080s"},
      {"NVIDIA RTX 4090", "rtx4090"},
      {"NVIDIA L4", "l4"},
      {"NVIDIA L40", "l40"},
      {"NVIDIA H100 PCIe", "h100-pcie"},
      {"NVIDIA H100 80GB HBM3", "h100-sxm"},
      {"NVIDIA H200", "h200"},
      {"NVIDIA GH200 480GB", "gh200"}};
  for (const auto& [device, machine] : known) {
    base::Diagnostics diagnostics;
    EXPECT_EQ(find_machine_by_device(device, kDirectories, diagnostics), machine);
    EXPECT_THAT(diagnostics.messages(), IsEmpty());
  }
}

TEST(DeviceNames, NoDeviceIsNamedTwice) {
  std::vector<std::string> devices;
  for (const std::string& name : list_machines(kDirectories)) {
    base::Diagnostics diagnostics;
    const MachineDescription machine = load(name, {}, diagnostics);
    if (machine.kind() != Kind::Gpu) continue;
    EXPECT_THAT(machine.gpu().devices, testing::Not(IsEmpty())) << name;
    devices.insert(devices.end(), machine.gpu().devices.begin(), machine.gpu().devices.end());
  }
  std::sort(devices.begin(), devices.end());
  EXPECT_EQ(std::adjacent_find(devices.begin(), devices.end()), devices.end());
}

TEST(DeviceNames, UnknownDevicesListTheKnownOnes) {
  base::Diagnostics diagnostics;
  EXPECT_EQ(find_machine_by_device("NVIDIA H20", kDirectories, diagnostics), "");
  ASSERT_EQ(diagnostics.messages().size(), 1U);
  EXPECT_THAT(diagnostics.messages()[0],
              HasSubstr("device 'NVIDIA H20': expected one of NVIDIA A100-PCIE-40GB, "));
  EXPECT_THAT(diagnostics.messages()[0], HasSubstr("; did you mean 'NVIDIA H200'?"));
}

}  // namespace
}  // namespace weft::machine
