// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/plan_exchange.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "mapper/nest/dealt_tasks.h"
#include "mapper/nest/plan_storage.h"
#include "mapper/nest/slices.h"

namespace weft::mapper {

using program::Form;
using program::NestExchange;
using program::Residence;
using program::Share;
using program::StepElements;

namespace {

/// Elements of each worker in one step.
using ByWorker = std::vector<std::set<int32_t>>;

class ExchangePlanner {
 public:
  ExchangePlanner(NestKernel& nest, NestStatementPlan& plan, const ExchangedTensor& word,
                  base::Diagnostics& diagnostics)
      : nest_(nest), plan_(plan), word_(word), diagnostics_(diagnostics) {}

  void run() {
    find_steps();
    if (!find_workers() || !find_ways() || !find_row()) return;
    made_.workers = workers_;
    made_.worker_count = worker_count_;
    if (!walk_steps()) return;
    take_room();
    keep_in_registers();
    plan_.exchange = static_cast<int32_t>(nest_.nest.exchanges.size());
    nest_.nest.exchanges.push_back(std::move(made_));
  }

 private:
  bool refuse(const std::string& message) {
    ir::report(
        diagnostics_, word_.where,
        fmt::format("exchange of {} in {}: {}", word_.tensor, plan_.statement->name, message));
    return false;
  }

  /// The loop over the steps, or over the passes that do several at once.
  void find_steps() {
    const RegisterGroup* radix = register_group(nest_, *plan_.statement);
    if (radix != nullptr) at_once_ = radix->steps;
    const LoopPlan& loop =
        plan_.loops[depth_of(plan_, radix != nullptr ? radix->pass : word_.index)];
    steps_ = loop.extent;
    made_.step = loop.variable;
    made_.tensor = nest_.tensor_ids.at(word_.tensor);
    made_.source =
        source_index(nest_, word_.where, plan_.statement->name, word_.tensor, "exchange");
    for (const AccessPlan& access : plan_.accesses) {
      if (!access.target && access.tensor->name == word_.tensor) made_.access = access.id;
    }
  }

  bool find_workers() {
    workers_ = workers_within(plan_, plan_.shared);
    const bool dealt = std::any_of(plan_.loops.begin(),
                                   plan_.loops.begin() + static_cast<std::ptrdiff_t>(plan_.shared),
                                   [](const LoopPlan& loop) { return loop.share != Share::None; });
    if (!dealt) {
      return refuse(fmt::format(
          "no loop around the steps is dealt out, so that all threads of the machine work on one "
          "step; deal a loop over independent parts of {} to {}, or say dram",
          word_.tensor, nest_.target.launches ? "warp or cta" : "core or thread"));
    }
    const int64_t threads = nest_.target.threads_per_core;
    worker_count_ = workers_ == Share::None    ? 1
                    : workers_ == Share::Lanes ? std::min(threads, program::kWarpLanes)
                                               : threads;
    for (size_t depth = plan_.shared; depth < plan_.loops.size(); ++depth) {
      const LoopPlan& loop = plan_.loops[depth];
      if (loop.share != Share::None && loop.reduces)
        return refuse(
            fmt::format("'{}' sums and is dealt out, so that no thread has whole "
                        "elements; deal out another loop",
                        loop.name));
    }
    return true;
  }

  /// What a step hands on goes as its last one at once says.
  bool find_ways() {
    made_.via.assign(static_cast<size_t>(steps_), Residence::Memory);
    for (int64_t step = 0; step + 1 < steps_; ++step) {
      ir::ExchangeVia via = word_.via.via;
      if (word_.via.condition) {
        ir::Bindings names = nest_.kernel->bindings();
        names.bind(word_.index, (step + 1) * at_once_ - 1);
        const auto holds = ir::evaluate_point(*word_.via.condition, names);
        if (!holds) {
          return refuse(fmt::format("'{}' has no value in step {}; it may name '{}' and parameters",
                                    word_.via.condition->text(), step, word_.index));
        }
        if (*holds == 0) via = word_.via.otherwise;
      }
      made_.via[static_cast<size_t>(step) + 1] = place_of(via);
      if (via == ir::ExchangeVia::Shuffle && !nest_.target.launches)
        return refuse("the machine has no lanes that shuffle; say spad");
    }
    return true;
  }

