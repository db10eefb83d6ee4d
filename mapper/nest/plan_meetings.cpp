// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "mapper/nest/plan_accesses.h"

namespace weft::mapper {

using ir::LevelType;
using program::Form;
using program::Meeting;
using Kind = ir::Expression::Kind;

namespace {

/// More fibers than this do not meet in one loop.
constexpr size_t kMostDrivers = 5;

/// A level that a loop could walk.
struct Candidate {
  size_t access;
  size_t level;
};

class MeetingPlanner {
 public:
  MeetingPlanner(NestKernel& nest, NestStatementPlan& plan, base::Diagnostics& diagnostics)
      : nest_(nest), plan_(plan), diagnostics_(diagnostics) {}

  void run() {
    plan_.lookups.resize(plan_.loops.size());
    alias_target();
    for (size_t depth = 0; depth < plan_.loops.size() && diagnostics_.empty(); ++depth)
      plan_depth(depth);
    if (diagnostics_.empty()) clamp();
    const ir::Combine combine = plan_.statement->combine;
    if (combine == ir::Combine::Max || combine == ir::Combine::Min) check_extremes();
  }

 private:
  /// A target stored where an operand is, at the same subscripts, is at the same positions.
  void alias_target() {
    AccessPlan& target = plan_.accesses[0];
    if (!target.tensor->pattern) return;
    for (const AccessPlan& other : plan_.accesses) {
      const bool same = !other.target && other.tensor->name == target.tensor->pattern->text &&
                        other.levels.size() == target.levels.size() &&
                        other.expression->operands == target.expression->operands &&
                        other.tensor->levels == target.tensor->levels;
      if (!same) continue;
      program::NestAccess& made = nest_.nest.accesses[static_cast<size_t>(target.id)];
      made.position = nest_.nest.accesses[static_cast<size_t>(other.id)].position;
      made.positions = nest_.nest.accesses[static_cast<size_t>(other.id)].positions;
      for (size_t i = 0; i < target.levels.size(); ++i) {
        target.levels[i] = other.levels[i];
        target.levels[i].result = -1;  // the operand's loops find it
      }
      return;
    }
  }

  const einsum::StoredLevel& stored(const Candidate& c) const {
    return nest_.stored->at(plan_.accesses[c.access].tensor->name).levels[c.level];
  }
  const AccessPlan::Level& level(const Candidate& c) const {
    return plan_.accesses[c.access].levels[c.level];
  }

  bool assembles(const AccessPlan& access) const {
    return access.target && !access.tensor->pattern;
  }

  /// Whether the loop's variable alone is missing to the level's coordinate.
  bool can_drive(const Candidate& c, size_t depth) const {
    const program::FormSpace& space = nest_.nest.space;
    const int32_t variable = plan_.loops[depth].variable;
    if (assembles(plan_.accesses[c.access])) return false;
    const Form rest = level(c).coordinate - program::variable_form(variable);
    if (space.depends_on(rest, variable) || space.depends_on(level(c).parent, variable))
      return false;
    for (const int32_t result : known_now_) {
      if (space.depends_on(level(c).parent, result)) return false;
    }
    return stored(c).type != LevelType::Affine || !space.depends_on(equals_of(c), variable);
  }

  /// What an affine level's coordinate equals, in the terms of the access.
  Form equals_of(const Candidate& c) const {
    const AccessPlan& access = plan_.accesses[c.access];
    const ir::Level& written = access.tensor->levels[c.level];
    if (!written.equals) return {};
    einsum::Names dims;
    const einsum::Names& names = names_of_statement();
    for (size_t dim = 0; dim < access.tensor->dims.size(); ++dim) {
      dims.forms[access.tensor->dims[dim].name] = einsum::index_form(
          *nest_.kernel, access.expression->operands[dim], names, nest_.nest.space);
    }
    return einsum::index_form(*nest_.kernel, *written.equals, dims, nest_.nest.space);
  }

