// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "kernels/ir/holes.h"
#include "kernels/ir/loops.h"
#include "mapper/gpu/fused_tensor.h"
#include "mapper/gpu/loop_work.h"
#include "mapper/gpu/lower_contraction.h"
#include "mapper/gpu/read_shape.h"
#include "mapper/gpu/tile_options.h"

namespace weft::mapper {

namespace {

/// More combinations of sizes than this are not tried for statements that share an SM.
constexpr size_t kMostTrials = 4096;

/// The statement whose words a hole belongs to; the first one for words of `all`.
const ir::Statement* statement_of(const ir::Kernel& kernel, const ir::Hole& hole) {
  for (const ir::Statement& statement : kernel.statements) {
    if (hole.path.starts_with("schedule." + statement.name + ".")) return &statement;
  }
  return hole.path.starts_with("schedule.all.") ? &kernel.statements.front() : nullptr;
}

/// What follows the word: "m0" of "schedule.mul.tiles.m0"; empty where the hole is not of the word.
std::string subject_of(const ir::Hole& hole, std::string_view word) {
  const std::string key = fmt::format(".{}.", word);
  const size_t at = hole.path.find(key);
  return at == std::string::npos ? std::string() : hole.path.substr(at + key.size());
}

bool has_transfer(const machine::GpuDescription& gpu, std::string_view word) {
  if (word == "tma" || word == "dma") return gpu.sm.copy.tma;
  return word != "cp_async" || gpu.sm.copy.async_copy;
}

class HoleFiller {
 public:
  HoleFiller(ir::Kernel& kernel, const machine::GpuDescription& gpu, base::Diagnostics& diagnostics,
             LaunchJudge* judge)
      : kernel_(kernel), gpu_(gpu), diagnostics_(diagnostics), judge_(judge) {}

  void fill() {
    fill_each([&](const ir::Hole& hole) { return walk_word(hole); });
    if (!diagnostics_.empty()) return;
    fill_each([&](const ir::Hole& hole) { return transfer(hole); });
    fill_fused();
    for (const ir::Statement& statement : kernel_.statements) {
      if (diagnostics_.empty()) fill_tile(statement);
    }
    if (diagnostics_.empty()) fill_each(first_option);
    for (const ir::Hole& hole : ir::holes(kernel_)) {
      if (!diagnostics_.empty()) return;
      ir::report_open(kernel_, hole, diagnostics_);
    }
  }

 private:
  using Answer = std::optional<std::string>;

  static Answer first_option(const ir::Hole& hole) {
    return hole.options.empty() ? std::nullopt : Answer(hole.options.front());
  }

  template <class AnswerOf>
  void fill_each(AnswerOf&& answer_of) {
    for (const ir::Hole& hole : ir::holes(kernel_)) {
      const Answer answer = answer_of(hole);
      if (answer) ir::fill_hole(kernel_, hole.path, *answer, diagnostics_);
    }
  }

  /// Orders, axes and the unit: what sizes depend on.
  Answer walk_word(const ir::Hole& hole) {
    if (hole.path.ends_with(".order")) {
      if (!hole.options.empty()) return hole.options.front();
      ir::report(diagnostics_, hole.where.line == 0 ? kernel_.where : hole.where,
                 fmt::format("{}: name an order of the loops for an SM array", hole.path));
    }
    if (!subject_of(hole, "par").empty())
      return hole.options.empty() ? "cta" : hole.options.front();
    if (!hole.path.ends_with(".tensorize.use")) return std::nullopt;
    const ir::Statement& statement = *statement_of(kernel_, hole);
    const auto form = contraction_form(kernel_, statement, diagnostics_);
    if (!form) return std::nullopt;
    const ir::StatementSchedule schedule = ir::effective_schedule(kernel_, statement);
    const auto unit = choose_unit(kernel_, *form, *schedule.tensorize, gpu_, diagnostics_);
    return unit ? Answer(ir::text_of(*unit)) : std::nullopt;
  }

  /// Threads load tiles on the multiply-add pipes; other blocks come by the first engine that the
  /// machine has.
  Answer transfer(const ir::Hole& hole) {
    if (!hole.path.ends_with(".via")) return std::nullopt;
    const auto schedule = ir::effective_schedule(kernel_, *statement_of(kernel_, hole));
    const bool pipes = schedule.tensorize && schedule.tensorize->use.fixed() &&
                       schedule.tensorize->use.value() == ir::MatrixUnit::Fma;
    if (pipes || hole.any) return pipes ? "load" : gpu_.sm.copy.tma ? "tma" : "load";
    const auto found = std::ranges::find_if(
        hole.options, [&](const std::string& word) { return has_transfer(gpu_, word); });
    if (found != hole.options.end()) return *found;
    ir::report(diagnostics_, hole.where,
               fmt::format("{}: expected a transfer that {} has, found {}", hole.path, gpu_.name,
                           fmt::join(hole.options, ", ")));
    return std::nullopt;
  }

