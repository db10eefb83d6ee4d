// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sim/machine/gpu_schema.h"
#include "sim/machine/load_machine.h"
#include "tests/unit/machine/directories.h"

namespace weft::machine {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

const fs::path kMachines = WEFT_MACHINES;

MachineDescription load(const std::string& name) {
  base::Diagnostics diagnostics;
  MachineDescription machine = load_machine(name, {}, kDirectories, diagnostics);
  EXPECT_THAT(diagnostics.messages(), IsEmpty()) << name;
  return machine;
}

std::vector<MachineDescription> all_gpus() {
  std::vector<MachineDescription> gpus;
  for (const std::string& name : list_machines(kDirectories)) {
    MachineDescription machine = load(name);
    if (machine.kind() == Kind::Gpu) gpus.push_back(std::move(machine));
  }
  return gpus;
}

TEST(GpuPreset, ListedMachinesAreTheKnownCards) {
  std::vector<std::string> names;
  for (const MachineDescription& machine : all_gpus()) names.push_back(machine.id);
  EXPECT_THAT(names, testing::ElementsAre("a100-pcie-40gb", "a100-pcie-80gb", "a100-sxm-40gb",
                                          "a100-sxm-80gb", "a40", "gh200", "h100-pcie", "h100-sxm",
                                          "h200", "l4", "l40", "p100", "p4", "rtx3090", "rtx4070",
                                          "rtx4080s", "rtx4090", "t4", "v100"));
}

/// A peak that follows from lanes, SMs and a clock, and the vendor's figure for it.
struct Peak {
  const char* what;
  double fma_per_cycle;
  double clock_ghz;
  double stated_tflops;
};

std::vector<Peak> peaks_of(const GpuDescription& gpu) {
  const TensorRates& rates = gpu.sm.tensor.fma_per_cycle;
  const DatasheetDescription& stated = gpu.datasheet;
  const double boost = gpu.clock.boost_ghz;
  return {
      {"fp32", double(gpu.sm.pipes.fp32_lanes), boost, stated.fp32_tflops},
      {"fp64", double(gpu.sm.pipes.fp64_lanes), boost, stated.fp64_tflops},
      {"fp64 tensor", rates.fp64, boost, stated.fp64_tensor_tflops},
      {"tf32", rates.tf32, stated.tensor_ghz, stated.tf32_tensor_tflops},
      {"fp16", rates.fp16, stated.tensor_ghz, stated.fp16_tensor_tflops},
      {"bf16", rates.bf16, stated.tensor_ghz, rates.bf16 > 0 ? stated.fp16_tensor_tflops : 0},
      {"fp16, 16-bit sums", rates.fp16_acc16, stated.tensor_ghz, stated.fp16_acc16_tensor_tflops},
      {"fp8", rates.fp8, stated.tensor_ghz, stated.fp8_tensor_tflops},
      {"int8", rates.int8, stated.tensor_ghz, stated.int8_tensor_tops}};
}

TEST(GpuPreset, PeaksAreThoseOfTheDataSheet) {
  for (const MachineDescription& machine : all_gpus()) {
    const GpuDescription& gpu = machine.gpu();
    EXPECT_GT(gpu.datasheet.fp32_tflops, 0) << machine.id;
    for (const Peak& peak : peaks_of(gpu)) {
      if (peak.stated_tflops == 0) continue;  // cards state no peak for what is there in name only
      EXPECT_NEAR(gpu.peak_tflops(peak.fma_per_cycle, peak.clock_ghz), peak.stated_tflops,
                  0.03 * peak.stated_tflops)
          << machine.id << ": " << peak.what;
    }
  }
}

TEST(GpuPreset, TensorCoresHaveAStatedPeak) {
  for (const MachineDescription& machine : all_gpus()) {
    const GpuDescription& gpu = machine.gpu();
    EXPECT_EQ(gpu.sm.tensor.fma_per_cycle.fp16 > 0, gpu.datasheet.fp16_tensor_tflops > 0)
        << machine.id;
    EXPECT_EQ(gpu.sm.tensor.fma_per_cycle.fp8 > 0, gpu.datasheet.fp8_tensor_tflops > 0)
        << machine.id;
  }
}

TEST(GpuPreset, BandwidthIsThatOfTheDataSheet) {
  for (const MachineDescription& machine : all_gpus()) {
    const GpuDescription& gpu = machine.gpu();
    EXPECT_NEAR(gpu.dram.peak_gb_s, gpu.datasheet.gb_s, 0.02 * gpu.datasheet.gb_s) << machine.id;
  }
}

/// By Little's law: bytes in flight = bandwidth x latency. A card that could not keep its memory
/// busy would contradict the efficiency that was measured on it.
TEST(GpuPreset, OutstandingSectorsCanFillTheMemory) {
  for (const MachineDescription& machine : all_gpus()) {
    const GpuDescription& gpu = machine.gpu();
    const double needed_bytes = gpu.dram.peak_gb_s * gpu.dram.latency_ns;
    const double possible_bytes = static_cast<double>(gpu.sm.l1.outstanding_sectors) *
                                  static_cast<double>(gpu.sm.l1.sector_bytes) * gpu.sms;
    EXPECT_GT(possible_bytes, needed_bytes) << machine.id;
  }
}

TEST(GpuPreset, VoltageRisesFromTheKneeToTheHighestClock) {
  for (const MachineDescription& machine : all_gpus()) {
    const GpuDescription& gpu = machine.gpu();
    EXPECT_DOUBLE_EQ(gpu.volts_at(gpu.clock.min_ghz), gpu.power.min_v) << machine.id;
    EXPECT_DOUBLE_EQ(gpu.volts_at(gpu.power.knee_ghz), gpu.power.min_v) << machine.id;
    EXPECT_NEAR(gpu.volts_at(gpu.clock.max_ghz), gpu.power.max_v, 1e-12) << machine.id;
    const double middle_ghz = (gpu.power.knee_ghz + gpu.clock.max_ghz) / 2;
    EXPECT_NEAR(gpu.volts_at(middle_ghz), (gpu.power.min_v + gpu.power.max_v) / 2, 1e-12);
  }
}

/// Cards of one family that say so have their voltage on one line.
TEST(GpuPreset, FamiliesHaveOneVoltageLine) {
  const MachineDescription fast = load("rtx4090");
  for (const char* name : {"l4", "l40", "rtx4070", "rtx4080s"}) {
    const MachineDescription machine = load(name);
    EXPECT_NEAR(machine.gpu().power.max_v, fast.gpu().volts_at(machine.gpu().clock.max_ghz), 0.005)
        << name;
  }
  const double h100_ghz = load("h100-pcie").gpu().clock.max_ghz;
  EXPECT_NEAR(load("h100-pcie").gpu().power.max_v, load("h200").gpu().volts_at(h100_ghz), 0.005);
}

TEST(GpuPreset, DefaultsAreTheA100) {
  const MachineDescription machine = load("a100-sxm-80gb");
  GpuDescription defaults;
  defaults.name = machine.name();
  defaults.devices = machine.gpu().devices;
  EXPECT_EQ(write_machine(machine).dump(1), write_machine({"defaults", defaults}).dump(1));
}

/// Whether `node` has the parameter at a path such as "sm.pipes.fp32_lanes".
bool says(const base::YamlNode& node, const std::string& path) {
  const size_t dot = path.find('.');
  const base::YamlNode* inner = node.find(path.substr(0, dot));
  if (inner == nullptr || dot == std::string::npos) return inner != nullptr;
  return says(*inner, path.substr(dot + 1));
}

/// A parameter that no document of a card says would silently be that of the A100.
TEST(GpuPreset, EveryParameterIsWritten) {
  for (const MachineDescription& machine : all_gpus()) {
    base::Diagnostics diagnostics;
    const base::YamlNode document =
        base::read_yaml_file(kMachines / (machine.id + ".yaml"), diagnostics);
    for (const base::ParameterRow& row : gpu_schema().parameter_rows()) {
      EXPECT_TRUE(says(document, row.path)) << machine.id << ": " << row.path;
    }
  }
}

bool says_its_source(const std::string& line) {
  for (const char* source : {" # data sheet", " # measured: ", " # published",
                             " # derived: ", " # assumed", " # fitted: "}) {
    if (line.find(source) != std::string::npos) return true;
  }
  return false;
}

TEST(GpuPreset, EveryValueSaysItsSource) {
  int values = 0;
  for (const auto& entry : fs::recursive_directory_iterator(kMachines)) {
    const std::string stem = entry.path().stem().string();
    if (entry.path().extension() != ".yaml" || stem.starts_with("piuma")) continue;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      const bool is_value = !line.starts_with('#') && line.find(": ") != std::string::npos;
      const bool is_header = line.starts_with("machine:") || line.starts_with("kind:") ||
                             line.starts_with("name:") || line.starts_with("extends:");
      if (!is_value || is_header) continue;
      EXPECT_TRUE(says_its_source(line)) << stem << ": " << line;
      ++values;
    }
  }
  EXPECT_GT(values, 500);
}

}  // namespace
}  // namespace weft::machine
