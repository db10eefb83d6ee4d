// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "kernels/einsum/evaluate.h"
#include "mapper/nest/plan_exchange.h"
#include "mapper/nest/plan_storage.h"
#include "mapper/nest/slices.h"

namespace weft::mapper {

using program::NestHold;
using program::Residence;
using program::Share;

namespace {

class HoldPlanner {
 public:
  HoldPlanner(NestKernel& nest, NestGroup& group, NestStatementPlan& plan,
              base::Diagnostics& diagnostics)
      : nest_(nest), group_(group), plan_(plan), diagnostics_(diagnostics) {}

  void run() {
    plan_.holds.resize(plan_.loops.size());
    for (const auto& entry : plan_.schedule.hold.entries) {
      if (entry.value.in.fixed() && entry.value.in.value() == ir::Memory::Dram) continue;
      for (const AccessPlan& access : plan_.accesses) {
        if (!access.target && access.tensor->name == entry.key.text)
          add(entry.key, entry.value, access);
      }
    }
  }

 private:
  void add(const ir::TensorName& name, const ir::Hold& written, const AccessPlan& access) {
    const size_t depth = depth_of(plan_, written.at.value().text);
    if (shares_slice(name, written, access, depth)) return;
    NestHold hold;
    hold.slice = slice_of(access, static_cast<int>(depth));
    hold.loop = loop_to_peek(depth);
    hold.buffers = written.buf.value();
    hold.by_dma = written.via.value() != ir::Transfer::Load;
    if (hold.by_dma && !nest_.target.dma) {
      const bool falls_back = written.fallback && *written.fallback == ir::Transfer::Load;
      if (!falls_back) {
        ir::report(diagnostics_, written.via.where,
                   fmt::format("hold of {} needs a DMA engine, which the machine lacks; say via: "
                               "load, or fallback: load",
                               name.text));
      }
      hold.by_dma = false;
    }
    hold.sharers = sharers_below(plan_, static_cast<int>(depth));
    hold.accesses.push_back(access.id);
    hold.source = source_index(nest_, name.where, plan_.statement->name, name.text, "hold");
    const bool reg = written.in.fixed() && written.in.value() == ir::Memory::Reg;
    program::NestAccess& made = nest_.nest.accesses[static_cast<size_t>(access.id)];
    if (reg && !fits_registers(name, written, hold)) return;
    made.place = reg ? Residence::Register : Residence::Scratchpad;
    made.own_slice = hold.sharers == Share::None;
    if (!reg) {
      const uint64_t copies = copies_per_core(nest_.target, hold.sharers);
      take_scratchpad(
          nest_,
          fmt::format("hold of {} at {} in {}", name.text, written.at.value().text,
                      plan_.statement->name),
          slice_bytes(nest_, hold.slice) * copies * static_cast<uint64_t>(hold.buffers));
    } else {
      hold.by_dma = false;
      hold.to = Residence::Register;
    }
    plan_.holds[depth].push_back(static_cast<int32_t>(nest_.nest.holds.size()));
    nest_.nest.holds.push_back(std::move(hold));
  }

  /// A statement of the group before this one holds the same slice at a loop that they share.
  bool shares_slice(const ir::TensorName& name, const ir::Hold& written, const AccessPlan& access,
                    size_t depth) {
    if (depth >= plan_.shared) return false;
    for (const NestStatementPlan& other : group_.statements) {
      if (&other == &plan_) return false;
      const ir::Hold* hold = other.schedule.hold.find(name.text);
      if (hold == nullptr || !(*hold == written)) continue;
      for (const AccessPlan& each : other.accesses) {
        if (each.tensor != access.tensor || each.target) continue;
        program::NestAccess& made = nest_.nest.accesses[static_cast<size_t>(access.id)];
        made.place = nest_.nest.accesses[static_cast<size_t>(each.id)].place;
        made.own_slice = nest_.nest.accesses[static_cast<size_t>(each.id)].own_slice;
        return true;
      }
    }
    return false;
  }

  /// Within a stretch of stored positions a slice is these positions.
  program::NestSlice slice_of(const AccessPlan& access, int depth) const {
    program::NestSlice slice = slice_at(nest_, plan_, access, depth);
    const LoopPlan& loop = plan_.loops[static_cast<size_t>(depth)];
    const bool fused = loop.chunk && !einsum::is_full(*access.tensor);
    if (!fused) return slice;
    const auto& levels = nest_.stored->at(access.tensor->name).levels;
    slice.by_positions = true;
    slice.spans.clear();
    slice.level = levels[0].unique ? 1 : 0;
    slice.parent = program::scaled(program::variable_form(loop.variable), loop.weight);
    slice.parent_end = slice.parent + program::constant_form(loop.weight);
    slice.most_elements = loop.weight;
    return slice;
  }