  /// Tensors that may stay on the SM do where some sizes of their statements fit: those of the
  /// least estimate, the first of equals.
  void fill_fused() {
    if (kernel_.schedule.fuse_at.empty() || !diagnostics_.empty()) return;
    std::vector<ir::Hole> open;
    for (ir::Hole& hole : ir::holes(kernel_)) {
      const bool place = hole.path.starts_with("schedule.fuse_at.");
      if (hole.any && place) hole.options = usual_words(hole);
      if (hole.any && hole.options.empty()) continue;  // told as open in the end
      if (place || belongs_to_fused(hole)) open.push_back(std::move(hole));
    }
    // Where tensors go changes slowest: all sizes are tried before one is sent through DRAM.
    std::stable_partition(open.begin(), open.end(), [](const ir::Hole& hole) {
      return hole.path.starts_with("schedule.fuse_at.");
    });
    try_choices(open);
  }

  /// Words of `fuse_at` for `any`; nothing where only the document can tell, as for a loop.
  static std::vector<std::string> usual_words(const ir::Hole& hole) {
    if (hole.path.ends_with(".in")) return {"smem"};
    if (hole.path.ends_with(".recompute")) return {"never", "always"};
    if (hole.path.ends_with(".swizzle")) return {"none"};
    return {};
  }

  /// Sizes of statements that a fused tensor joins.
  bool belongs_to_fused(const ir::Hole& hole) const {
    const bool size = !subject_of(hole, "tiles").empty() || hole.path.ends_with(".buf");
    if (!size || hole.any) return false;
    if (hole.path.starts_with("schedule.all.")) return true;
    const ir::Statement& statement = *statement_of(kernel_, hole);
    for (const auto& fuse : kernel_.schedule.fuse_at.entries) {
      const std::vector<std::string> inputs = kernel_.inputs_of(statement);
      if (statement.target.name == fuse.key.text || std::ranges::count(inputs, fuse.key.text) > 0)
        return true;
    }
    return false;
  }

  void try_choices(const std::vector<ir::Hole>& open) {
    std::vector<size_t> choice(open.size(), 0);
    std::optional<ir::Kernel> best, split;
    double least_s = std::numeric_limits<double>::infinity();
    ir::Kernel kernel;
    for (size_t trial = 0; trial < kMostTrials; ++trial) {
      kernel = with_choices(open, choice);
      if (!any_stays(kernel)) {
        if (!split) split = kernel;
      } else if (const double seconds = estimate_s(kernel); seconds < least_s) {
        least_s = seconds;
        best = kernel;
      }
      size_t i = open.size();
      while (i > 0 && ++choice[i - 1] == open[i - 1].options.size()) choice[--i] = 0;
      if (i == 0) break;
    }
    if (best || split) {
      kernel_ = best ? std::move(*best) : std::move(*split);
    } else {
      lower(kernel, diagnostics_);  // tells why even the last sizes do not fit
    }
  }

  ir::Kernel with_choices(const std::vector<ir::Hole>& open, const std::vector<size_t>& choice) {
    ir::Kernel kernel = kernel_;
    for (size_t i = 0; i < open.size(); ++i) {
      // Statements that nothing joins are cut one by one later.
      const bool size = !open[i].path.starts_with("schedule.fuse_at.");
      if (size && !any_stays(kernel)) break;
      ir::fill_hole(kernel, open[i].path, open[i].options[choice[i]], diagnostics_);
    }
    return kernel;
  }

  static bool any_stays(const ir::Kernel& kernel) {
    return std::ranges::any_of(kernel.schedule.fuse_at.entries, [&](const auto& fuse) {
      return stays_on_sm(kernel, fuse.key.text);
    });
  }