  const einsum::Names& names_of_statement() const {
    if (names_.forms.empty()) {
      for (const LoopPlan& loop : plan_.loops) {
        if (loop.chunk) continue;
        Form& form = names_.forms[loop.index];
        form = form + program::scaled(program::variable_form(loop.variable), loop.weight);
      }
    }
    return names_;
  }

  void plan_depth(size_t depth) {
    known_now_.clear();
    drivers_.clear();
    std::vector<Candidate> found;
    for (size_t access = 0; access < plan_.accesses.size(); ++access) {
      for (size_t l = 0; l < plan_.accesses[access].levels.size(); ++l) {
        const Candidate c{access, l};
        if (level(c).result < 0 || level(c).depth != static_cast<int>(depth)) continue;
        (can_drive(c, depth) ? drivers_ : found).push_back(c);
        known_now_.push_back(level(c).result);
      }
    }
    if (drivers_.size() > kMostDrivers) {
      ir::report(diagnostics_, plan_.statement->where,
                 fmt::format("{} sparse operands of {} meet at loop '{}', {} more than a thread "
                             "walks in step",
                             drivers_.size(), plan_.statement->name, plan_.loops[depth].name,
                             drivers_.size() - kMostDrivers));
      return;
    }
    const uint64_t truth = loop_truth();
    const bool shared = depth < plan_.shared && plan_.shared > 0;
    if ((truth & 1) != 0) {
      found.insert(found.end(), drivers_.begin(), drivers_.end());
      std::ranges::stable_sort(found, {}, &Candidate::level);
    } else if (shared) {
      ir::report(
          diagnostics_, plan_.loops[depth].where,
          fmt::format("loop '{}' is shared by several statements, but walks what {} stores",
                      plan_.loops[depth].name, plan_.accesses[drivers_[0].access].tensor->name));
    } else {
      set_drivers(depth, truth);
    }
    for (const Candidate& c : found) add_lookup(c, depth);
  }

  uint64_t all() const { return ~uint64_t{0}; }

  /// Bit [set of drivers present]: whether the loop has anything to do there.
  uint64_t loop_truth() const {
    uint64_t truth = truth_of(plan_.statement->value);
    for (size_t i = 0; i < drivers_.size(); ++i) {
      if (plan_.accesses[drivers_[i].access].target) truth &= driver_truth(i);
    }
    return truth;
  }

  uint64_t driver_truth(size_t driver) const {
    uint64_t truth = 0;
    for (uint64_t set = 0; set < uint64_t{1} << drivers_.size(); ++set)
      truth |= (set >> driver & 1) << set;
    return truth;
  }

  uint64_t truth_of(const ir::Expression& e) const {
    switch (e.kind) {
      case Kind::Access:
        for (size_t i = 0; i < drivers_.size(); ++i) {
          if (plan_.accesses[drivers_[i].access].expression == &e) return driver_truth(i);
        }
        return all();
      case Kind::Multiply:
        return truth_of(e.operands[0]) & truth_of(e.operands[1]);
      case Kind::Add:
      case Kind::Subtract:
        return truth_of(e.operands[0]) | truth_of(e.operands[1]);
      case Kind::Divide:
      case Kind::Negate:
        return truth_of(e.operands[0]);
      default:
        return all();
    }
  }

  /// Whether anything is left of a value without one of its accesses.
  bool can_do_without(const ir::Expression& e, const ir::Expression* missing) const {
    switch (e.kind) {
      case Kind::Access:
        return &e != missing;
      case Kind::Multiply:
        return can_do_without(e.operands[0], missing) && can_do_without(e.operands[1], missing);
      case Kind::Add:
      case Kind::Subtract:
        return can_do_without(e.operands[0], missing) || can_do_without(e.operands[1], missing);
      case Kind::Divide:
      case Kind::Negate:
        return can_do_without(e.operands[0], missing);
      default:
        return true;
    }
  }