  /// The loop whose next iteration can be fetched ahead: tasks are not known beforehand.
  int32_t loop_to_peek(size_t depth) const {
    const LoopPlan& loop = plan_.loops[depth];
    return loop.share == Share::None || !loop.parallel ? loop.id : -1;
  }

  bool fits_registers(const ir::TensorName& name, const ir::Hold& written, const NestHold& hold) {
    const bool own = hold.sharers == Share::None;
    if (hold.slice.most_elements <= kRegisterElements && own) return true;
    ir::report(diagnostics_, written.in.where,
               fmt::format("hold of {} has {} elements{}; registers keep no more than {} of a "
                           "thread's own; say in: spad",
                           name.text, hold.slice.most_elements, own ? "" : " that threads share",
                           kRegisterElements));
    return false;
  }

  NestKernel& nest_;
  NestGroup& group_;
  NestStatementPlan& plan_;
  base::Diagnostics& diagnostics_;
};

/// Tensors that live within an iteration of the shared loops are in the scratchpad. Those of a
/// recurrence are brought there before its first step and leave it after its last.
class KeepPlanner {
 public:
  KeepPlanner(NestKernel& nest, NestGroup& group, base::Diagnostics& diagnostics)
      : nest_(nest), group_(group), diagnostics_(diagnostics) {}

  void run() {
    if (group_.statements.front().shared == 0) return;
    for (const auto& entry : nest_.kernel->schedule.fuse_at.entries) {
      if (entry.value.in.fixed() && entry.value.in.value() == ir::Memory::Dram) continue;
      if (!makes(entry.key.text)) continue;
      const AccessPlan* first = nullptr;
      NestStatementPlan* owner = nullptr;
      for (NestStatementPlan& plan : group_.statements) {
        for (AccessPlan& access : plan.accesses) {
          if (access.tensor->name != entry.key.text) continue;
          keep(plan, access);
          if (first == nullptr) owner = &plan;
          if (first == nullptr) first = &access;
        }
      }
      if (first != nullptr) make_room(entry.key, entry.value, *owner, *first);
    }
  }

 private:
  /// Statements elsewhere read what has left the scratchpad.
  bool makes(const std::string& tensor) const {
    return std::ranges::any_of(group_.statements, [&](const NestStatementPlan& plan) {
      return plan.statement->target.name == tensor;
    });
  }

  void keep(const NestStatementPlan& plan, const AccessPlan& access) {
    program::NestAccess& made = nest_.nest.accesses[static_cast<size_t>(access.id)];
    if (made.place == Residence::Memory) made.place = Residence::Scratchpad;
    for (size_t d = 0; d < plan.shared; ++d)
      made.own_slice = made.own_slice || plan.loops[d].share == Share::Machine;
    for (program::NestAccumulator& accumulator : nest_.nest.accumulators) {
      const bool writes = access.target && accumulator.statement == plan.id;
      if (writes) accumulator.to = Residence::Scratchpad;
    }
    for (NestHold& hold : nest_.nest.holds) {
      if (std::ranges::count(hold.accesses, access.id) > 0 && made.place == Residence::Register)
        hold.from = Residence::Scratchpad;
    }
  }

  void make_room(const ir::TensorName& name, const ir::FuseAt& fuse, const NestStatementPlan& plan,
                 const AccessPlan& access) {
    size_t depth = depth_of(plan, fuse.loop.value().text);
    if (depth >= plan.shared) depth = plan.shared - 1;
    if (group_.repeats && plan.loops[depth].repeats) {
      ir::report(
          diagnostics_, name.where,
          fmt::format("fuse_at of {} stands at loop '{}', but a step of the recurrence needs "
                      "what the one before left; name a loop around it",
                      name.text, plan.loops[depth].name));
      return;
    }
    if (nest_.target.launches && host_walks(group_)) {
      ir::report(diagnostics_, name.where,
                 fmt::format("fuse_at of {}: no loop around {} is dealt out, so that each of its "
                             "iterations is a launch, and shared memory keeps nothing from one "
                             "launch to the next; say in: dram",
                             name.text, plan.loops[plan.shared - 1].name));
      return;
    }
    const program::NestSlice slice = slice_at(nest_, plan, access, static_cast<int>(depth));
    if (group_.repeats && slice_lives(name, slice)) {
      carry(name, plan, depth, slice);
    } else if (group_.repeats) {
      carry_whole(name, plan, depth, slice);
    }
    const uint64_t copies = (group_.repeats && slice_lives(name, slice) ? 2 : 1) *
                            copies_per_core(nest_.target, workers_within(plan, depth + 1));
    take_scratchpad(nest_, fmt::format("fuse_at of {}", name.text),
                    slice_bytes(nest_, slice) * copies);
  }

