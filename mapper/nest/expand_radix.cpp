// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/expand_radix.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernels/einsum/operand.h"
#include "kernels/ir/loops.h"
#include "mapper/nest/butterfly.h"
#include "mapper/nest/linear_recurrence.h"

namespace weft::mapper {

using ir::Expression;
using Kind = ir::Expression::Kind;

namespace {

Expression whole(int64_t n) {
  return ir::number_expression(static_cast<double>(n));
}

template <class Name>
Name named(const std::string& text) {
  Name name;
  name.text = text;
  return name;
}

/// Writes out the radix of one statement.
class RadixExpander {
 public:
  RadixExpander(Expansion& expansion, const std::string& statement, const std::string& index,
                int64_t steps, base::Diagnostics& diagnostics)
      : expansion_(expansion),
        kernel_(expansion.kernel),
        name_(statement),
        index_(index),
        steps_(steps),
        diagnostics_(diagnostics) {}

  /// False where something stands against it, which is then reported.
  bool run() {
    words_ = ir::effective_schedule(kernel_, statement());
    if (!check_steps() || !check_words()) return false;
    std::string why;
    const auto found = find_butterfly(kernel_, statement(), index_, why);
    if (!found) return refuse(fmt::format("steps together need a butterfly; {}", why));
    butterfly_ = *found;
    for (const auto& split : words_.split.entries) {
      if (is_digit(split.key.text))
        return refuse(fmt::format("it cuts '{}' itself", split.key.text));
    }
    give_own_words(kernel_);
    cut_indices();
    write_words();
    expansion_.groups[name_] = {
        statement().target.name, butterfly_.dim, butterfly_.base, steps_, pass(), step(), where()};
    return true;
  }

 private:
  ir::Statement& statement() {
    return *std::ranges::find(kernel_.statements, name_, &ir::Statement::name);
  }
  ir::Origin where() const {
    for (const auto& entry : words_.radix.entries) {
      if (entry.key.text == index_) return entry.key.where;
    }
    return {};
  }
  bool refuse(const std::string& message) {
    ir::report(diagnostics_, where(), fmt::format("radix of {} in {}: {}", index_, name_, message));
    return false;
  }

  std::string pass() const { return index_ + ".pass"; }
  std::string step() const { return index_ + ".step"; }
  static std::string group(const std::string& digit) { return digit + ".group"; }
  static std::string within(const std::string& digit) { return digit + ".within"; }

  bool check_steps() {
    const ir::Repeat* repeat = kernel_.repeat_of(name_);
    if (repeat == nullptr || repeat->index.text != index_)
      return refuse(fmt::format("no repeat runs over '{}'", index_));
    if (repeat->statements.size() > 1)
      return refuse("the repeat runs other statements between the steps");
    const auto all = kernel_.extent(index_);
    if (steps_ < 1 || !all) return refuse("expected a number of steps, at least 1");
    all_ = *all;
    if (all_ % steps_ != 0)
      return refuse(fmt::format("{} steps at once do not divide {} = {}", steps_, index_, all_));
    const ir::Tensor& tensor = *kernel_.find_tensor(statement().target.name);
    if (einsum::is_full(tensor) && tensor.levels.size() == tensor.dims.size()) return true;
    return refuse(fmt::format("{} must be dense", tensor.name));
  }

  /// What would need the loops as they were.
  bool check_words() {
    if (words_.accum.find(statement().target.name) != nullptr)
      return refuse(fmt::format("a group in registers takes the place of accum of {}",
                                statement().target.name));
    for (const auto& split : words_.split.entries) {
      if (split.key.text == index_) return refuse(fmt::format("'{}' is split already", index_));
    }
    return true;
  }

  /// The first power of a pass: base**(steps * (st / steps)).
  Expression first_power() const {
    return join(
        Kind::Power, whole(butterfly_.base),
        join(Kind::Multiply, whole(steps_), join(Kind::Divide, name_of(index_), whole(steps_))));
  }
  Expression step_of_pass() const { return join(Kind::Modulo, name_of(index_), whole(steps_)); }

  /// low = low.within * first + low.group and high = high.group * base**(steps-1-step) +
  /// high.within, so that the number's digits outside of the pass are those of the groups.
  void cut_indices() {
    const Expression base = whole(butterfly_.base);
    const Expression above = join(Kind::Power, base,
                                  join(Kind::Subtract, whole(all_ - steps_),
                                       join(Kind::Multiply, whole(steps_),
                                            join(Kind::Divide, name_of(index_), whole(steps_)))));
    const Expression left =
        join(Kind::Power, base, join(Kind::Subtract, whole(steps_ - 1), step_of_pass()));
    kernel_.indices.push_back({group(butterfly_.high), above, {}});
    kernel_.indices.push_back({within(butterfly_.high), left, {}});
    kernel_.indices.push_back({group(butterfly_.low), first_power(), {}});
    kernel_.indices.push_back(
        {within(butterfly_.low), join(Kind::Power, base, step_of_pass()), {}});
    const Expression high =
        join(Kind::Add, join(Kind::Multiply, name_of(group(butterfly_.high)), left),
             name_of(within(butterfly_.high)));
    const Expression low =
        join(Kind::Add, join(Kind::Multiply, name_of(within(butterfly_.low)), first_power()),
             name_of(group(butterfly_.low)));
    const auto cut = [&](const Expression& e) -> std::optional<Expression> {
      if (e.kind == Kind::Name && e.name == butterfly_.high) return high;
      if (e.kind == Kind::Name && e.name == butterfly_.low) return low;
      return std::nullopt;
    };
    statement().target = replaced(statement().target, cut);
    statement().value = replaced(statement().value, cut);
  }

