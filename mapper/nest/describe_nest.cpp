// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/describe_nest.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "mapper/nest/emit_nest.h"

namespace weft::mapper {

using program::Meeting;
using program::Residence;
using program::Share;

namespace {

enum class Pass { Loops, Levels, Meet, Share, Accumulate, Stage, Program };

std::string_view place_text(Residence place) {
  constexpr std::array<std::string_view, 5> kWords = {"memory", "cache", "scratchpad", "registers",
                                                      "registers of lanes"};
  return kWords[static_cast<size_t>(place)];
}

std::string_view joined_text(program::Joined joined) {
  constexpr std::array<std::string_view, 4> kWords = {"", ", those of threads added up by one",
                                                      ", those of threads added up as a tree",
                                                      ", those of lanes added up by shuffles"};
  return kWords[static_cast<size_t>(joined)];
}

std::string_view share_text(Share share) {
  constexpr std::array<std::string_view, 7> kWords = {"",
                                                      ", dealt to all threads",
                                                      ", dealt to cores",
                                                      ", dealt to the threads of a core",
                                                      ", dealt to all warps",
                                                      ", dealt to the warps of a core",
                                                      ", dealt to the lanes of a warp"};
  return kWords[static_cast<size_t>(share)];
}

std::string_view sharers_text(program::Share sharers) {
  if (sharers == program::Share::None) return "";
  return sharers == program::Share::Lanes ? ", one for the warp" : ", one for the core";
}

/// The loops of a kernel as an indented text.
class NestText {
 public:
  NestText(const NestKernel& nest, Pass pass) : nest_(nest), pass_(pass) {}

  std::string text() {
    for (const NestGroup& group : nest_.groups) {
      for (const NestStatementPlan& plan : group.statements) add_statement(group, plan);
    }
    if (pass_ >= Pass::Accumulate) add_scratchpad();
    return out_;
  }

 private:
  void line(size_t depth, const std::string& text) {
    out_ += fmt::format("{:{}}{}\n", "", 2 * depth, text);
  }

  void add_statement(const NestGroup& group, const NestStatementPlan& plan) {
    line(0, fmt::format("{}: {}{}", plan.statement->name, plan.statement->text(),
                        &plan == &group.statements.front() || plan.shared == 0
                            ? ""
                            : fmt::format("   (shares its {} outermost loops with {})", plan.shared,
                                          group.statements.front().statement->name)));
    if (pass_ == Pass::Levels) add_levels(plan);
    if (pass_ >= Pass::Accumulate) add_accumulator(plan.root_accumulator, 1);
    for (size_t depth = 0; depth < plan.loops.size(); ++depth) {
      line(depth + 1, loop_text(plan, depth));
      if (pass_ >= Pass::Meet) add_lookups(plan, depth);
      if (pass_ >= Pass::Stage) add_holds(plan, depth);
      if (pass_ >= Pass::Accumulate) add_accumulator(plan.accumulator_at[depth], depth + 2);
      if (pass_ >= Pass::Stage && depth + 1 == plan.shared) add_exchange(plan.exchange, depth + 2);
    }
    line(plan.loops.size() + 1, body_text(plan));
  }

  std::string loop_text(const NestStatementPlan& plan, size_t depth) const {
    const LoopPlan& loop = plan.loops[depth];
    const program::NestLoop& made = nest_.nest.loops[static_cast<size_t>(loop.id)];
    std::string text = fmt::format("{} {}", loop.repeats ? "step" : "for", loop.name);
    if (pass_ < Pass::Meet || made.meeting == Meeting::Range) {
      text += fmt::format(" in 0..{}", loop.extent);
      if (loop.chunk) text += fmt::format(", {} stored entries each", loop.weight);
      if (!loop.chunk && loop.weight > 1)
        text += fmt::format(", steps of {} of {}", loop.weight, loop.index);
      if (made.clamp_tensor >= 0) text += ", the rows of these entries";
    } else {
      text += made.meeting == Meeting::Scan ? " walks " : " walks in step ";
      for (size_t i = 0; i < made.drivers.size(); ++i) {
        const bool sought = made.meeting == Meeting::Scan && i > 0;
        text += (i == 0 ? "" : sought ? ", looked up in " : ", ") + level_text(made.drivers[i]);
      }
      if (made.meeting == Meeting::Merge) text += truth_text(made);
    }
    if (pass_ < Pass::Share) return text;
    return fmt::format("{}{}{}", text, share_text(loop.share), loop.reduces ? ", sums" : "");
  }

  template <class Reference>
  std::string level_text(const Reference& reference) const {
    const auto& access = nest_.nest.accesses[static_cast<size_t>(reference.access)];
    const std::string& name = nest_.nest.tensors[static_cast<size_t>(access.tensor)].name;
    const ir::Tensor& tensor = *nest_.kernel->find_tensor(name);
    return fmt::format("{} {}", name, tensor.levels[static_cast<size_t>(reference.level)].text());
  }

