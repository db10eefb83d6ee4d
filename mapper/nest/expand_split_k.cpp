// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/expand_split_k.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernels/einsum/operand.h"
#include "kernels/ir/loops.h"
#include "mapper/nest/linear_recurrence.h"

namespace weft::mapper {

namespace {

struct SplitWord {
  std::string statement;
  std::string index;
  int64_t parts = 1;
  ir::Origin where;
};

class SplitExpander {
 public:
  SplitExpander(Expansion& expansion, SplitWord word, base::Diagnostics& diagnostics)
      : kernel_(expansion.kernel), word_(std::move(word)), diagnostics_(diagnostics) {}

  /// False where something stands against it, which is then reported.
  bool run() {
    words_ = ir::effective_schedule(kernel_, statement());
    target_ = statement().target.name;
    if (!check_statement() || !check_words()) return false;
    give_own_words(kernel_);
    add_parts();
    cut_index();
    write_words();
    return true;
  }

 private:
  ir::Statement& statement() {
    return *std::ranges::find(kernel_.statements, word_.statement, &ir::Statement::name);
  }
  bool refuse(const std::string& message) {
    ir::report(diagnostics_, word_.where,
               fmt::format("reduce of {} in {}: {}", word_.index, word_.statement, message));
    return false;
  }

  std::string part() const { return word_.index + ".part"; }
  std::string rest() const { return word_.index + ".rest"; }
  std::string parts() const { return target_ + ".parts"; }
  std::string sum() const { return word_.statement + ".sum"; }

  bool check_statement() {
    if (kernel_.repeat_of(word_.statement) != nullptr)
      return refuse("split_k is for statements outside of a repeat; say atomic");
    const ir::Statement& sums = statement();
    bool kept = false;
    ir::for_each_expression(sums.target, [&](const auto& e) { kept |= e.name == word_.index; });
    if (kept || sums.combine != ir::Combine::Add)
      return refuse(fmt::format("{} does not sum over it", sums.text()));
    const ir::Tensor& target = *kernel_.find_tensor(target_);
    if (!einsum::is_full(target))
      return refuse(fmt::format("partial sums of {} need a dense result; say atomic", target.name));
    if (kernel_.schedule.fuse_at.find(target.name) != nullptr)
      return refuse(fmt::format("partial sums of {} go through memory; leave out fuse_at of it",
                                target.name));
    const auto extent = kernel_.extent(word_.index);
    if (!extent || word_.parts < 1 || *extent % word_.parts != 0) {
      return refuse(fmt::format("{} parts do not divide {} = {}", word_.parts, word_.index,
                                extent.value_or(0)));
    }
    each_ = *extent / word_.parts;
    return true;
  }

  bool check_words() {
    bool cut = false;
    for (const auto& split : words_.split.entries) cut = cut || split.key.text == word_.index;
    for (const auto& fuse : words_.fuse.entries) {
      for (const ir::IndexName& index : fuse.value) cut = cut || index.text == word_.index;
    }
    if (!cut) return true;
    return refuse("the schedule cuts it; deal out its outermost piece and say atomic");
  }

  /// Z.parts has Z's dims behind the part; dims that stand for an extent are named by their place.
  void add_parts() {
    const ir::Tensor& whole = *kernel_.find_tensor(target_);
    ir::Tensor made = whole;
    made.name = parts();
    made.data = std::nullopt;
    made.pattern = std::nullopt;
    made.dims = {{part(), ir::number_expression(static_cast<double>(word_.parts)), true, {}}};
    made.levels.clear();
    for (ir::Dim dim : whole.dims) {
      if (!dim.from_index) dim.name = fmt::format("i{}", made.dims.size());
      made.dims.push_back(std::move(dim));
    }
    for (const ir::Dim& dim : made.dims) {
      ir::Level level;
      level.coordinate = name_of(dim.name);
      made.levels.push_back(std::move(level));
    }
    kernel_.tensors.push_back(std::move(made));
  }

  void cut_index() {
    using Kind = ir::Expression::Kind;
    const auto whole = [](int64_t n) { return ir::number_expression(static_cast<double>(n)); };
    kernel_.indices.push_back({part(), whole(word_.parts), {}});
    kernel_.indices.push_back({rest(), whole(each_), {}});
    const ir::Expression cut =
        join(Kind::Add, join(Kind::Multiply, name_of(part()), whole(each_)), name_of(rest()));
    ir::Statement& sums = statement();
    ir::Statement adds = sums;
    std::vector<ir::Expression> subscripts = sums.target.operands;
    subscripts.insert(subscripts.begin(), name_of(part()));
    adds.name = sum();
    adds.value = element(parts(), subscripts);
    sums.value = replaced(sums.value, [&](const ir::Expression& e) {
      const bool here = e.kind == Kind::Name && e.name == word_.index;
      return here ? std::optional(cut) : std::nullopt;
    });
    sums.target = element(parts(), subscripts);
    const auto at = std::ranges::find(kernel_.statements, word_.statement, &ir::Statement::name);
    kernel_.statements.insert(at + 1, std::move(adds));
  }

