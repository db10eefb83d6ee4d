// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/dealt_tasks.h"

#include <algorithm>

namespace weft::mapper {

namespace {

class PointVisitor {
 public:
  PointVisitor(const NestKernel& nest, const NestStatementPlan& plan, program::Share share,
               int64_t workers, std::vector<int64_t>& values,
               const std::function<bool(int64_t)>& visit)
      : nest_(nest.nest),
        plan_(plan),
        share_(share),
        workers_(workers),
        values_(values),
        visit_(visit) {}

  bool from(size_t depth, int64_t worker) {
    if (depth == plan_.loops.size()) return visit_(worker);
    size_t end = depth + 1;
    const bool dealt = plan_.loops[depth].share == share_;
    while (dealt && end < plan_.loops.size() && plan_.loops[end].share == share_) ++end;
    std::vector<int32_t> loops;
    for (size_t d = depth; d < end; ++d) loops.push_back(plan_.loops[d].id);
    const bool apart = loops.size() == 1 || run_apart(nest_, loops);
    int64_t tasks = 1;
    std::vector<int64_t> counts;
    for (size_t d = depth; d < end; ++d) {
      counts.push_back(apart ? iterations_of(nest_, plan_.loops[d].id, values_.data())
                             : plan_.loops[d].extent);
      tasks *= counts.back();
    }
    for (int64_t task = 0; task < tasks; ++task) {
      if (!decode(depth, counts, task)) continue;
      if (!from(end, dealt ? task % workers_ : worker)) return false;
    }
    return true;
  }

 private:
  /// False where one of the loops has no such iteration.
  bool decode(size_t depth, const std::vector<int64_t>& counts, int64_t task) {
    for (size_t i = counts.size(); i-- > 0;) {
      values_[static_cast<size_t>(plan_.loops[depth + i].variable)] = task % counts[i];
      task /= counts[i];
    }
    for (size_t i = 0; i < counts.size(); ++i) {
      const LoopPlan& loop = plan_.loops[depth + i];
      if (values_[static_cast<size_t>(loop.variable)] >=
          iterations_of(nest_, loop.id, values_.data()))
        return false;
    }
    return true;
  }

  const program::Nest& nest_;
  const NestStatementPlan& plan_;
  const program::Share share_;
  const int64_t workers_;
  std::vector<int64_t>& values_;
  const std::function<bool(int64_t)>& visit_;
};

}  // namespace

bool run_apart(const program::Nest& nest, const std::vector<int32_t>& loops) {
  const auto loop = [&](int32_t id) -> const program::NestLoop& {
    return nest.loops[static_cast<size_t>(id)];
  };
  for (const int32_t id : loops) {
    for (const program::Form& form : {loop(id).extent, loop(id).limit, loop(id).bound}) {
      for (const int32_t other : loops) {
        if (nest.space.depends_on(form, loop(other).variable)) return false;
      }
    }
  }
  return true;
}

int64_t iterations_of(const program::Nest& nest, int32_t loop, const int64_t* values) {
  const program::NestLoop& made = nest.loops[static_cast<size_t>(loop)];
  const int64_t left = nest.space.value(made.limit, values) - nest.space.value(made.bound, values);
  if (left <= 0) return 0;
  return std::min(nest.space.value(made.extent, values), (left + made.weight - 1) / made.weight);
}

bool visit_points(const NestKernel& nest, const NestStatementPlan& plan, program::Share share,
                  int64_t workers, std::vector<int64_t>& values,
                  const std::function<bool(int64_t)>& visit) {
  return PointVisitor(nest, plan, share, workers, values, visit).from(plan.shared, 0);
}

}  // namespace weft::mapper