  void set_drivers(size_t depth, uint64_t truth) {
    const uint64_t sets = uint64_t{1} << drivers_.size();
    const uint64_t everything = uint64_t{1} << (sets - 1);
    const uint64_t mask = sets == 64 ? all() : (uint64_t{1} << sets) - 1;
    const bool intersects = (truth & mask) == everything;
    program::NestLoop& loop = nest_.nest.loops[static_cast<size_t>(plan_.loops[depth].id)];
    loop.truth = truth & mask;
    loop.meeting = Meeting::Merge;
    if (intersects) {
      const size_t lead = lead_of(depth);
      if (lead < drivers_.size()) {
        std::rotate(drivers_.begin(), drivers_.begin() + static_cast<std::ptrdiff_t>(lead),
                    drivers_.begin() + static_cast<std::ptrdiff_t>(lead) + 1);
        loop.meeting = Meeting::Scan;
      }
    }
    check_walkable(depth, loop.meeting);
    for (const Candidate& c : drivers_) {
      const Form offset = level(c).coordinate - program::variable_form(plan_.loops[depth].variable);
      loop.drivers.push_back({plan_.accesses[c.access].id, static_cast<int32_t>(c.level),
                              level(c).parent, offset, equals_of(c), level(c).result});
      plan_.accesses[c.access].levels[c.level].drives = true;
    }
  }

  /// Loops may visit points at which nothing is stored. The zero that stands for it adds nothing to
  /// a sum, but it could be the largest or least of all values.
  void check_extremes() {
    for (const AccessPlan& access : plan_.accesses) {
      if (access.target || einsum::is_full(*access.tensor)) continue;
      const std::vector<ir::Level>& levels = access.tensor->levels;
      const auto is_dense = [](const ir::Level& each) { return each.type == LevelType::Dense; };
      const auto sparse = std::ranges::find_if_not(levels, is_dense);
      const bool padded = std::any_of(sparse, levels.end(), is_dense);
      if (padded) refuse_extreme(access, "stores whole blocks, with zeros that nobody wrote");
      const bool looked_up = std::ranges::any_of(nest_.nest.lookups, [&](const auto& lookup) {
        return lookup.access == access.id && !lookup.required;
      });
      if (looked_up && !has_full_term(plan_.statement->value))
        refuse_extreme(access, "is looked up at points where no operand may have stored anything");
    }
  }

  void refuse_extreme(const AccessPlan& access, const char* why) {
    ir::report(diagnostics_, access.tensor->levels_where,
               fmt::format("{} is a largest or least value, and tensor {} {}; store it by rows and "
                           "walk it in that order, or store it dense",
                           plan_.statement->name, access.tensor->name, why));
  }

  /// Whether a value is there at every point, whatever the sparse tensors in it store.
  bool has_full_term(const ir::Expression& e) const {
    switch (e.kind) {
      case Kind::Access:
        return einsum::is_full(*nest_.kernel->find_tensor(e.name));
      case Kind::Multiply:
        return has_full_term(e.operands[0]) && has_full_term(e.operands[1]);
      case Kind::Add:
      case Kind::Subtract:
        return has_full_term(e.operands[0]) || has_full_term(e.operands[1]);
      case Kind::Divide:
      case Kind::Negate:
        return has_full_term(e.operands[0]);
      default:
        return true;
    }
  }

  /// The driver that is walked while the others are looked up; their number where all are walked
  /// in step.
  size_t lead_of(size_t depth) const {
    if (drivers_.size() == 1) return 0;
    const LoopPlan& loop = plan_.loops[depth];
    const ir::Coiter* coiter = plan_.schedule.coiter.find(loop.index);
    for (size_t i = 0; i < drivers_.size(); ++i) {
      const AccessPlan& access = plan_.accesses[drivers_[i].access];
      if (coiter != nullptr && coiter->lead && coiter->lead->text == access.tensor->name) return i;
      if (stored(drivers_[i]).type == LevelType::Affine) return i;
    }
    for (size_t i = 0; i < drivers_.size(); ++i) {
      if (!stored(drivers_[i]).ordered || !stored(drivers_[i]).unique) return i;
    }
    const bool follows =
        coiter != nullptr && coiter->mode.fixed() && coiter->mode.value() != ir::Coiteration::Merge;
    return follows || loop.parallel ? 0 : drivers_.size();
  }