  /// Whether only the step at hand of a recurrence is kept.
  bool slice_lives(const ir::TensorName& name, const program::NestSlice& slice) const {
    const ir::Tensor& tensor = *nest_.kernel->find_tensor(name.text);
    return !slice.spans.empty() && slice.level == 0 && tensor.levels[0].type == ir::LevelType::Gen;
  }

  /// The slices of the first and the last step move between memory and scratchpad.
  void carry(const ir::TensorName& name, const NestStatementPlan& plan, size_t depth,
             program::NestSlice slice) {
    const int64_t steps = slice.spans[0].extent;
    const auto initial = einsum::initial_tensors(*nest_.kernel);
    if (std::ranges::count(initial, nest_.kernel->find_tensor(name.text)) > 0) {
      slice.spans[0].coordinate = program::constant_form(0);
      bring(name, plan, depth, slice);
    }
    slice.spans[0].coordinate = program::constant_form(steps - 1);
    leave(name, plan, depth, slice);
  }

  /// What a recurrence changes in place comes from before it and goes to what follows it.
  void carry_whole(const ir::TensorName& name, const NestStatementPlan& plan, size_t depth,
                   const program::NestSlice& slice) {
    bool begun = false;
    bool used = false;
    bool behind = false;
    for (const NestGroup& group : nest_.groups) {
      behind = behind || &group == &group_;
      for (const NestStatementPlan& other : group.statements) {
        const auto inputs = nest_.kernel->inputs_of(*other.statement);
        if (&group == &group_) continue;
        begun = begun || (!behind && other.statement->target.name == name.text);
        used = used || (behind && std::ranges::count(inputs, name.text) > 0);
      }
    }
    if (begun) bring(name, plan, depth, slice);
    if (used) leave(name, plan, depth, slice);
  }

  void bring(const ir::TensorName& name, const NestStatementPlan& plan, size_t depth,
             const program::NestSlice& slice) {
    NestHold hold;
    hold.slice = slice;
    hold.sharers = workers_within(plan, depth + 1);
    hold.by_dma = nest_.target.dma;
    hold.source = source_index(nest_, name.where, plan.statement->name, name.text, "fuse_at");
    group_.statements.front().holds[depth].push_back(static_cast<int32_t>(nest_.nest.holds.size()));
    nest_.nest.holds.push_back(std::move(hold));
  }

  void leave(const ir::TensorName& name, const NestStatementPlan& plan, size_t depth,
             const program::NestSlice& slice) {
    program::NestAccumulator last;
    last.slice = slice;
    last.statement = -1;
    last.clears = false;
    last.sharers = workers_within(plan, depth + 1);
    last.by_dma = nest_.target.dma;
    last.source = source_index(nest_, name.where, plan.statement->name, name.text, "fuse_at");
    group_.leaving.emplace_back(depth, static_cast<int32_t>(nest_.nest.accumulators.size()));
    nest_.nest.accumulators.push_back(std::move(last));
  }

  NestKernel& nest_;
  NestGroup& group_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

void plan_holds(NestKernel& nest, NestGroup& group, base::Diagnostics& diagnostics) {
  for (NestStatementPlan& plan : group.statements) {
    HoldPlanner(nest, group, plan, diagnostics).run();
    if (diagnostics.empty()) plan_register_group(nest, plan, diagnostics);
    if (diagnostics.empty()) plan_exchange(nest, plan, diagnostics);
  }
  if (diagnostics.empty()) KeepPlanner(nest, group, diagnostics).run();
}

void check_scratchpad(const NestKernel& nest, base::Diagnostics& diagnostics) {
  if (nest.scratchpad_bytes <= nest.target.scratchpad_bytes) return;
  const auto largest =
      std::ranges::max_element(nest.scratchpad, {}, [](const auto& taken) { return taken.second; });
  ir::report(
      diagnostics, nest.kernel->where,
      fmt::format("the mapping does not fit: it needs {} bytes of scratchpad per core, {} "
                  "more than the {} there are; {} takes {}: hold it at an inner loop, with "
                  "fewer buffers or smaller tiles",
                  nest.scratchpad_bytes, nest.scratchpad_bytes - nest.target.scratchpad_bytes,
                  nest.target.scratchpad_bytes, largest->first, largest->second));
}

}  // namespace weft::mapper