  bool is_digit(const std::string& loop) const {
    return loop == butterfly_.high || loop == butterfly_.low;
  }

  /// Loops of other dims stay outside of the steps, those of digits within them.
  std::vector<ir::LoopName> order() {
    const std::vector<ir::LoopName>& written = words_.order.value();
    const Expression& subscripts = statement().target;
    std::vector<ir::LoopName> outside;
    std::vector<ir::LoopName> inside = {named<ir::LoopName>(step())};
    std::vector<ir::Loop> loops = ir::loops_of(kernel_, statement(), own_words());
    for (const ir::LoopName& loop : written) {
      if (loop.text == index_) {
        outside.push_back({{pass(), loop.where}});
      } else if (is_digit(loop.text)) {
        outside.push_back({{group(loop.text), loop.where}});
        inside.push_back({{within(loop.text), loop.where}});
      } else {
        (in_digits(loop.text, subscripts, loops) ? inside : outside).push_back(loop);
      }
    }
    outside.insert(outside.end(), inside.begin(), inside.end());
    return outside;
  }

  /// Whether a loop walks the digit that a step joins, of the target or of what it reads.
  bool in_digits(const std::string& loop, const Expression& target,
                 const std::vector<ir::Loop>& loops) {
    const ir::Loop* found = ir::find_loop(loops, loop);
    const std::string& index = found == nullptr ? loop : found->indices.front();
    bool in = false;
    const auto look = [&](const Expression& access) {
      if (access.kind != Kind::Access || access.name != target.name) return;
      ir::for_each_expression(access.operands[butterfly_.dim], [&](const Expression& e) {
        in = in || (e.kind == Kind::Name && e.name == index);
      });
    };
    look(target);
    ir::for_each_expression(statement().value, look);
    return in;
  }

  ir::StatementSchedule& own_words() {
    for (auto& entry : kernel_.schedule.statements.entries) {
      if (entry.key.text == name_) return entry.value;
    }
    base::internal_failure(__FILE__, __LINE__, "a statement without words of its own");
  }

  /// Words for a digit go on to the piece that they mean: workers divide groups, what is kept for
  /// one iteration is kept for one within a group.
  void write_words() {
    ir::StatementSchedule& words = own_words();
    words.order.options = {order()};
    words.split.entries.push_back({named<ir::SplitName>(index_),
                                   {named<ir::FreshName>(pass()), named<ir::FreshName>(step())}});
    words.tiles.entries.push_back({named<ir::LoopName>(step()), ir::Formula{whole(steps_)}});
    for (auto& entry : words.par.entries) {
      if (is_digit(entry.key.text)) entry.key.text = group(entry.key.text);
    }
    for (auto& entry : words.balance.loops.entries) {
      if (is_digit(entry.key.text)) entry.key.text = group(entry.key.text);
    }
    for (auto& entry : words.hold.entries) {
      for (ir::LoopName& at : entry.value.at.options) {
        if (is_digit(at.text)) at.text = within(at.text);
        if (at.text == index_) at.text = pass();
      }
    }
    std::erase_if(words.radix.entries, [&](const auto& e) { return e.key.text == index_; });
  }

  Expansion& expansion_;
  ir::Kernel& kernel_;
  const std::string name_;
  const std::string index_;
  const int64_t steps_;  // of a pass
  base::Diagnostics& diagnostics_;
  ir::StatementSchedule words_;  // as they were
  int64_t all_ = 0;              // steps of the recurrence
  Butterfly butterfly_;
};

struct RadixWord {
  std::string statement;
  std::string index;
  int64_t steps = 1;
};

/// A statement that does several steps at once; nothing where there is none.
std::optional<RadixWord> next_radix(const ir::Kernel& kernel) {
  for (const ir::Statement& statement : kernel.statements) {
    for (const auto& entry : ir::effective_schedule(kernel, statement).radix.entries) {
      if (entry.value.fixed() && entry.value.value() != 1)
        return RadixWord{statement.name, entry.key.text, entry.value.value()};
    }
  }
  return std::nullopt;
}

}  // namespace

bool expand_radix(Expansion& expansion, base::Diagnostics& diagnostics) {
  auto word = next_radix(expansion.kernel);
  const bool any = word.has_value();
  for (; word; word = next_radix(expansion.kernel)) {
    const RadixWord& at = *word;
    if (!RadixExpander(expansion, at.statement, at.index, at.steps, diagnostics).run()) break;
  }
  return any;
}

}  // namespace weft::mapper
