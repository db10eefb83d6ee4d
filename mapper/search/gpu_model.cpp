// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/gpu_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "kernels/dense/operands.h"
#include "kernels/ir/loops.h"
#include "mapper/gpu/choose_tile.h"
#include "mapper/gpu/loop_work.h"
#include "mapper/gpu/lower_contraction.h"
#include "mapper/gpu/read_shape.h"
#include "mapper/gpu/shared_fit.h"
#include "mapper/gpu/tile_body.h"
#include "mapper/gpu/warp.h"
#include "mapper/roles.h"
#include "mapper/search/statement_tiles.h"

namespace weft::mapper {

namespace {

constexpr double kSecondsPerNs = 1e-9;

using Tiles = std::shared_ptr<StatementTiles>;

/// A launch that the compiler made of a point, or its complaint.
struct Compiled {
  std::string defect;
  double estimate_s = kNever;
  double loops_s = 0;  // floor
};

/// Compiles whole points, each once.
class PointCompiler {
 public:
  PointCompiler(const Mapspace& space, const machine::GpuDescription& gpu, LaunchJudge* judge)
      : space_(space), gpu_(gpu), judge_(judge) {}

  const Compiled& at(const Point& point) {
    const auto found = known_.find(point);
    return found != known_.end() ? found->second
                                 : known_.emplace(point, compile(point)).first->second;
  }

 private:
  Compiled compile(const Point& point) const {
    ir::Kernel kernel = space_.fill(point);
    base::Diagnostics defects;
    program::GridProgram program;
    const GpuMapping mapping = lower_contractions(kernel, gpu_, defects);
    if (defects.empty()) program = compile_mapping(mapping, defects);
    if (!defects.empty()) return {defects.messages().front()};
    Compiled compiled{{}, 0};
    for (const program::Launch& launch : program.launches) {
      const int resident = judge_ == nullptr ? 0 : occupancy_of(launch, gpu_).blocks_per_sm;
      compiled.estimate_s += gpu_.launch.kernel_ns * kSecondsPerNs;
      compiled.estimate_s +=
          resident > 0 ? judge_->expected_s(launch, resident) : estimate_launch_s(launch, gpu_);
      if (resident > 0) compiled.loops_s += loops_s(launch, resident);
    }
    return compiled;
  }

  double loops_s(const program::Launch& launch, int resident) const {
    std::vector<LoopCycles> loops;
    for (size_t i = 0; i < launch.segments.size(); ++i)
      loops.push_back(judge_->loop(launch, i, resident));
    return loops_floor_s(launch, loops, resident, gpu_);
  }

  const Mapspace& space_;
  const machine::GpuDescription& gpu_;
  LaunchJudge* judge_;
  std::map<Point, Compiled> known_;
};

class ModelBuilder {
 public:
  ModelBuilder(const Mapspace& space, const machine::GpuDescription& gpu, LaunchJudge* judge,
               base::Diagnostics& diagnostics)
      : space_(space), gpu_(gpu), judge_(judge), diagnostics_(diagnostics) {}

  CostModel build() {
    for (const ir::Statement& statement : space_.kernel().statements) read(statement);
    if (!diagnostics_.empty()) return {};
    for (const Tiles& tiles : statements_) constrain(tiles);
    const bool alone = statements_.size() == 1 && space_.kernel().schedule.fuse_at.empty();
    if (alone) {
      fit_alone(statements_.front());
    } else {
      fit_together();
    }
    add_floors(alone);
    return std::move(model_);
  }

 private:
  void read(const ir::Statement& statement) {
    const auto form = contraction_form(space_.kernel(), statement, diagnostics_);
    if (!form) return;
    const ir::StatementSchedule schedule = ir::effective_schedule(space_.kernel(), statement);
    if (tensorize_of(schedule, statement, diagnostics_) == nullptr) return;
    statements_.push_back(std::make_shared<StatementTiles>(
        space_, TileChoices(space_, *form, diagnostics_), gpu_, judge_));
  }

  static void add_decision(std::vector<size_t>& decisions, const WordValue& value) {
    if (value.decision()) decisions.push_back(*value.decision());
  }
  static std::vector<size_t> ascending(std::vector<size_t> decisions) {
    std::ranges::sort(decisions);
    decisions.erase(std::unique(decisions.begin(), decisions.end()), decisions.end());
    return decisions;
  }