  /// Whether a loop is dealt out.
  bool dealt(const std::string& loop) const {
    const auto* unit = words_.par.find(loop);
    return unit != nullptr && unit->fixed() && unit->value() != ir::Unit::Serial;
  }

  void write_words() {
    ir::StatementSchedule words = words_;
    words.order.options = {order()};
    if (const auto* unit = words_.par.find(beside()))
      words.par.entries.push_back({{{part(), word_.where}}, *unit});
    const auto is_index = [&](const auto& entry) { return entry.key.text == word_.index; };
    std::erase_if(words.par.entries, is_index);
    std::erase_if(words.balance.loops.entries, is_index);
    std::erase_if(words.reduce.entries, is_index);
    for (auto& entry : words.coiter.entries) {
      if (is_index(entry)) entry.key.text = rest();
    }
    for (auto& entry : words.hold.entries) rename_loop(entry.value.at);
    for (auto& entry : words.accum.entries) {
      if (entry.key.text == target_) entry.key.text = parts();
      rename_loop(entry.value.at);
    }
    ir::StatementSchedule adds;
    adds.order = ir::Choice(sum_order());
    auto& entries = kernel_.schedule.statements.entries;
    for (auto& entry : entries) {
      if (entry.key.text == word_.statement) entry.value = words;
    }
    entries.push_back({{{sum(), word_.where}}, std::move(adds)});
  }

  /// The loop whose workers the parts go to as well; empty where none is dealt out.
  std::string beside() const {
    if (dealt(word_.index)) return word_.index;
    const auto& loops = words_.order.value();
    const auto first =
        std::ranges::find_if(loops, [&](const ir::LoopName& loop) { return dealt(loop.text); });
    return first == loops.end() ? std::string() : first->text;
  }

  void rename_loop(ir::Choice<ir::LoopName>& at) const {
    for (ir::LoopName& loop : at.options) {
      if (loop.text == word_.index) loop.text = rest();
    }
  }

  /// The part stands before the loops that are dealt out, or where k stood that is dealt out
  /// itself.
  std::vector<ir::LoopName> order() const {
    std::vector<ir::LoopName> order;
    bool placed = false;
    const auto place = [&] {
      if (!std::exchange(placed, true)) order.push_back({{part(), word_.where}});
    };
    const bool none = words_.par.empty();
    for (const ir::LoopName& loop : words_.order.value()) {
      const bool index = loop.text == word_.index;
      if (none || index || (dealt(loop.text) && !dealt(word_.index))) place();
      order.push_back(index ? ir::LoopName{{rest(), loop.where}} : loop);
    }
    return order;
  }

  std::vector<ir::LoopName> sum_order() const {
    const auto adds = std::ranges::find(kernel_.statements, sum(), &ir::Statement::name);
    std::vector<ir::LoopName> order;
    for (const std::string& index : kernel_.indices_of(*adds)) {
      if (index != part()) order.push_back({{index, word_.where}});
    }
    order.push_back({{part(), word_.where}});
    return order;
  }

  ir::Kernel& kernel_;
  const SplitWord word_;
  base::Diagnostics& diagnostics_;
  ir::StatementSchedule words_;
  std::string target_;  // as it was
  int64_t each_ = 1;    // iterations of a part
};

/// A sum in several parts; nothing where there is none.
std::optional<SplitWord> next_split(const ir::Kernel& kernel) {
  for (const ir::Statement& statement : kernel.statements) {
    for (const auto& entry : ir::effective_schedule(kernel, statement).reduce.entries) {
      const bool splits = entry.value.fixed() &&
                          entry.value.value().kind == ir::ReduceKind::SplitK &&
                          entry.value.value().parts != 1;
      if (splits)
        return SplitWord{statement.name, entry.key.text, entry.value.value().parts,
                         entry.key.where};
    }
  }
  return std::nullopt;
}

}  // namespace

bool expand_split_k(Expansion& expansion, base::Diagnostics& diagnostics) {
  auto word = next_split(expansion.kernel);
  const bool any = word.has_value();
  for (; word; word = next_split(expansion.kernel)) {
    if (!SplitExpander(expansion, *word, diagnostics).run()) break;
  }
  return any;
}

}  // namespace weft::mapper
