// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/check_nest.h"

#include <algorithm>

#include <fmt/format.h>

#include "mapper/nest/slices.h"

namespace weft::mapper {

using program::Form;
using program::Range;

namespace {

/// Subscripts of an access by dim: the coordinates of its levels do where these are the dims, and
/// where levels cut dims, their coordinates together say as much.
std::vector<Form> coordinates_of(const AccessPlan& access) {
  std::vector<Form> forms;
  for (const AccessPlan::Level& level : access.levels) forms.push_back(level.coordinate);
  return forms;
}

/// One loop's part of a linear form.
struct Part {
  size_t depth;
  int64_t coefficient;
  int64_t extent;
};

/// The parts of a form in all loops of a statement for one step of its repeated index; nothing
/// where it is not linear in one of them.
std::optional<std::vector<Part>> parts_of(const NestKernel& nest, const NestStatementPlan& plan,
                                          const Form& form, std::vector<int64_t>& values) {
  const program::FormSpace& space = nest.nest.space;
  std::vector<Part> parts;
  const int64_t base = space.value(form, values.data());
  for (size_t depth = 0; depth < plan.loops.size(); ++depth) {
    const LoopPlan& loop = plan.loops[depth];
    if (loop.repeats || !space.depends_on(form, loop.variable)) continue;
    if (!space.linear_in(form, loop.variable)) return std::nullopt;
    int64_t& value = values[static_cast<size_t>(loop.variable)];
    value = 1;
    const int64_t coefficient = std::abs(space.value(form, values.data()) - base);
    value = 0;
    const program::NestLoop& made = nest.nest.loops[static_cast<size_t>(loop.id)];
    const int64_t limit = space.value(made.limit, values.data());
    const int64_t extent = std::min(loop.extent, (limit + made.weight - 1) / made.weight);
    if (extent > 1) parts.push_back({depth, coefficient, extent});
  }
  return parts;
}

/// Whether a form takes another value for every value of one loop: each part from that loop's on
/// outweighs all smaller ones together, as digits of a number do.
bool tells_apart(std::vector<Part> parts, size_t depth) {
  std::ranges::sort(parts, {}, &Part::coefficient);
  int64_t span = 0;
  bool reached = false;
  for (const Part& part : parts) {
    reached = reached || part.depth == depth;
    if (reached && part.coefficient <= span) return false;
    span += part.coefficient * (part.extent - 1);
  }
  return reached;
}

/// Marks what lies at most `most` steps of `coefficient` from a mark, before and behind it.
void spread_marks(std::vector<bool>& marked, int64_t coefficient, int64_t most) {
  const auto step = static_cast<size_t>(coefficient);
  const auto pass = [&](auto&& place) {
    std::vector<int64_t> away(marked.size(), most + 1);
    for (size_t i = 0; i < marked.size(); ++i) {
      if (marked[place(i)]) {
        away[i] = 0;
      } else if (i >= step) {
        away[i] = std::min(most, away[i - step]) + 1;
      }
    }
    return away;
  };
  const size_t last = marked.size() - 1;
  const std::vector<int64_t> up = pass([](size_t i) { return i; });
  const std::vector<int64_t> down = pass([&](size_t i) { return last - i; });
  for (size_t i = 0; i <= last; ++i) marked[i] = up[i] <= most || down[last - i] <= most;
}

/// The same exactly: whether no two points that differ in that loop have one value. The
/// differences that the other parts can make are marked; a multiple of the loop's own coefficient
/// among them is a clash. Only for spans that are quickly marked.
bool never_clashes(const std::vector<Part>& parts, size_t depth) {
  constexpr int64_t kMostMarked = 1 << 14;
  const auto own = std::ranges::find(parts, depth, &Part::depth);
  int64_t span = 0;
  for (const Part& part : parts)
    span += part.depth == depth ? 0 : part.coefficient * (part.extent - 1);
  if (own == parts.end() || own->coefficient == 0 || span > kMostMarked) return false;
  std::vector<bool> marked(static_cast<size_t>(2 * span + 1), false);
  marked[static_cast<size_t>(span)] = true;  // a difference of 0
  for (const Part& part : parts) {
    if (part.depth != depth && part.coefficient != 0)
      spread_marks(marked, part.coefficient, part.extent - 1);
  }
  for (int64_t step = 1; step < own->extent && step * own->coefficient <= span; ++step) {
    if (marked[static_cast<size_t>(span + step * own->coefficient)]) return false;
  }
  return true;
}

void set_step(const NestStatementPlan& plan, int64_t step, std::vector<int64_t>& values) {
  for (size_t depth = plan.loops.size(); depth-- > 0;) {
    const LoopPlan& loop = plan.loops[depth];
    if (!loop.repeats) continue;
    values[static_cast<size_t>(loop.variable)] = step % loop.extent;
    step /= loop.extent;
  }
}

bool depends_on_rest(const NestKernel& nest, const NestStatementPlan& plan, const Form& form) {
  for (size_t depth = plan.shared; depth < plan.loops.size(); ++depth) {
    const bool depends = nest.nest.space.depends_on(form, plan.loops[depth].variable);
    if (depends && !plan.loops[depth].repeats) return true;
  }
  return false;
}

/// Whether one step of the repeated loops stands for all of them, as far as the loop at `depth`
/// goes: neither what it adds to coordinates nor how far loops run changes.
bool steps_are_alike(const NestKernel& nest, const NestStatementPlan& plan,
                     const std::vector<Form>& forms, const LoopPlan& loop) {
  const program::FormSpace& space = nest.nest.space;
  const bool coordinates = std::ranges::all_of(forms, [&](const Form& form) {
    return !space.depends_on(form, loop.variable) || only_shifts(nest, plan, form);
  });
  return coordinates && std::ranges::all_of(plan.loops, [&](const LoopPlan& other) {
           const Form& limit = nest.nest.loops[static_cast<size_t>(other.id)].limit;
           return std::ranges::none_of(plan.loops, [&](const LoopPlan& repeated) {
             return repeated.repeats && space.depends_on(limit, repeated.variable);
           });
         });
}

}  // namespace

bool writes_apart(const NestKernel& nest, const NestStatementPlan& plan, size_t depth) {
  const std::vector<Form> forms = coordinates_of(plan.accesses[0]);
  const LoopPlan& loop = plan.loops[depth];
  if (loop.extent <= 1) return true;
  const int64_t steps = steps_are_alike(nest, plan, forms, loop) ? 1 : steps_of(plan);
  if (steps > kMostLookedAtSteps) return false;
  for (int64_t step = 0; step < steps; ++step) {
    std::vector<int64_t> values(nest.nest.space.size(), 0);
    set_step(plan, step, values);
    bool apart = false;
    bool alone = true;
    for (const Form& form : forms) {
      if (!nest.nest.space.depends_on(form, loop.variable)) continue;
      alone = false;
      const auto parts = parts_of(nest, plan, form, values);
      apart = apart || (parts && (tells_apart(*parts, depth) || never_clashes(*parts, depth)));
    }
    const program::NestLoop& made = nest.nest.loops[static_cast<size_t>(loop.id)];
    const int64_t limit = nest.nest.space.value(made.limit, values.data());
    if (!apart && (alone || limit > made.weight)) return false;
  }
  return true;
}

/// Fine where the element read is the one written, or where a coordinate that only the loops
/// around choose tells them apart (another step of a recurrence).
bool reads_apart(const NestKernel& nest, const NestStatementPlan& plan) {
  const std::vector<Form> written = coordinates_of(plan.accesses[0]);
  for (size_t i = 1; i < plan.accesses.size(); ++i) {
    if (plan.accesses[i].tensor != plan.accesses[0].tensor) continue;
    const std::vector<Form> read = coordinates_of(plan.accesses[i]);
    bool same = true;
    bool other = false;
    for (size_t dim = 0; dim < read.size(); ++dim) {
      const Form difference = read[dim] - written[dim];
      same = same && difference == Form{};
      other = other || (difference.is_constant() && difference.constant != 0 &&
                        !depends_on_rest(nest, plan, read[dim]));
    }
    if (!same && !other) return false;
  }
  return true;
}

namespace {

bool reduces_together(const NestStatementPlan& plan, const LoopPlan& loop) {
  const auto wanted = [&](const std::string& name) {
    const auto* reduction = plan.schedule.reduce.find(name);
    return reduction != nullptr && reduction->fixed();
  };
  if (wanted(loop.index) || wanted(loop.name)) return true;
  // A stretch of positions breaks the rows at its ends: any of its indices may be the one summed.
  return loop.chunk && !plan.schedule.reduce.empty() &&
         std::ranges::any_of(plan.schedule.reduce.entries,
                             [&](const auto& entry) { return wanted(entry.key.text); });
}

}  // namespace

void check_races(const NestKernel& nest, const NestStatementPlan& plan,
                 base::Diagnostics& diagnostics) {
  const ir::Statement& statement = *plan.statement;
  for (size_t depth = 0; depth < plan.loops.size(); ++depth) {
    const LoopPlan& loop = plan.loops[depth];
    if (!loop.parallel) continue;
    if (loop.repeats) {
      ir::report(diagnostics, loop.where,
                 fmt::format("par of {} runs '{}' side by side, but a step of repeat {} needs the "
                             "one before it",
                             statement.name, loop.name, loop.index));
    } else if (!writes_apart(nest, plan, depth) && !reduces_together(plan, loop)) {
      ir::report(diagnostics, loop.where,
                 fmt::format("par of {} runs '{}' side by side, but its iterations add to the "
                             "same elements of {}: they would race; say reduce: {{{}: atomic}} or "
                             "run another loop",
                             statement.name, loop.name, statement.target.text(), loop.index));
    } else if (depth >= plan.shared && !reads_apart(nest, plan)) {
      ir::report(diagnostics, loop.where,
                 fmt::format("par of {} runs '{}' side by side, but an iteration reads elements "
                             "of {} that another one writes",
                             statement.name, loop.name, statement.target.name));
    }
  }
}

namespace {

/// The box of coordinates that an access covers while the shared loops stand at a point.
std::vector<Range> box_at(const NestKernel& nest, const NestStatementPlan& plan,
                          const AccessPlan& access, const std::vector<int64_t>& point) {
  std::vector<Range> ranges(nest.nest.space.size(), Range{});
  for (size_t depth = 0; depth < plan.loops.size(); ++depth) {
    const LoopPlan& loop = plan.loops[depth];
    const bool pinned = depth < plan.shared;
    ranges[static_cast<size_t>(loop.variable)] =
        pinned ? Range{point[depth], point[depth]} : Range{0, loop.extent - 1};
  }
  std::vector<Range> box;
  for (const AccessPlan::Level& level : access.levels)
    box.push_back(nest.nest.space.range(level.coordinate, ranges));
  return box;
}

bool within(const std::vector<Range>& inner, const std::vector<Range>& outer) {
  for (size_t dim = 0; dim < inner.size(); ++dim) {
    if (inner[dim].low < outer[dim].low || inner[dim].high > outer[dim].high) return false;
  }
  return true;
}

class GroupChecker {
 public:
  GroupChecker(const NestKernel& nest, const NestGroup& group, base::Diagnostics& diagnostics)
      : nest_(nest), group_(group), diagnostics_(diagnostics) {}

