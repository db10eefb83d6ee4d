// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/nest_model.h"

#include <algorithm>
#include <map>
#include <utility>

#include "mapper/nest/compile_nest.h"
#include "mapper/nest/fill_nest.h"
#include "mapper/search/sample.h"
#include "mapper/search/walk/nest_floors.h"

namespace weft::mapper {

namespace {

/// Spaces of no more mappings have each compiled before the search; of larger ones so many.
constexpr int kMostCompiled = 4096;
/// Points that the walks of all mappings may visit together: some seconds of a host.
constexpr double kMostWalked = 4e8;

/// Walks keep what every core asks of every memory: a bound on their memory.
constexpr int kMostWalkedCores = 512;

/// A mapping as the compiler and the walk see it.
struct KnownNest {
  std::string words;       // why the compiler refuses it; empty where it does not
  std::string scratchpad;  // what does not fit
  double excess_bytes = 0;
  double estimate_s = 0;
  NestFloors floors;
};

/// Compiles mappings, and walks them, each once.
class NestReader {
 public:
  NestReader(const Mapspace& space, const machine::FabricDescription& fabric, NestTensors& tensors)
      : space_(space),
        fabric_(fabric),
        target_(nest_target(fabric, space.kernel().bind.limits)),
        tensors_(tensors) {}

  const KnownNest& at(const Point& point) {
    const auto found = known_.find(point);
    if (found != known_.end()) return found->second;
    return known_.emplace(point, read(point)).first->second;
  }

  /// From now on at() also walks.
  void walk() { walks_ = true; }

  /// The work of a mapping that compiles.
  std::optional<NestWork> work_of(const Point& point) {
    base::Diagnostics defects;
    const ir::Kernel kernel = filled(point, defects);
    if (!defects.empty()) return std::nullopt;
    const CompiledNest compiled(kernel, target_, tensors_, defects);
    if (!defects.empty()) return std::nullopt;
    return walk_nest(compiled.program(), fabric_);
  }

  double compulsory_bytes() const { return static_cast<double>(tensors_.compulsory_bytes()); }

 private:
  /// The document of a point, with what follows from its decisions.
  ir::Kernel filled(const Point& point, base::Diagnostics& defects) {
    ir::Kernel kernel = space_.fill(point);
    fill_nest_holes(kernel, target_, tensors_, defects);
    return kernel;
  }

  KnownNest read(const Point& point) {
    KnownNest known;
    base::Diagnostics defects;
    const ir::Kernel kernel = filled(point, defects);
    if (!defects.empty()) {
      known.words = defects.messages().front();
      return known;
    }
    const CompiledNest compiled(kernel, target_, tensors_, defects, walks_);
    if (!defects.empty()) {
      const uint64_t asked = compiled.plan().scratchpad_bytes;
      const bool misfit = asked > target_.scratchpad_bytes;
      (misfit ? known.scratchpad : known.words) = defects.messages().front();
      if (misfit) known.excess_bytes = static_cast<double>(asked - target_.scratchpad_bytes);
      return known;
    }
    if (walks_) {
      const NestWork work = walk_nest(compiled.program(), fabric_);
      known.floors = nest_floors(work, fabric_, compulsory_bytes());
    } else {
      known.estimate_s = estimate_cycles(compiled.plan()) * 1e-9 / fabric_.clock_ghz;
    }
    return known;
  }

  const Mapspace& space_;
  const machine::FabricDescription& fabric_;
  NestTarget target_;
  NestTensors& tensors_;
  bool walks_ = false;
  std::map<Point, KnownNest> known_;
};

using Reader = std::shared_ptr<NestReader>;

std::vector<size_t> all_of(const Mapspace& space) {
  return space.decisions_where([](const std::string&) { return true; });
}

void add_constraints(CostModel& model, const Mapspace& space, const Reader& reader) {
  model.constraints = {
      {"words", all_of(space), [reader](const Point& point) { return reader->at(point).words; }},
      {"scratchpad", all_of(space),
       [reader](const Point& point) { return reader->at(point).scratchpad; },
       [reader](const Point& point) { return reader->at(point).excess_bytes; }}};
}

void add_walked_floors(CostModel& model, const Mapspace& space, const Reader& reader) {
  static constexpr std::pair<const char*, double NestFloors::*> kResources[] = {
      {"issue", &NestFloors::issue},     {"compulsory", &NestFloors::compulsory},
      {"dram", &NestFloors::dram},       {"latency", &NestFloors::latency},
      {"atomics", &NestFloors::atomics}, {"dma", &NestFloors::dma},
      {"network", &NestFloors::network}, {"path", &NestFloors::path}};
  for (const auto& [name, resource] : kResources) {
    const auto seconds = [reader, part = resource](const Point& point) {
      return reader->at(point).floors.*part;
    };
    model.floors.push_back({name, {{all_of(space), seconds}}});
  }
}

/// What every mapping does: the values of all points, and every byte once. A statement's value has
/// the same instructions in all of them.
void add_common_floors(CostModel& model, const NestWork& work,
                       const machine::FabricDescription& fabric, double compulsory_bytes) {
  NestWork least;
  least.slots = work.arithmetic_slots;
  const NestFloors floors = nest_floors(least, fabric, compulsory_bytes);
  model.floors = {{"issue", {{{}, [s = floors.issue](const Point&) { return s; }}}},
                  {"compulsory", {{{}, [s = floors.compulsory](const Point&) { return s; }}}}};
}

/// A mapping that compiles: the first of the space, or one of some that are drawn.
std::optional<NestWork> any_work(const Mapspace& space, const Reader& reader) {
  constexpr int kDraws = 200;
  base::Xoshiro256 random(1);
  Point point = space.first();
  for (int draw = 0; draw < kDraws; ++draw) {
    if (auto work = reader->work_of(point)) return work;
    for (size_t i = 0; i < point.size(); ++i)
      point[i] = static_cast<uint16_t>(random.below(space.decisions()[i].values.size()));
  }
  return std::nullopt;
}

/// Whether mappings may differ in the points that they visit.
bool points_are_chosen(const Mapspace& space) {
  return !space
              .decisions_where([](const std::string& path) {
                return path.find(".coiter.") != std::string::npos ||
                       path.find(".scan.") != std::string::npos || path.ends_with(".recompute");
              })
              .empty();
}

}  // namespace

CostModel nest_model(const Mapspace& space, const machine::FabricDescription& fabric,
                     NestTensors& tensors) {
  const auto reader = std::make_shared<NestReader>(space, fabric, tensors);
  CostModel model;
  const bool small = space.size() <= kMostCompiled;
  add_constraints(model, space, reader);
  if (!small) model.most_points = kMostCompiled;
  const bool fits = fabric.total_cores() <= kMostWalkedCores;
  const std::optional<NestWork> work = fits ? any_work(space, reader) : NestWork{};
  if (!work) return model;
  const double points = space.size() * std::max(1.0, work->arithmetic_slots);
  if (small && fits && points <= kMostWalked) {
    reader->walk();
    add_walked_floors(model, space, reader);
    return model;
  }
  NestWork common = *work;
  if (points_are_chosen(space)) common.arithmetic_slots = 0;
  add_common_floors(model, common, fabric, reader->compulsory_bytes());
  model.estimate = {
      {all_of(space), [reader](const Point& point) { return reader->at(point).estimate_s; }}};
  return model;
}

}  // namespace weft::mapper