  static Residence place_of(ir::ExchangeVia via) {
    if (via == ir::ExchangeVia::Shuffle) return Residence::Lanes;
    return via == ir::ExchangeVia::Dram ? Residence::Memory : Residence::Scratchpad;
  }

  /// Positions are state * stride + row + element: the row follows from the shared loops alone.
  bool find_row() {
    const std::vector<einsum::StoredLevel>& levels = nest_.stored->at(word_.tensor).levels;
    std::vector<int64_t> strides(levels.size(), 1);
    for (size_t l = levels.size() - 1; l-- > 0;) strides[l] = strides[l + 1] * levels[l + 1].extent;
    state_stride_ = strides[0];
    made_.step_stride = strides[0] * at_once_;
    bool first = true;
    for (const AccessPlan& access : plan_.accesses) {
      if (access.tensor->name != word_.tensor) continue;
      Form row;
      for (size_t l = 1; l < levels.size(); ++l) {
        const Form& coordinate = access.levels[l].coordinate;
        if (!moves(coordinate)) row = row + program::scaled(coordinate, strides[l]);
      }
      if (!first && row != made_.row)
        return refuse("what a step reads is of another part than what it writes");
      made_.row = row;
      first = false;
    }
    return true;
  }

  /// Whether a coordinate changes between the steps of an iteration of the loops around them.
  bool moves(const Form& coordinate) const {
    if (nest_.nest.space.depends_on(coordinate, made_.step)) return true;
    for (size_t depth = plan_.shared; depth < plan_.loops.size(); ++depth) {
      if (nest_.nest.space.depends_on(coordinate, plan_.loops[depth].variable)) return true;
    }
    return false;
  }

  bool walk_steps() {
    std::map<int32_t, int64_t> owners;  // of the elements that the last step has left
    for (int64_t step = 0; step < steps_; ++step) {
      needed_.assign(static_cast<size_t>(worker_count_), {});
      results_.clear();
      std::vector<int64_t> values(nest_.nest.space.size(), 0);
      values[static_cast<size_t>(made_.step)] = step;
      const bool done =
          visit_points(nest_, plan_, workers_, worker_count_, values,
                       [&](int64_t worker) { return note_point(step, worker, values); });
      if (!done || !hand_on(step, owners)) return false;
      owners = results_;
    }
    ByWorker last(static_cast<size_t>(worker_count_));
    for (const auto& [element, worker] : owners) last[static_cast<size_t>(worker)].insert(element);
    append(made_.gives, last);
    made_.takes.begin.push_back(made_.takes.elements.size());
    made_.gives.begin.push_back(made_.gives.elements.size());
    return true;
  }

  /// The elements that a worker reads and writes at a point.
  bool note_point(int64_t step, int64_t worker, const std::vector<int64_t>& values) {
    const int64_t row = nest_.nest.space.value(made_.row, values.data());
    std::set<int32_t>& mine = needed_[static_cast<size_t>(worker)];
    for (size_t i = plan_.accesses.size(); i-- > 0;) {
      const AccessPlan& access = plan_.accesses[i];
      if (access.tensor->name != word_.tensor) continue;
      const auto& position = nest_.nest.accesses[static_cast<size_t>(access.id)].position;
      const int64_t at = nest_.nest.space.value(position, values.data()) - row;
      const auto element = static_cast<int32_t>(at % state_stride_);
      const int64_t ahead = at / state_stride_ - step * at_once_;
      if (!access.target && ahead == 0) mine.insert(element);
      if (access.target && ahead == at_once_ && !results_.emplace(element, worker).second &&
          results_[element] != worker)
        return refuse(fmt::format("two threads make element {} of a step", element));
    }
    if (static_cast<int64_t>(mine.size()) <= kRegisterElements) return true;
    return refuse(fmt::format(
        "a thread needs more than {} elements of {} at a time, which is what "
        "registers keep; give a part of it to more threads, or keep it in "
        "the scratchpad by fuse_at: {{{}: {{loop: {}, in: spad}}}}",
        kRegisterElements, word_.tensor, word_.tensor, plan_.loops[plan_.shared - 2].name));
  }

