// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/row_model.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "mapper/search/walk/row_floors.h"

namespace weft::mapper {

namespace {

/// Warp instructions that the walks of all mappings may record together: some seconds of a host.
constexpr double kMostRecorded = 1e9;

/// A mapping as the compiler and the walk see it.
struct KnownRows {
  std::string refusal;
  RowFloors floors;
};

/// Compiles mappings, and walks them, each once.
class RowReader {
 public:
  RowReader(const Mapspace& space, const machine::GpuDescription& gpu, RowCompiler compiler)
      : space_(space), gpu_(gpu), compiler_(std::move(compiler)) {}

  const KnownRows& at(const Point& point) {
    const auto found = known_.find(point);
    if (found != known_.end()) return found->second;
    return known_.emplace(point, read(point, walks_)).first->second;
  }

  /// Walks the first mapping that compiles; from then on at() walks too, if all may. Where the
  /// first ones are all refused, none is walked.
  bool begin() {
    constexpr int kMostTries = 200;
    Point point = space_.first();
    for (int tries = 0; tries < kMostTries; ++tries) {
      const KnownRows first = read(point, true);
      if (first.refusal.empty()) {
        walks_ = space_.size() * first.floors.instructions <= kMostRecorded;
        return walks_;
      }
      if (!space_.advance(point)) break;
    }
    return false;
  }

 private:
  KnownRows read(const Point& point, bool walks) const {
    KnownRows known;
    base::Diagnostics defects;
    const auto program = compiler_(space_.fill(point), defects);
    if (!defects.empty()) {
      known.refusal = defects.messages().front();
    } else if (walks) {
      known.floors = row_floors(*program, gpu_);
    }
    return known;
  }

  const Mapspace& space_;
  const machine::GpuDescription& gpu_;
  RowCompiler compiler_;
  bool walks_ = false;
  std::map<Point, KnownRows> known_;
};

void add_common_floors(CostModel& model, const machine::GpuDescription& gpu,
                       const RowWorkload& work) {
  const double start_s = gpu.launch.kernel_ns * 1e-9;
  const double hertz = gpu.clock.max_ghz * 1e9;
  const double lanes = work.fp64 ? gpu.sm.pipes.fp64_lanes : gpu.sm.pipes.fp32_lanes;
  const double math_s = work.products / (lanes * gpu.sms * hertz);
  const double dram_s = std::max(0.0, work.operand_bytes - static_cast<double>(gpu.l2.bytes)) /
                        (gpu.dram.peak_gb_s * 1e9);
  model.floors = {{"math", {{{}, [math_s](const Point&) { return math_s; }}}, start_s},
                  {"dram", {{{}, [dram_s](const Point&) { return dram_s; }}}, start_s}};
}

}  // namespace

CostModel row_model(const Mapspace& space, const machine::GpuDescription& gpu,
                    const RowWorkload& work, RowCompiler compiler) {
  static constexpr std::pair<const char*, double RowFloors::*> kResources[] = {
      {"math", &RowFloors::math},      {"issue", &RowFloors::issue},
      {"shared", &RowFloors::shared},  {"l2", &RowFloors::l2},
      {"dram", &RowFloors::dram},      {"atomics", &RowFloors::atomics},
      {"latency", &RowFloors::latency}};
  const auto reader = std::make_shared<RowReader>(space, gpu, std::move(compiler));
  const std::vector<size_t> all = space.decisions_where([](const std::string&) { return true; });
  CostModel model;
  model.constraints = {
      {"words", all, [reader](const Point& point) { return reader->at(point).refusal; }}};
  if (!reader->begin()) {
    add_common_floors(model, gpu, work);
    return model;
  }
  for (const auto& [name, resource] : kResources) {
    const auto seconds = [reader, part = resource](const Point& point) {
      return reader->at(point).floors.*part;
    };
    model.floors.push_back({name, {{all, seconds}}});
  }
  return model;
}

}  // namespace weft::mapper