  void constrain(const Tiles& tiles) {
    const TileChoices& choices = tiles->choices();
    const std::string& name = choices.form().statement->name;
    std::vector<size_t> unit, via, buffers;
    add_decision(unit, choices.unit());
    model_.constraints.push_back(
        {"unit", unit, [tiles](const Point& point) { return tiles->unit_missing(point); }});
    const std::set<std::string> roles = roles_of_gpu();
    for (const HoldValues& hold : choices.holds()) {
      add_decision(via, hold.via);
      add_decision(buffers, hold.buffers);
      std::vector<size_t> own;
      add_decision(own, hold.via);
      model_.constraints.push_back(
          {"engine", own, [hold, roles, name, this_gpu = gpu_.name](const Point& point) {
             const std::string word(ir::text_of(static_cast<ir::Transfer>(hold.via.at(point))));
             if (word == "load" || roles.contains(word)) return std::string();
             return fmt::format("{}: {} has no {}; use via: load", name, this_gpu, word);
           }});
    }
    alike("transfer", tiles, via, &HoldValues::via);
    alike("stages", tiles, buffers, &HoldValues::buffers);
    std::vector<size_t> loads = via;
    loads.insert(loads.end(), unit.begin(), unit.end());
    model_.constraints.push_back(
        {"loads", ascending(loads), [tiles, name](const Point& point) {
           const TileChoices& c = tiles->choices();
           const bool pipes = c.unit(point) == ir::MatrixUnit::Fma;
           const bool engine = std::ranges::any_of(c.holds(), [&](const HoldValues& hold) {
             return static_cast<ir::Transfer>(hold.via.at(point)) != ir::Transfer::Load;
           });
           return pipes && engine ? fmt::format("{}: threads load tiles on fma (via: load)", name)
                                  : std::string();
         }});
  }

  std::set<std::string> roles_of_gpu() const {
    machine::MachineDescription machine;
    machine.model = gpu_;
    return roles_of(machine);
  }

  /// The tiles of a statement's operands come in one way and as many at a time.
  void alike(const char* name, const Tiles& tiles, const std::vector<size_t>& decisions,
             WordValue HoldValues::*word) {
    const std::string statement = tiles->choices().form().statement->name;
    model_.constraints.push_back(
        {name, ascending(decisions), [tiles, word, name, statement](const Point& point) {
           const auto& holds = tiles->choices().holds();
           const bool same = std::ranges::all_of(holds, [&](const HoldValues& hold) {
             return (hold.*word).at(point) == (holds.front().*word).at(point);
           });
           return same ? std::string()
                       : fmt::format("{}: all operands must have the same {}", statement, name);
         }});
  }

  void fit_alone(const Tiles& tiles) {
    const std::vector<size_t>& decisions = tiles->choices().decisions();
    const int64_t limit = shared_limit(space_.kernel(), gpu_);
    model_.constraints.push_back({"smem", decisions,
                                  [tiles, limit](const Point& point) {
                                    const int64_t bytes = tiles->at(point).shared_bytes;
                                    if (bytes <= limit) return std::string();
                                    return fmt::format(
                                        "the staged blocks take {} B of shared memory, {} B more "
                                        "than a block may have; fewer buf, or a smaller tile",
                                        bytes, bytes - limit);
                                  },
                                  [tiles](const Point& point) {
                                    return static_cast<double>(tiles->at(point).shared_bytes);
                                  }});
    model_.constraints.push_back(
        {"registers", decisions,
         [tiles](const Point& point) {
           const int registers = tiles->at(point).registers;
           if (registers <= kMostRegisters) return std::string();
           return fmt::format(
               "the tile takes {} registers of a thread, {} more than there are; a smaller tile",
               registers, registers - kMostRegisters);
         },
         [tiles](const Point& point) { return static_cast<double>(tiles->at(point).registers); }});
    model_.constraints.push_back(
        {"occupancy", decisions, [tiles](const Point& point) {
           return tiles->at(point).floors.resident > 0
                      ? std::string()
                      : std::string("no block of this tile fits an SM; a smaller tile does");
         }});
    const double start_s = gpu_.launch.kernel_ns * kSecondsPerNs;
    model_.estimate = {{decisions, [tiles, start_s](const Point& point) {
                          return start_s + tiles->at(point).estimate_s;
                        }}};
    model_.program = [tiles, &space = space_](const Point& point) {
      std::string text =
          fmt::format("{} {}", tiles->at(point).tile.str(), tiles->choices().tma(point));
      for (size_t i = 0; i < point.size(); ++i) {
        const std::string& path = space.decisions()[i].path;
        // Accumulators are registers whatever the schedule says.
        const bool said = std::ranges::binary_search(tiles->choices().decisions(), i) ||
                          path.find(".hold.") != std::string::npos ||
                          path.find(".accum.") != std::string::npos;
        if (!said) text += " " + space.value(point, i);
      }
      return text;
    };
  }

