// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/fill_nest.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "kernels/ir/holes.h"
#include "kernels/ir/loops.h"
#include "mapper/nest/compile_nest.h"

namespace weft::mapper {

namespace {

/// How often all holes are gone through.
constexpr int kRounds = 2;
/// What an open size or number of buffers begins with.
constexpr const char* kUsualTile = "64";
constexpr const char* kUsualBuffers = "2";

class NestFiller {
 public:
  NestFiller(ir::Kernel& kernel, const NestTarget& target, NestTensors& tensors,
             base::Diagnostics& diagnostics)
      : kernel_(kernel), target_(target), tensors_(tensors), diagnostics_(diagnostics) {}

  void fill() {
    open_ = ir::holes(kernel_);
    for (ir::Hole& hole : open_) {
      if (hole.options.empty()) hole.options = usual(hole);
      if (hole.options.empty()) ir::report_open(kernel_, hole, diagnostics_);
    }
    if (!diagnostics_.empty()) return;
    chosen_.assign(open_.size(), 0);
    search();
    kernel_ = with(chosen_);
  }

 private:
  std::vector<std::string> usual(const ir::Hole& hole) const {
    if (hole.path.ends_with(".order")) return orders(hole);
    if (hole.path.find(".tiles.") != std::string::npos) return {kUsualTile};
    if (hole.path.ends_with(".buf")) return {kUsualBuffers};
    if (hole.path.ends_with(".in")) return {"spad"};
    if (hole.path.ends_with(".via")) return {target_.dma ? "dma" : "load"};
    if (hole.path.find(".par.") != std::string::npos) return {"thread"};
    if (hole.path.ends_with(".recompute")) return {"never"};
    return {};
  }

  /// As the levels of sparse tensors say; where many threads want loops to divide, also with the
  /// loops that sum behind the others.
  std::vector<std::string> orders(const ir::Hole& hole) const {
    for (const ir::Statement& statement : kernel_.statements) {
      if (!hole.path.starts_with("schedule." + statement.name + ".")) continue;
      const ir::StatementSchedule schedule = ir::effective_schedule(kernel_, statement);
      std::vector<std::string> order = default_order(kernel_, statement, schedule);
      std::vector<std::string> texts = {fmt::format("[{}]", fmt::join(order, ", "))};
      const bool repeats = kernel_.repeat_of(statement.name) != nullptr;
      if (!target_.launches || repeats) return texts;
      sums_last(statement, schedule, order);
      texts.push_back(fmt::format("[{}]", fmt::join(order, ", ")));
      if (texts[0] == texts[1]) texts.pop_back();
      return texts;
    }
    return {};
  }

  void sums_last(const ir::Statement& statement, const ir::StatementSchedule& schedule,
                 std::vector<std::string>& order) const {
    std::set<std::string> kept;
    ir::for_each_expression(statement.target, [&](const ir::Expression& e) {
      if (e.kind == ir::Expression::Kind::Name) kept.insert(e.name);
    });
    const std::vector<ir::Loop> loops = ir::loops_of(kernel_, statement, schedule);
    std::stable_partition(order.begin(), order.end(), [&](const std::string& name) {
      const std::vector<std::string>& indices = ir::find_loop(loops, name)->indices;
      return std::ranges::all_of(indices,
                                 [&](const std::string& index) { return kept.contains(index); });
    });
  }

  ir::Kernel with(const std::vector<size_t>& chosen) const {
    ir::Kernel kernel = kernel_;
    base::Diagnostics ignored;
    for (size_t i = 0; i < open_.size(); ++i)
      ir::fill_hole(kernel, open_[i].path, open_[i].options[chosen[i]], ignored);
    return kernel;
  }

  double estimate(const std::vector<size_t>& chosen) const {
    const ir::Kernel kernel = with(chosen);
    base::Diagnostics defects;
    const CompiledNest compiled(kernel, target_, tensors_, defects, false);
    return defects.empty() ? estimate_cycles(compiled.plan())
                           : std::numeric_limits<double>::infinity();
  }

  /// One hole after the other takes the choice of the least estimate, the first of equals.
  void search() {
    const bool choices =
        std::ranges::any_of(open_, [](const ir::Hole& hole) { return hole.options.size() > 1; });
    if (!choices) return;
    double least = go_through(estimate(chosen_));
    if (least == std::numeric_limits<double>::infinity()) go_through(try_smallest(least));
  }

  /// Improves on `least`, the estimate of what is chosen.
  double go_through(double least) {
    for (int round = 0; round < kRounds; ++round) {
      for (size_t i = 0; i < open_.size(); ++i) {
        for (size_t option = 0; option < open_[i].options.size(); ++option) {
          std::vector<size_t> other = chosen_;
          other[i] = option;
          const double cycles = other == chosen_ ? least : estimate(other);
          if (cycles >= least) continue;
          least = cycles;
          chosen_ = other;
        }
      }
    }
    return least;
  }

  /// Where no single change makes the first choices fit, the last of all lists but those of one
  /// hole are tried.
  double try_smallest(double least) {
    for (size_t kept = 0; kept <= open_.size(); ++kept) {
      std::vector<size_t> last;
      for (size_t i = 0; i < open_.size(); ++i)
        last.push_back(i == kept ? 0 : open_[i].options.size() - 1);
      const double cycles = estimate(last);
      if (cycles >= least) continue;
      least = cycles;
      chosen_ = last;
    }
    return least;
  }

  ir::Kernel& kernel_;
  const NestTarget& target_;
  NestTensors& tensors_;
  base::Diagnostics& diagnostics_;
  std::vector<ir::Hole> open_;
  std::vector<size_t> chosen_;  // [hole] option
};

}  // namespace

void fill_nest_holes(ir::Kernel& kernel, const NestTarget& target, NestTensors& tensors,
                     base::Diagnostics& diagnostics) {
  NestFiller(kernel, target, tensors, diagnostics).fill();
}

}  // namespace weft::mapper
