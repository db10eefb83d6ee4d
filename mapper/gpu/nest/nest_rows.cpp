// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/nest/nest_rows.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "mapper/gpu/nest/nest_cta.h"
#include "mapper/gpu/warp.h"
#include "mapper/nest/compile_nest.h"

namespace weft::mapper {

using program::Residence;

namespace {

/// Threads take more than one task each beyond so many CTAs.
constexpr double kMostCtas = 1 << 20;
/// A host does not launch more often.
constexpr double kMostLaunches = 1e5;
constexpr int kUsualRegisters = 32;

/// Registers of a thread: a double takes two.
int registers_of(const program::Nest& nest) {
  int64_t kept = 0;
  for (const program::NestAccumulator& accumulator : nest.accumulators) {
    // What does not begin empty is what a hold has brought.
    if (accumulator.place == Residence::Register && accumulator.clears)
      kept += accumulator.slice.most_elements;
  }
  for (const program::NestHold& hold : nest.holds) {
    if (hold.accesses.empty()) continue;  // the first step of a recurrence, in shared memory
    const auto& access = nest.accesses[static_cast<size_t>(hold.accesses[0])];
    kept += access.place == Residence::Register ? hold.slice.most_elements : 0;
  }
  for (const program::NestExchange& exchange : nest.exchanges) kept += exchange.most_elements;
  return static_cast<int>(std::min<int64_t>(kMostRegisters, kUsualRegisters + 2 * kept));
}

}  // namespace

/// The arithmetic of one launch.
class NestRows::Function : public program::RowFunction {
 public:
  Function(const program::Nest& nest, int threads) : cta_(nest, threads) {}

  void set(const NestLaunch& launch, const std::vector<int64_t>& values, int64_t ctas) {
    launch_ = &launch;
    values_ = &values;
    ctas_ = ctas;
  }
  void run(int64_t cta, program::CtaTrace& trace) override {
    cta_.run(launch_->code, *values_, cta, ctas_, trace);
  }
  NestCta& cta() { return cta_; }

 private:
  NestCta cta_;
  const NestLaunch* launch_ = nullptr;
  const std::vector<int64_t>* values_ = nullptr;
  int64_t ctas_ = 1;
};

NestRows::~NestRows() = default;

NestRows::NestRows(const ir::Kernel& kernel, const NestTarget& target, NestTensors& tensors,
                   base::Diagnostics& diagnostics) {
  CompiledNest compiled(kernel, target, tensors, diagnostics, false);
  if (!diagnostics.empty()) return;
  plan_ = std::move(compiled).release();
  launches_ = emit_launches(plan_);
  check_launches(kernel, diagnostics);
  if (!diagnostics.empty()) return;
  sources = plan_.sources;
  registers_ = registers_of(plan_.nest);
  for (const auto& [name, stored] : *plan_.stored) initial_[name] = stored.values;
  for (size_t first = 0; first < launches_.size();) {
    size_t last = first + 1;
    while (last < launches_.size() && launches_[last].group == launches_[first].group) ++last;
    std::vector<int64_t> values(plan_.nest.space.size(), 0);
    walk_host_loops(first, last, 0, values);
    first = last;
  }
  function_ = std::make_shared<Function>(plan_.nest, static_cast<int>(target.threads_per_core));
}

void NestRows::check_launches(const ir::Kernel& kernel, base::Diagnostics& diagnostics) const {
  double launches = 0;
  for (const NestLaunch& launch : launches_) {
    double each = 1;
    for (const int32_t loop : launch.host_loops) {
      const auto& made = plan_.nest.loops[static_cast<size_t>(loop)];
      each *= static_cast<double>(made.extent.constant);
    }
    launches += each;
    for (const program::MicroOp& op : launch.code) {
      const bool meets =
          op.op == program::Opcode::Barrier && op.immediate == program::kWholeMachine;
      if (!meets) continue;
      ir::report(diagnostics, kernel.where,
                 fmt::format("the CTAs of launch '{}' would have to meet: deal the loops around "
                             "its statements to cta, or to no one",
                             launch.name));
      return;
    }
  }
  if (launches <= kMostLaunches) return;
  ir::report(diagnostics, kernel.where,
             fmt::format("the kernel needs {:.3g} launches, more than the {:.3g} that are "
                         "simulated; deal the loops around its statements to threads",
                         launches, kMostLaunches));
}

/// The host's loops are plain ranges: what statements share does not depend on what they store.
void NestRows::walk_host_loops(size_t first, size_t last, size_t depth,
                               std::vector<int64_t>& values) {
  const std::vector<int32_t>& loops = launches_[first].host_loops;
  if (depth == loops.size()) {
    for (size_t i = first; i < last; ++i) steps_.push_back({i, values});
    return;
  }
  const program::NestLoop& loop = plan_.nest.loops[static_cast<size_t>(loops[depth])];
  const program::FormSpace& space = plan_.nest.space;
  const int64_t extent = space.value(loop.extent, values.data());
  int64_t& value = values[static_cast<size_t>(loop.variable)];
  for (int64_t i = 0; i < extent; ++i) {
    value = i;
    if (i * loop.weight + space.value(loop.bound, values.data()) >=
        space.value(loop.limit, values.data()))
      break;
    walk_host_loops(first, last, depth + 1, values);
  }
  value = 0;
}

/// As many as there are iterations to deal out while the host stands at `values`.
int64_t NestRows::ctas_of(const NestLaunch& launch, const std::vector<int64_t>& values) const {
  const program::FormSpace& space = plan_.nest.space;
  double tasks = 1;
  for (const int32_t id : launch.dealt) {
    const program::NestLoop& loop = plan_.nest.loops[static_cast<size_t>(id)];
    const int64_t left =
        space.value(loop.limit, values.data()) - space.value(loop.bound, values.data());
    const int64_t count =
        std::min(space.value(loop.extent, values.data()), (left + loop.weight - 1) / loop.weight);
    tasks *= static_cast<double>(std::max<int64_t>(1, count));
  }
  const int64_t threads = plan_.target.threads_per_core;
  const double each =
      launch.by == program::Share::Core
          ? 1
          : static_cast<double>(launch.by == program::Share::Warps ? threads / program::kWarpLanes
                                                                   : threads);
  return static_cast<int64_t>(std::clamp(std::ceil(tasks / each), 1.0, kMostCtas));
}

double NestRows::products() const {
  return function_->cta().products();
}

bool NestRows::in_fp64() const {
  return std::ranges::any_of(plan_.nest.statements, [&](const program::NestStatement& statement) {
    return program::works_in_fp64(plan_.nest, statement);
  });
}

void NestRows::restart() {
  next_ = 0;
  function_->cta().forget_products();
  for (const auto& [name, values] : initial_)
    std::ranges::copy(values, plan_.stored->at(name).values.begin());
}

bool NestRows::next(program::RowStage& stage) {
  if (next_ == steps_.size()) return false;
  const Step& step = steps_[next_++];
  const NestLaunch& what = launches_[step.launch];
  program::RowLaunch launch;
  launch.name = what.name;
  launch.ctas = ctas_of(what, step.values);
  launch.threads = static_cast<int>(plan_.target.threads_per_core);
  launch.registers = registers_;
  launch.shared_bytes = static_cast<int64_t>(plan_.scratchpad_bytes);
  launch.source = what.source;
  function_->set(what, step.values, launch.ctas);
  launch.function = function_;
  stage.launches = {std::move(launch)};
  return true;
}

}  // namespace weft::mapper