  void check() {
    for (const NestStatementPlan& writer : group_.statements) {
      for (const NestStatementPlan& reader : group_.statements) {
        for (size_t i = 1; i < reader.accesses.size(); ++i) {
          if (reader.accesses[i].tensor == writer.accesses[0].tensor)
            check_pair(writer, reader, reader.accesses[i]);
        }
      }
    }
  }

 private:
  void check_pair(const NestStatementPlan& writer, const NestStatementPlan& reader,
                  const AccessPlan& read) {
    for (size_t depth = 0; depth < writer.shared; ++depth) {
      const LoopPlan& loop = writer.loops[depth];
      if (loop.repeats && !steps_within(writer, depth)) return;  // in the order of the document
      if (loop.repeats) continue;
      if (loop.reduces && !group_.repeats) {
        tell(writer, reader, depth, "is not yet complete there");
        return;
      }
      if (group_.repeats ? moves_along(writer, read, loop) : made_there(writer, reader, read))
        continue;
      tell(writer, reader, depth, "is partly made in other iterations");
      return;
    }
  }

  /// Whether steps of the recurrence are taken within another loop inside of this one.
  static bool steps_within(const NestStatementPlan& writer, size_t depth) {
    for (size_t inner = depth + 1; inner < writer.shared; ++inner) {
      if (writer.loops[inner].repeats) return true;
    }
    return false;
  }