  /// Fibers with repeated or unsorted coordinates can be walked alone, and not be searched.
  void check_walkable(size_t depth, Meeting meeting) {
    for (size_t i = 0; i < drivers_.size(); ++i) {
      const bool leads = meeting == Meeting::Scan && i == 0;
      const einsum::StoredLevel& each = stored(drivers_[i]);
      const bool searched = meeting == Meeting::Scan && i > 0;
      const bool fine = leads || (each.unique && (each.ordered || searched));
      if (fine) continue;
      const AccessPlan& access = plan_.accesses[drivers_[i].access];
      ir::report(
          diagnostics_, access.tensor->levels[drivers_[i].level].where,
          fmt::format("level '{}' of tensor {} has {} coordinates, which cannot meet "
                      "others in step at loop '{}'; store it sorted, or let it lead (coiter)",
                      access.tensor->levels[drivers_[i].level].text(), access.tensor->name,
                      each.unique ? "unsorted" : "repeated", plan_.loops[depth].name));
    }
  }

  void add_lookup(const Candidate& c, size_t depth) {
    const AccessPlan& access = plan_.accesses[c.access];
    const einsum::StoredLevel& each = stored(c);
    if (!each.unique) {
      ir::report(diagnostics_, access.tensor->levels[c.level].where,
                 fmt::format("level '{}' of tensor {} repeats coordinates and cannot be searched: "
                             "walk {} before '{}'",
                             access.tensor->levels[c.level].text(), access.tensor->name,
                             access.tensor->name, plan_.loops[depth].name));
      return;
    }
    program::NestLookup lookup{access.id,
                               static_cast<int32_t>(c.level),
                               level(c).parent,
                               level(c).coordinate,
                               equals_of(c),
                               level(c).result,
                               true,
                               assembles(access)};
    if (!access.target)
      lookup.required = !can_do_without(plan_.statement->value, access.expression);
    plan_.lookups[depth].push_back(static_cast<int32_t>(nest_.nest.lookups.size()));
    nest_.nest.lookups.push_back(std::move(lookup));
  }

  /// Loops within a stretch of stored positions see those positions alone.
  void clamp() {
    const auto chunk = std::ranges::find(plan_.loops, true, &LoopPlan::chunk);
    if (chunk == plan_.loops.end()) return;
    const Form begin = program::scaled(program::variable_form(chunk->variable), chunk->weight);
    const auto* fused = plan_.schedule.fuse.find(chunk->index);
    for (const AccessPlan& access : plan_.accesses) {
      if (access.target || einsum::is_full(*access.tensor)) continue;
      const bool two = access.levels.size() == 2;
      const bool coordinates = !nest_.stored->at(access.tensor->name).levels[0].unique;
      const size_t last = coordinates ? 0 : 1;
      if (!two) continue;
      for (size_t i = 0; i < fused->size(); ++i) {
        const auto loop = std::ranges::find(plan_.loops, (*fused)[i].text, &LoopPlan::index);
        program::NestLoop& made = nest_.nest.loops[static_cast<size_t>(loop->id)];
        const bool drives = std::ranges::any_of(made.drivers, [&](const auto& driver) {
          return driver.access == access.id && driver.level == static_cast<int32_t>(last);
        });
        const bool rows = made.meeting == Meeting::Range && i == 0;
        made.clamp_begin = begin;
        made.clamp_end = begin + program::constant_form(chunk->weight);
        made.clamped = drives;
        if (rows) made.clamp_tensor = nest_.tensor_ids.at(access.tensor->name);
        made.clamp_level = 1;
      }
      return;
    }
  }

  NestKernel& nest_;
  NestStatementPlan& plan_;
  base::Diagnostics& diagnostics_;
  std::vector<Candidate> drivers_;  // of the loop at hand
  std::vector<int32_t> known_now_;  // positions that this loop finds
  mutable einsum::Names names_;
};

}  // namespace

void plan_meetings(NestKernel& nest, NestStatementPlan& plan, base::Diagnostics& diagnostics) {
  MeetingPlanner(nest, plan, diagnostics).run();
}

}  // namespace weft::mapper