  /// The launches of a kernel; what is still open takes its first entry.
  program::GridProgram lower(ir::Kernel& kernel, base::Diagnostics& defects) {
    for (const ir::Hole& hole : ir::holes(kernel)) {
      if (const Answer answer = first_option(hole))
        ir::fill_hole(kernel, hole.path, *answer, defects);
    }
    for (const ir::Hole& hole : ir::holes(kernel)) ir::report_open(kernel_, hole, defects);
    if (!defects.empty()) return {};
    const GpuMapping mapping = lower_contractions(kernel, gpu_, defects);
    return defects.empty() ? compile_mapping(mapping, defects) : program::GridProgram();
  }

  /// Infinite where the kernel does not lower.
  double estimate_s(ir::Kernel kernel) {
    base::Diagnostics defects;
    const program::GridProgram program = lower(kernel, defects);
    double seconds = defects.empty() ? 0 : std::numeric_limits<double>::infinity();
    for (const program::Launch& launch : program.launches)
      seconds += estimate_launch_s(launch, gpu_);
    return seconds;
  }

  void fill_tile(const ir::Statement& statement) {
    const auto form = contraction_form(kernel_, statement, diagnostics_);
    if (!form) return;
    const ir::StatementSchedule schedule = ir::effective_schedule(kernel_, statement);
    if (tensorize_of(schedule, statement, diagnostics_) == nullptr) return;
    const auto unit = choose_unit(kernel_, *form, *schedule.tensorize, gpu_, diagnostics_);
    const TileOptions options = tile_options(kernel_, *form, diagnostics_);
    if (!unit || !diagnostics_.empty()) return;
    const ContractionShape shape = contraction_shape(kernel_, *form, *unit);
    const auto usual = usual_tile(shape, options, uses_tma(schedule), gpu_, judge_);
    if (!usual) return;
    for (const ir::Hole& hole : ir::holes(kernel_)) {
      if (statement_of(kernel_, hole) != &statement) continue;
      const Answer answer = word_of(hole, *usual, *form, schedule);
      if (answer) ir::fill_hole(kernel_, hole.path, *answer, diagnostics_);
    }
  }

  /// What a chosen tile says about a hole of its statement.
  Answer word_of(const ir::Hole& hole, const TileChoice& tile, const ContractionForm& form,
                 const ir::StatementSchedule& schedule) {
    if (hole.path.ends_with(".buf")) return std::to_string(tile.stages);
    if (!subject_of(hole, "reduce").empty())
      return tile.split_k == 1 ? "serial" : fmt::format("split_k({})", tile.split_k);
    const std::string loop_name = subject_of(hole, "tiles");
    if (loop_name.empty()) return std::nullopt;
    const std::vector<ir::Loop> loops = ir::loops_of(kernel_, *form.statement, schedule);
    const ir::Loop* loop = ir::find_loop(loops, loop_name);
    const auto& over = schedule.tensorize->over;
    if (loop == nullptr) return std::nullopt;
    if (std::ranges::count(over, loop_name, &ir::LoopName::text) == 0) {
      const std::string band = std::to_string(tile.swizzle);
      return hole.any || std::ranges::count(hole.options, band) > 0 ? Answer(band) : std::nullopt;
    }
    const IndexRole role = form.role_of(loop->parent);
    const int64_t k = tile.k * tile.slices;
    const int64_t size = role == IndexRole::M ? tile.m : role == IndexRole::N ? tile.n : k;
    return std::to_string(size / other_pieces(form, schedule, *loop));
  }

  /// What the other loops of the role in the tile contribute to its size.
  int64_t other_pieces(const ContractionForm& form, const ir::StatementSchedule& schedule,
                       const ir::Loop& loop) {
    ir::StatementSchedule others = schedule;
    std::erase_if(others.tensorize->over,
                  [&](const ir::LoopName& name) { return name.text == loop.name; });
    ir::Kernel kernel = kernel_;
    *kernel.schedule.statements.find(form.statement->name) = others;
    const TileOptions rest = tile_options(kernel, form, diagnostics_);
    const IndexRole role = form.role_of(loop.parent);
    const SizeSet& sizes = role == IndexRole::M ? rest.m : role == IndexRole::N ? rest.n : rest.k;
    return sizes && !sizes->empty() ? *sizes->begin() : 1;
  }

  ir::Kernel& kernel_;
  const machine::GpuDescription& gpu_;
  base::Diagnostics& diagnostics_;
  LaunchJudge* judge_;
};

}  // namespace

void fill_gpu_holes(ir::Kernel& kernel, const machine::GpuDescription& gpu,
                    base::Diagnostics& diagnostics, LaunchJudge* judge) {
  HoleFiller(kernel, gpu, diagnostics, judge).fill();
}

}  // namespace weft::mapper