  /// All accesses of the recurrence choose the same coordinate by the loop.
  bool moves_along(const NestStatementPlan& writer, const AccessPlan& read,
                   const LoopPlan& loop) const {
    const std::vector<Form> written = coordinates_of(writer.accesses[0]);
    const std::vector<Form> used = coordinates_of(read);
    for (size_t dim = 0; dim < written.size(); ++dim) {
      if (written[dim] == used[dim] && nest_.nest.space.depends_on(written[dim], loop.variable))
        return true;
    }
    return false;
  }

  bool made_there(const NestStatementPlan& writer, const NestStatementPlan& reader,
                  const AccessPlan& read) const {
    for (int corner = 0; corner < 3; ++corner) {
      std::vector<int64_t> point;
      for (size_t depth = 0; depth < writer.shared; ++depth) {
        const int64_t last = writer.loops[depth].extent - 1;
        point.push_back(corner == 0 ? 0 : corner == 1 ? std::min<int64_t>(1, last) : last);
      }
      if (!within(box_at(nest_, reader, read, point),
                  box_at(nest_, writer, writer.accesses[0], point)))
        return false;
    }
    return true;
  }

  void tell(const NestStatementPlan& writer, const NestStatementPlan& reader, size_t depth,
            const char* why) {
    const auto& entries = nest_.kernel->schedule.fuse_at.entries;
    const auto fuse = std::ranges::find_if(entries, [&](const auto& entry) {
      return entry.key.text == writer.statement->target.name;
    });
    const ir::Origin where = fuse == entries.end() ? writer.loops[depth].where : fuse->key.where;
    ir::report(diagnostics_, where,
               fmt::format("{} and {} cannot share loop '{}': what {} reads of {} {}",
                           writer.statement->name, reader.statement->name, writer.loops[depth].name,
                           reader.statement->name, writer.statement->target.name, why));
  }

  const NestKernel& nest_;
  const NestGroup& group_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

void check_group(const NestKernel& nest, const NestGroup& group, base::Diagnostics& diagnostics) {
  if (group.statements.size() > 1 || group.repeats) GroupChecker(nest, group, diagnostics).check();
}

}  // namespace weft::mapper