  /// The sets of operands at which the loop has something to do.
  std::string truth_text(const program::NestLoop& loop) const {
    std::vector<std::string> sets;
    for (size_t set = 1; set < size_t{1} << loop.drivers.size(); ++set) {
      if ((loop.truth >> set & 1) == 0) continue;
      std::string names;
      for (size_t i = 0; i < loop.drivers.size(); ++i) {
        if ((set >> i & 1) == 0) continue;
        const auto& access = nest_.nest.accesses[static_cast<size_t>(loop.drivers[i].access)];
        names += (names.empty() ? "" : "&") +
                 nest_.nest.tensors[static_cast<size_t>(access.tensor)].name;
      }
      sets.push_back(names);
    }
    return fmt::format(" where {} stored", fmt::join(sets, " or "));
  }

  void add_levels(const NestStatementPlan& plan) {
    for (const AccessPlan& access : plan.accesses) {
      std::vector<std::string> levels;
      for (size_t i = 0; i < access.levels.size(); ++i) {
        const AccessPlan::Level& level = access.levels[i];
        const std::string where =
            level.depth < 0 ? "always" : "at " + plan.loops[static_cast<size_t>(level.depth)].name;
        levels.push_back(fmt::format("{} {}", access.tensor->levels[i].text(), where));
      }
      line(1, fmt::format("{:<16} {}", access.expression->text(), fmt::join(levels, ", ")));
    }
  }

  void add_lookups(const NestStatementPlan& plan, size_t depth) {
    for (const int32_t id : plan.lookups[depth]) {
      const program::NestLookup& lookup = nest_.nest.lookups[static_cast<size_t>(id)];
      line(depth + 2, fmt::format("{} {}{}", lookup.inserts ? "insert into" : "look up",
                                  level_text(lookup), lookup.required ? "" : ", or zero"));
    }
  }

  void add_holds(const NestStatementPlan& plan, size_t depth) {
    for (const int32_t id : plan.holds[depth]) {
      const program::NestHold& hold = nest_.nest.holds[static_cast<size_t>(id)];
      line(depth + 2,
           fmt::format("hold {}: at most {} elements, {}, {} buffer{}{}",
                       nest_.nest.tensors[static_cast<size_t>(hold.slice.tensor)].name,
                       hold.slice.most_elements, hold.by_dma ? "by DMA" : "by loads", hold.buffers,
                       hold.buffers == 1 ? "" : "s", sharers_text(hold.sharers)));
    }
  }

  void add_accumulator(int32_t id, size_t depth) {
    if (id < 0) return;
    const program::NestAccumulator& a = nest_.nest.accumulators[static_cast<size_t>(id)];
    line(depth, fmt::format("accumulate {}: at most {} elements in {}{}{}{}",
                            nest_.nest.tensors[static_cast<size_t>(a.slice.tensor)].name,
                            a.slice.most_elements, place_text(a.place), sharers_text(a.sharers),
                            joined_text(a.joined),
                            a.atomic ? ", added by atomics"
                            : a.adds ? ", added"
                                     : ", written"));
  }

  void add_exchange(int32_t id, size_t depth) {
    if (id < 0) return;
    const program::NestExchange& e = nest_.nest.exchanges[static_cast<size_t>(id)];
    std::vector<std::string> ways;
    for (const Residence way : {Residence::Lanes, Residence::Scratchpad, Residence::Memory}) {
      const auto steps = std::count(e.via.begin() + 1, e.via.end(), way);
      if (steps > 0) ways.push_back(fmt::format("{} times through {}", steps, place_text(way)));
    }
    line(depth, fmt::format("exchange {}: at most {} elements of a thread in registers, swapped {}",
                            nest_.nest.tensors[static_cast<size_t>(e.tensor)].name, e.most_elements,
                            ways.empty() ? "never" : fmt::format("{}", fmt::join(ways, ", "))));
  }

  std::string body_text(const NestStatementPlan& plan) const {
    std::string text = plan.statement->text();
    if (pass_ < Pass::Stage) return text;
    text += "   (";
    for (size_t i = 0; i < plan.accesses.size(); ++i) {
      const auto& made = nest_.nest.accesses[static_cast<size_t>(plan.accesses[i].id)];
      text += fmt::format("{}{}: {}", i == 0 ? "" : ", ", plan.accesses[i].tensor->name,
                          place_text(made.place));
    }
    return text + ")";
  }

  void add_scratchpad() {
    if (nest_.scratchpad.empty()) return;
    line(0, fmt::format("scratchpad of a core: {} of {} bytes", nest_.scratchpad_bytes,
                        nest_.target.scratchpad_bytes));
    for (const auto& [what, bytes] : nest_.scratchpad)
      line(1, fmt::format("{:>9} {}", bytes, what));
  }