  /// What the last step made for others, and what this one takes.
  bool hand_on(int64_t step, const std::map<int32_t, int64_t>& owners) {
    ByWorker takes(static_cast<size_t>(worker_count_));
    ByWorker gives(static_cast<size_t>(worker_count_));
    for (int64_t worker = 0; worker < worker_count_; ++worker) {
      for (const int32_t element : needed_[static_cast<size_t>(worker)]) {
        const auto owner = owners.find(element);
        // What no step has made is zero.
        if (step > 0 && (owner == owners.end() || owner->second == worker)) continue;
        if (step > 0 && !reaches(step, owner->second, worker, element)) return false;
        takes[static_cast<size_t>(worker)].insert(element);
        if (step > 0) gives[static_cast<size_t>(owner->second)].insert(element);
      }
      made_.most_elements = std::max(
          made_.most_elements, static_cast<int64_t>(needed_[static_cast<size_t>(worker)].size()));
    }
    append(made_.takes, takes);
    if (step > 0) append(made_.gives, gives);
    return true;
  }

  bool reaches(int64_t step, int64_t owner, int64_t worker, int32_t element) {
    const bool shuffled = made_.via[static_cast<size_t>(step)] == Residence::Lanes;
    if (!shuffled || owner / program::kWarpLanes == worker / program::kWarpLanes) return true;
    return refuse(fmt::format(
        "after step {} thread {} needs element {} of thread {}, and a shuffle reaches the {} lanes "
        "of a warp; say shuffle if {}**{} < {} else smem",
        step * at_once_ - 1, worker, element, owner, program::kWarpLanes, 2, word_.index,
        program::kWarpLanes));
  }

  static void append(StepElements& to, const ByWorker& elements) {
    for (const std::set<int32_t>& each : elements) {
      to.begin.push_back(to.elements.size());
      to.elements.insert(to.elements.end(), each.begin(), each.end());
    }
  }

  /// What is given in one step may still be read while the next one gives.
  void take_room() {
    if (std::ranges::count(made_.via, Residence::Scratchpad) == 0) return;
    const uint64_t bytes = nest_.nest.tensors[static_cast<size_t>(made_.tensor)].bytes;
    take_scratchpad(nest_, fmt::format("exchange of {}", word_.tensor),
                    2 * bytes * static_cast<uint64_t>(state_elements()) *
                        copies_per_core(nest_.target, workers_));
  }

  int64_t state_elements() const {
    int64_t most = 0;
    for (const int32_t element : made_.takes.elements) most = std::max<int64_t>(most, element + 1);
    return most;
  }

  void keep_in_registers() {
    for (const AccessPlan& access : plan_.accesses) {
      if (access.tensor->name == word_.tensor)
        nest_.nest.accesses[static_cast<size_t>(access.id)].place = Residence::Register;
    }
  }

  NestKernel& nest_;
  NestStatementPlan& plan_;
  const ExchangedTensor& word_;
  base::Diagnostics& diagnostics_;
  NestExchange made_;
  Share workers_ = Share::None;
  int64_t worker_count_ = 1;
  int64_t at_once_ = 1;
  int64_t steps_ = 1;
  int64_t state_stride_ = 1;
  ByWorker needed_;
  std::map<int32_t, int64_t> results_;  // of the step at hand, by element
};

}  // namespace

bool is_exchanged(const NestKernel& nest, const ir::Statement& statement) {
  return nest.expanded != nullptr && nest.expanded->exchanges.contains(statement.name);
}

program::Share workers_within(const NestStatementPlan& plan, size_t loops) {
  Share workers = Share::CoreThreads;
  for (size_t d = 0; d < loops; ++d) {
    const Share share = plan.loops[d].share;
    if (share == Share::Warps || share == Share::CoreWarps) workers = Share::Lanes;
    if (share == Share::Machine || share == Share::CoreThreads || share == Share::Lanes)
      return Share::None;
  }
  return workers;
}

void plan_exchange(NestKernel& nest, NestStatementPlan& plan, base::Diagnostics& diagnostics) {
  if (!is_exchanged(nest, *plan.statement)) return;
  const ExchangedTensor& word = nest.expanded->exchanges.at(plan.statement->name);
  ExchangePlanner(nest, plan, word, diagnostics).run();
}

}  // namespace weft::mapper
