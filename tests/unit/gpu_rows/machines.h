// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "sim/gpu/row_machine.h"
#include "sim/machine/load_machine.h"

namespace weft::tests {

inline machine::GpuDescription gpu_preset(const std::string& name) {
  const std::vector<std::filesystem::path> folders = {std::filesystem::path(WEFT_SOURCE_DIR) /
                                                      "configs/machines"};
  base::Diagnostics diagnostics;
  machine::GpuDescription gpu = machine::load_machine(name, {}, folders, diagnostics).gpu();
  diagnostics.throw_if_any();
  return gpu;
}

/// A machine by its preset, "rtx4080s/SMS" with so many SMs, or one with half of the fp64 lanes.
/// SystemC elaborates before the first run, so the first call builds every machine that tests use.
inline sim::RowMachine& row_machine(const std::string& name) {
  static std::map<std::string, std::unique_ptr<sim::RowMachine>> machines = [] {
    std::map<std::string, std::unique_ptr<sim::RowMachine>> all;
    for (const char* preset : {"p100", "t4", "v100", "a100-sxm-80gb", "rtx4080s", "h200"}) {
      all[preset] = std::make_unique<sim::RowMachine>(gpu_preset(preset));
    }
    for (int sms : {10, 20, 40, 80}) {
      machine::GpuDescription gpu = gpu_preset("rtx4080s");
      gpu.sms = sms;
      all["rtx4080s/" + std::to_string(sms)] = std::make_unique<sim::RowMachine>(gpu);
    }
    machine::GpuDescription half = gpu_preset("rtx4080s");
    half.sm.pipes.fp64_lanes = 1;
    all["rtx4080s, half fp64"] = std::make_unique<sim::RowMachine>(half);
    return all;
  }();
  return *machines.at(name);
}

}  // namespace weft::tests