  const NestKernel& nest_;
  Pass pass_;
  std::string out_;
};

std::string operand_text(const program::Program& code, const program::MicroOp& op) {
  const auto index = static_cast<size_t>(op.immediate);
  const program::Nest& nest = code.nest;
  switch (static_cast<program::NestOp>(op.a)) {
    case program::NestOp::LoopBegin:
    case program::NestOp::LoopNext:
      return nest.loops[index].name;
    case program::NestOp::TasksBegin:
    case program::NestOp::TasksNext:
    case program::NestOp::TaskTake: {
      std::string names;
      for (const int32_t loop : nest.tasks[index].loops)
        names += (names.empty() ? "" : " ") + nest.loops[static_cast<size_t>(loop)].name;
      return names.empty() ? "one thread" : names;
    }
    case program::NestOp::Lookup:
      return nest
          .tensors[static_cast<size_t>(
              nest.accesses[static_cast<size_t>(nest.lookups[index].access)].tensor)]
          .name;
    case program::NestOp::Fill:
    case program::NestOp::Prefetch:
      return nest.tensors[static_cast<size_t>(nest.holds[index].slice.tensor)].name;
    case program::NestOp::Clear:
    case program::NestOp::Join:
    case program::NestOp::Flush:
      return nest.tensors[static_cast<size_t>(nest.accumulators[index].slice.tensor)].name;
    case program::NestOp::Take:
    case program::NestOp::Give:
      return nest.tensors[static_cast<size_t>(nest.exchanges[index].tensor)].name;
    default: {
      const program::NestRun& run = nest.runs[index];
      const std::string& name = nest.statements[static_cast<size_t>(run.statement)].name;
      if (run.loop < 0) return name;
      return fmt::format("{} over {}", name, nest.loops[static_cast<size_t>(run.loop)].name);
    }
  }
}

/// The code of every thread, one micro-operation on a line.
std::string program_text(const program::Program& code) {
  constexpr std::array<std::string_view, 14> kNestOps = {
      "tasks",    "next_task", "take_task", "loop",  "next", "lookup", "fill",
      "prefetch", "clear",     "join",      "flush", "take", "give",   "run"};
  std::string out;
  for (size_t i = 0; i < code.threads.size(); ++i) {
    const program::MicroOp& op = code.threads[i];
    std::string text;
    switch (op.op) {
      case program::Opcode::Nest:
        text = fmt::format("{:<10} {}", kNestOps[op.a], operand_text(code, op));
        break;
      case program::Opcode::Barrier:
        text = op.immediate == program::kWholeMachine ? "barrier    of the machine"
                                                      : "barrier    of the core";
        break;
      case program::Opcode::PhaseBegin:
        text = "phase      " + code.phases[static_cast<size_t>(op.immediate)];
        break;
      case program::Opcode::TaskFlow:
        text = "ask        for a task";
        break;
      case program::Opcode::Jump:
        text = "jump";
        break;
      default:
        text = "halt";
    }
    const std::string target = op.target >= 0 ? fmt::format("-> {}", op.target) : std::string();
    out += fmt::format("{:>4}  {:<40} {}", i, text, target);
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
  return out;
}

/// The code of every launch, each with the loops of the host around it.
std::string launches_text(NestKernel plan) {
  std::string out;
  const std::vector<NestLaunch> launches = emit_launches(plan);
  program::Program code;
  code.nest = std::move(plan.nest);
  for (const NestLaunch& launch : launches) {
    std::string loops;
    for (const int32_t id : launch.host_loops)
      loops +=
          (loops.empty() ? " for every " : ", ") + code.nest.loops[static_cast<size_t>(id)].name;
    code.threads = launch.code;
    out += fmt::format("launch {}{}\n{}", launch.name, loops, program_text(code));
  }
  return out;
}

}  // namespace

const std::vector<std::string>& nest_passes() {
  static const std::vector<std::string> passes = {"loops",      "levels", "meet",   "share",
                                                  "accumulate", "stage",  "program"};
  return passes;
}

std::string describe_nest(const ir::Kernel& kernel, const NestTarget& target, NestTensors& tensors,
                          const std::string& pass) {
  const auto found = std::ranges::find(nest_passes(), pass);
  WEFT_CHECK(found != nest_passes().end(), "a pass of loop nests");
  const auto wanted = static_cast<Pass>(found - nest_passes().begin());
  base::Diagnostics diagnostics;
  const bool emits = wanted == Pass::Program && !target.launches;
  CompiledNest compiled(kernel, target, tensors, diagnostics, emits);
  diagnostics.throw_if_any();
  if (wanted != Pass::Program) return NestText(compiled.plan(), wanted).text();
  return emits ? program_text(compiled.program()) : launches_text(std::move(compiled).release());
}

}  // namespace weft::mapper
