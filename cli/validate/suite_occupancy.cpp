// SPDX-License-Identifier: Apache-2.0
#include "cli/validate/suites.h"
#include "sim/machine/occupancy.h"

namespace weft::cli::validate {

namespace {

constexpr int64_t kMostCount = int64_t{1} << 30;

/// Launches with the blocks and warps that NVIDIA's occupancy calculator answers. Counts are right
/// or wrong: the error of a row is 0 or 100 %.
class OccupancySuite : public Suite {
 public:
  std::vector<std::string> columns() const override {
    return {"cc",
            "threads_per_block",
            "regs_per_thread",
            "dynamic_smem_bytes",
            "active_blocks_per_sm",
            "active_warps_per_sm"};
  }
  std::string group_column() const override { return "cc"; }
  std::string quantity() const override { return "active_blocks_per_sm"; }
  bool simulates_gpus() const override { return false; }

  Job read(const base::CsvRow& row) override {
    std::vector<std::pair<std::string, const machine::SmLimits*>> known;
    for (const machine::SmLimits& sm : machine::all_sm_limits())
      known.emplace_back(sm.cc.str(), &sm);
    const machine::SmLimits* sm = row.choice("cc", known);
    const auto count = [&](const char* column, int64_t least) {
      return row.integer(column, least, kMostCount);
    };
    machine::LaunchShape shape;
    shape.threads_per_block = static_cast<int>(count("threads_per_block", 1));
    shape.registers_per_thread = static_cast<int>(count("regs_per_thread", 0));
    shape.dynamic_shared_bytes = count("dynamic_smem_bytes", 0);
    const auto blocks = count("active_blocks_per_sm", 0);
    const auto warps = count("active_warps_per_sm", 0);
    return [=] { return compare(machine::occupancy(*sm, shape), blocks, warps); };
  }

 private:
  static Prediction compare(const machine::Occupancy& predicted, int64_t blocks, int64_t warps) {
    const bool agree = predicted.blocks_per_sm == blocks && predicted.warps_per_sm == warps;
    return {.main = Comparison{static_cast<double>(blocks),
                               static_cast<double>(predicted.blocks_per_sm)},
            .error_percent = agree                              ? 0
                             : predicted.blocks_per_sm < blocks ? -100
                                                                : 100,
            .beside = {}};
  }
};

}  // namespace

std::unique_ptr<Suite> make_occupancy_suite(const SuiteContext&) {
  return std::make_unique<OccupancySuite>();
}

}  // namespace weft::cli::validate
