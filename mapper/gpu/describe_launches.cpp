// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/describe_launches.h"

#include <array>

#include <fmt/format.h>

namespace weft::mapper {

namespace {

constexpr std::array<const char*, program::kWarpOps> kWarpOpNames = {
    "fma",      "fma64", "alu", "mma", "mma.sp",   "wgmma",
    "wgmma.sp", "lds",   "sts", "ldg", "cp.async", "barrier"};

constexpr std::array<const char*, program::kMathTypes> kMathNames = {
    "fp32", "fp64", "tf32", "fp16", "fp16, fp16 sums", "bf16", "fp8", "int8"};

std::string operand_text(const std::string& name, bool on_chip, bool sparse) {
  return fmt::format("{} {}{}", name, on_chip ? "on the SM" : "from memory", sparse ? ", 2:4" : "");
}

std::string tile_text(const StatementPlan& plan) {
  const TileChoice& tile = plan.tile;
  const ContractionShape& shape = plan.shape;
  std::string text = fmt::format("{} x {} x {} of {} x {} x {}", tile.m, tile.n,
                                 tile.k * tile.slices, shape.m, shape.n, shape.k);
  if (shape.batch > 1) text += fmt::format(", {} times", shape.batch);
  if (tile.split_k > 1) text += fmt::format(", k divided by {} CTAs", tile.split_k);
  return text;
}

std::string unit_text(const StatementPlan& plan) {
  const TileChoice& tile = plan.tile;
  const char* unit = !plan.shape.tensor_cores ? "ordinary pipes"
                     : tile.wgmma             ? "wgmma"
                                              : "mma.sync";
  std::string text =
      fmt::format("{} in {}", unit, kMathNames[static_cast<size_t>(plan.shape.math)]);
  if (tile.warp_m > 0) text += fmt::format(", {} x {} for each warp", tile.warp_m, tile.warp_n);
  if (tile.slices > 1) text += fmt::format(", {} groups of warps divide k", tile.slices);
  return text;
}

std::string traffic_text(const program::TileTraffic& traffic) {
  return fmt::format("{} {:.0f} bytes", traffic.tensor,
                     traffic.bytes_per_row * static_cast<double>(traffic.tile_rows));
}

std::string list_of(const std::vector<program::TileTraffic>& blocks) {
  std::string text;
  for (const program::TileTraffic& block : blocks)
    text += (text.empty() ? "" : ", ") + traffic_text(block);
  return text.empty() ? "nothing" : text;
}

std::string segment_text(const program::GridProgram& program, const program::Segment& segment) {
  std::string text = fmt::format("  loop of {} iterations: {}\n", segment.iterations,
                                 program.sources.at(segment.source).statement);
  for (const program::WarpStep& step : segment.body.steps) {
    text += fmt::format("    {:>5} {:<9}", step.count, kWarpOpNames[static_cast<size_t>(step.op)]);
    if (step.fma > 0) text += fmt::format(" {:.0f} multiply-adds each", step.fma);
    if (step.bytes > 0) text += fmt::format(" {:.0f} bytes each", step.bytes);
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  text += fmt::format("    loads     {}\n", list_of(segment.loads));
  if (!segment.stores.empty())
    text += fmt::format("    at its end stores {}\n", list_of(segment.stores));
  return text;
}

}  // namespace

std::string describe_tiles(const GpuMapping& mapping) {
  std::string text;
  for (const LaunchGroup& group : mapping.groups) {
    text += fmt::format("launch of {} CTAs\n", group.grid.ctas());
    for (const StatementPlan& plan : group.statements) {
      const ContractionShape& shape = plan.shape;
      text += fmt::format(
          "  {}: {}\n    tile      {}\n    units     {}, {} threads\n    blocks    {} in flight{}\n"
          "    operands  {}; {}\n    result    {} {}\n",
          plan.form.statement->name, plan.form.statement->text(), tile_text(plan), unit_text(plan),
          plan.tile.threads, plan.tile.stages, plan.tma ? ", by the copy engine" : "",
          operand_text(shape.a_name, shape.a_on_chip, shape.sparse_a),
          operand_text(shape.b_name, shape.b_on_chip, shape.pruned_b), shape.c_name,
          shape.c_on_chip ? "stays on the SM" : "to memory");
    }
  }
  return text;
}

std::string describe_launches(const program::GridProgram& program) {
  std::string text;
  for (const program::Launch& launch : program.launches) {
    const program::Grid& grid = launch.grid;
    text += fmt::format(
        "launch {}: {} x {} tiles, {} times, k in {}: {} CTAs of {} threads, {} registers, {} "
        "bytes "
        "of shared memory, {} stages\n",
        launch.name, grid.m_tiles, grid.n_tiles, grid.batch, grid.split_k, grid.ctas(),
        launch.threads, launch.registers, launch.shared_bytes, launch.stages);
    for (const program::Segment& segment : launch.segments) text += segment_text(program, segment);
  }
  return text;
}

}  // namespace weft::mapper