  void fit_together() {
    std::vector<size_t> all(space_.decisions().size());
    std::iota(all.begin(), all.end(), size_t{0});
    const auto compiler = std::make_shared<PointCompiler>(space_, gpu_, judge_);
    model_.constraints.push_back(
        {"fit", all, [compiler](const Point& point) { return compiler->at(point).defect; }});
    model_.estimate = {
        {all, [compiler](const Point& point) { return compiler->at(point).estimate_s; }}};
    model_.floors = {
        {"loop",
         {{all, [compiler](const Point& point) { return compiler->at(point).loops_s; }}},
         least_start_s()}};
  }

  void add_floors(bool alone) {
    const double start_s = least_start_s();
    const auto add = [&](const char* name, const std::vector<size_t>& decisions, auto&& seconds) {
      model_.floors.push_back({name, {{decisions, seconds}}, start_s});
    };
    if (!alone) {
      const double math_s = math_of_all();
      const double dram_s = dram_of_all();
      add("math", {}, [math_s](const Point&) { return math_s; });
      add("dram", {}, [dram_s](const Point&) { return dram_s; });
      return;
    }
    static constexpr std::pair<const char*, double TileFloors::*> kResources[] = {
        {"math", &TileFloors::math},       {"issue", &TileFloors::issue},
        {"l2", &TileFloors::l2},           {"dram", &TileFloors::dram},
        {"latency", &TileFloors::latency}, {"loop", &TileFloors::loop}};
    const Tiles& tiles = statements_.front();
    for (const auto& [name, resource] : kResources) {
      add(name, tiles->choices().decisions(),
          [tiles, part = resource](const Point& point) { return tiles->at(point).floors.*part; });
    }
    if (judge_ != nullptr) {
      add("power", tiles->choices().decisions(),
          [tiles](const Point& point) { return tiles->at(point).power; });
    }
  }

  /// Statements follow each other, each at the rate of the fastest unit that it may use.
  double math_of_all() const {
    double seconds = 0;
    for (const Tiles& tiles : statements_) {
      double least = kNever;
      const WordValue& unit = tiles->choices().unit();
      Point point = space_.first();
      const size_t values =
          unit.decision() ? space_.decisions()[*unit.decision()].values.size() : 1;
      for (size_t value = 0; value < values; ++value) {
        if (unit.decision()) point[*unit.decision()] = static_cast<uint16_t>(value);
        if (!tiles->unit_missing(point).empty()) continue;
        const ContractionShape shape = contraction_shape(space_.kernel(), tiles->choices().form(),
                                                         tiles->choices().unit(point));
        least = std::min(least, math_floor_s(shape, gpu_));
      }
      seconds += std::isinf(least) ? 0 : least;
    }
    return seconds;
  }

  /// Operands are read once, and results written as far as the L2 cannot keep them; what statements
  /// hand to each other may stay on the SM.
  double dram_of_all() const {
    double reads = 0, writes = 0;
    for (const ir::Tensor* tensor : dense::operands_of(space_.kernel())) reads += bytes_of(*tensor);
    for (const ir::Tensor* tensor : dense::results_of(space_.kernel())) writes += bytes_of(*tensor);
    const double bytes = reads + std::max(0.0, writes - static_cast<double>(gpu_.l2.bytes));
    return bytes / (gpu_.dram.peak_gb_s * gpu_.dram.efficiency * 1e9);
  }

  /// Without the positions of a structured tensor.
  double bytes_of(const ir::Tensor& tensor) const {
    const ir::Level* level = structured_level(tensor);
    double bytes = ir::bytes_of(tensor.dtype);
    if (level != nullptr) bytes *= static_cast<double>(level->keep) / level->group;
    for (const int64_t extent : space_.kernel().shape(tensor)) bytes *= static_cast<double>(extent);
    return bytes;
  }

  /// What the launches of the kernel cost however little they do.
  double least_start_s() const {
    const bool joined = !space_.kernel().schedule.fuse_at.empty();
    const double launches = joined ? 1 : static_cast<double>(statements_.size());
    const double gap_ns = std::max(0.0, gpu_.launch.stream_ns - gpu_.launch.kernel_ns);
    return (launches * gpu_.launch.kernel_ns + (launches - 1) * gap_ns) * kSecondsPerNs;
  }

  const Mapspace& space_;
  const machine::GpuDescription& gpu_;
  LaunchJudge* judge_;
  base::Diagnostics& diagnostics_;
  std::vector<Tiles> statements_;
  CostModel model_;
};

}  // namespace

CostModel gpu_model(const Mapspace& space, const machine::GpuDescription& gpu, LaunchJudge* judge,
                    base::Diagnostics& diagnostics) {
  return ModelBuilder(space, gpu, judge, diagnostics).build();
}

}  // namespace weft::mapper
