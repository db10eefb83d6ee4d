// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/fabric_model.h"

#include <map>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "mapper/compile/check_plan.h"
#include "mapper/compile/emit.h"
#include "mapper/lower_spgemm.h"
#include "mapper/search/fabric_floors.h"
#include "mapper/search/probe_counts.h"

namespace weft::mapper {

namespace {

/// A point read by the compiler: its plan with floors, or what is wrong with it.
struct ReadPoint {
  std::string unit;        // what the machine lacks; empty where it has everything
  std::string words;       // what the compiler does not know
  std::string scratchpad;  // what does not fit
  std::string program;     // the plan as a text
  FabricFloors floors;
};

std::string place_text(const TensorPlace& place) {
  return fmt::format("{}:{}", static_cast<int>(place.spread), place.interleave_bytes);
}

/// Everything of a plan that its program depends on.
std::string program_text(const SpgemmPlan& p) {
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}",
                     static_cast<int>(p.dataflow), static_cast<int>(p.accumulator), p.windows,
                     static_cast<int>(p.rows), p.grain, static_cast<int>(p.bits),
                     static_cast<int>(p.layout), p.slots, p.load_factor, p.tables, p.merge_ways,
                     p.sort, p.symbolic, p.dma_writeback, p.a.dma, p.a.buffers, p.b.dma,
                     p.b.buffers, p.cache_a, p.cache_b, p.rows_per_group, place_text(p.place_a),
                     place_text(p.place_b), place_text(p.place_z));
}

/// Reads points, each once.
class PointReader {
 public:
  PointReader(const Mapspace& space, const machine::FabricDescription& fabric,
              const SpgemmHistogram& histogram)
      : space_(space),
        fabric_(fabric),
        topology_(fabric),
        target_(fabric_target(fabric, space.kernel().bind.limits)),
        histogram_(histogram) {}

  const ReadPoint& at(const Point& point) {
    const auto found = known_.find(point);
    return found != known_.end() ? found->second : known_.emplace(point, read(point)).first->second;
  }

 private:
  ReadPoint read(const Point& point) {
    ReadPoint result;
    ir::Kernel kernel = space_.fill(point);
    base::Diagnostics defects;
    fill_by_bounds(kernel, target_, histogram_.operands.b.cols, defects);
    if (!defects.empty()) {
      result.scratchpad = defects.messages().front();
      return result;
    }
    const SpgemmPlan plan = lower_spgemm(kernel, target_, defects);
    if (!defects.empty()) {
      const std::string& defect = defects.messages().front();
      const bool lacks = defect.find("machine lacks") != std::string::npos;
      (lacks ? result.unit : result.words) = defect;
      return result;
    }
    try {
      check_plan(plan);
    } catch (const base::UserError& refusal) {
      result.words = refusal.messages().front();
      return result;
    }
    result.program = program_text(plan);
    result.scratchpad = misfit(plan);
    if (result.scratchpad.empty())
      result.floors =
          fabric_floors(plan, target_, fabric_, histogram_, traffic_of(plan), probes_of(plan));
    return result;
  }

  /// The traffic of a plan's places, counted once for all plans that ask in the same way.
  const PlacedTraffic* traffic_of(const SpgemmPlan& p) {
    const std::string key = fmt::format(
        "{} {} {} {} {} {} {} {} {} {}", static_cast<int>(p.dataflow),
        static_cast<int>(p.accumulator), p.windows, p.slots, p.load_factor, !p.cache_a || p.a.dma,
        !p.cache_b || p.b.dma, place_text(p.place_a), place_text(p.place_b), place_text(p.place_z));
    const auto [found, fresh] = traffic_.try_emplace(key);
    if (fresh) found->second = placed_traffic(p, target_, fabric_, topology_, histogram_.operands);
    return found->second ? &*found->second : nullptr;
  }

  /// The probes of a plan's windows, counted once for all plans that ask in the same way.
  const std::vector<double>* probes_of(const SpgemmPlan& p) {
    if (!p.windows) return nullptr;
    const auto [found, fresh] = probes_.try_emplace({p.bits, p.load_factor});
    if (fresh) found->second = probes_behind_first(histogram_.operands, p.bits, p.load_factor);
    return &found->second;
  }

  /// What tables and buffers take too much of a core's scratchpad; empty where they fit. The
  /// compiler, which lays out a few bytes more, has the last word.
  std::string misfit(const SpgemmPlan& plan) const {
    if (plan.dataflow != Dataflow::RowWise || plan.accumulator != program::AccumulatorKind::Hash)
      return {};
    const uint64_t buffers = (plan.a.dma ? plan.a.buffers : 0) + (plan.b.dma ? plan.b.buffers : 0);
    const uint64_t beside = plan.windows ? window_overhead_bytes(target_, buffers)
                                         : private_overhead_bytes(target_, buffers);
    const uint64_t tables = plan.windows ? plan.tables : target_.threads_per_core;
    const uint64_t needed = beside + tables * plan.slots * program::slot_bytes(plan.layout);
    if (needed <= target_.scratchpad_bytes) return {};
    return fmt::format(
        "tables and buffers take {} B, {} B more than the scratchpad of a core has; use fewer "
        "slots, or slots: any",
        needed, needed - target_.scratchpad_bytes);
  }

  const Mapspace& space_;
  const machine::FabricDescription& fabric_;
  machine::Topology topology_;
  FabricTarget target_;
  const SpgemmHistogram& histogram_;
  std::map<std::string, std::optional<PlacedTraffic>> traffic_;
  std::map<std::pair<program::HashBits, double>, std::vector<double>> probes_;
  std::map<Point, ReadPoint> known_;
};

/// Words that change what a program does but not what it needs at least.
bool moves_floors(const std::string& path) {
  return !path.ends_with(".probe") && !path.ends_with(".at");
}

}  // namespace

CostModel fabric_model(const Mapspace& space, const machine::FabricDescription& fabric,
                       const SpgemmHistogram& histogram) {
  const auto reader = std::make_shared<PointReader>(space, fabric, histogram);
  const std::vector<size_t> decisions = space.decisions_where(moves_floors);
  CostModel model;
  model.constraints = {
      {"unit", decisions, [reader](const Point& point) { return reader->at(point).unit; }},
      {"words", decisions, [reader](const Point& point) { return reader->at(point).words; }},
      {"scratchpad", decisions,
       [reader](const Point& point) { return reader->at(point).scratchpad; }}};
  static constexpr std::pair<const char*, double FabricFloors::*> kResources[] = {
      {"issue", &FabricFloors::issue},     {"compulsory", &FabricFloors::compulsory},
      {"dram", &FabricFloors::dram},       {"path", &FabricFloors::path},
      {"latency", &FabricFloors::latency}, {"atomics", &FabricFloors::atomics},
      {"dma", &FabricFloors::dma},         {"network", &FabricFloors::network}};
  for (const auto& [name, resource] : kResources) {
    model.floors.push_back({name, {{decisions, [reader, part = resource](const Point& point) {
                                      return reader->at(point).floors.*part;
                                    }}}});
  }
  model.program = [reader](const Point& point) { return reader->at(point).program; };
  return model;
}

}  // namespace weft::mapper
