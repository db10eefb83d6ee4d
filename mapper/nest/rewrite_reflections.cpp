// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/rewrite_reflections.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernels/ir/loops.h"
#include "mapper/nest/linear_recurrence.h"
#include "mapper/nest/reflections.h"
#include "mapper/nest/slices.h"

namespace weft::mapper {

using ir::Expression;
using Kind = ir::Expression::Kind;

namespace {

Expression integer(int64_t n) {
  return ir::number_expression(static_cast<double>(n));
}

template <class Name>
Name name_at(const std::string& text, const ir::Origin& where) {
  Name name;
  name.text = text;
  name.where = where;
  return name;
}

class ReflectionRewriter {
 public:
  ReflectionRewriter(ir::Kernel& kernel, const Reflections& form, int64_t block)
      : kernel_(kernel),
        form_(form),
        block_(block),
        where_(kernel.find_statement(form.dot)->where),
        dot_(ir::effective_schedule(kernel, *kernel.find_statement(form.dot))),
        axpy_(ir::effective_schedule(kernel, *kernel.find_statement(form.axpy))) {}

  void run() {
    add_indices();
    add_tensors();
    give_own_words(kernel_);
    add_statements();
    put_in_place();
    keep_near();
  }

 private:
  // Indices: of blocks, of a block's steps twice, of the rows of T in turn and the rows before.
  std::string blocks() const { return form_.repeat + ".block"; }
  std::string steps() const { return form_.repeat + ".within"; }
  std::string others() const { return form_.repeat + ".other"; }
  std::string row() const { return form_.repeat + ".row"; }
  std::string before() const { return form_.repeat + ".before"; }
  // Tensors.
  std::string gram() const { return form_.vectors + ".gram"; }
  std::string factors() const { return form_.vectors + ".T"; }
  std::string live() const { return form_.state + ".live"; }
  std::string thin() const { return form_.products + ".thin"; }
  std::string solved() const { return form_.products + ".block"; }

  void add_indices() {
    const auto add = [&](const std::string& name, Expression extent) {
      kernel_.indices.push_back({name, std::move(extent), where_});
    };
    add(blocks(), integer(form_.count / block_));
    add(steps(), integer(block_));
    add(others(), integer(block_));
    add(row(), integer(block_));
    add(before(), name_of(row()));
  }

  void add_tensor(const std::string& name, const std::vector<std::string>& indices, bool gen) {
    ir::Tensor made = *kernel_.find_tensor(form_.state);
    made.name = name;
    made.data = std::nullopt;
    made.dims.clear();
    made.levels.clear();
    for (const std::string& index : indices) {
      made.dims.push_back({index, kernel_.find_index(index)->extent, true, where_});
      ir::Level level;
      const bool first = made.levels.empty();
      level.type = gen && first ? ir::LevelType::Gen : ir::LevelType::Dense;
      level.coordinate = name_of(index);
      made.levels.push_back(std::move(level));
    }
    kernel_.tensors.push_back(std::move(made));
  }

  void add_tensors() {
    add_tensor(gram(), {blocks(), steps(), others()}, false);
    add_tensor(factors(), {blocks(), steps(), others()}, false);
    std::vector<std::string> state;
    for (size_t i = 1; i < form_.target.operands.size(); ++i)
      state.push_back(form_.target.operands[i].name);
    add_tensor(live(), state, false);
    std::vector<std::string> each = {blocks()};
    each.insert(each.end(), form_.columns.begin(), form_.columns.end());
    each.push_back(steps());
    add_tensor(thin(), each, true);
    add_tensor(solved(), each, true);
  }

  static Expression product(Expression left, Expression right) {
    return join(Kind::Multiply, std::move(left), std::move(right));
  }
  Expression place(const std::string& within) const {
    return join(Kind::Add, product(name_of(blocks()), integer(block_)), name_of(within));
  }
  Expression vector_of(const std::string& within) const {
    return element(form_.vectors, {place(within), name_of(form_.along)});
  }
  /// The negative factor of a step of the block.
  Expression minus_factor(const std::string& within) const {
    const Expression factor = replaced(form_.factor, [&](const Expression& e) {
      const bool step = e.kind == Kind::Name && e.name == form_.repeat;
      return step ? std::optional(place(within)) : std::nullopt;
    });
    return product(ir::number_expression(-1), factor);
  }
  Expression square(const std::string& tensor, const std::string& i, const std::string& k) const {
    return element(tensor, {name_of(blocks()), name_of(i), name_of(k)});
  }
  /// An element of the products of a block, or of the tensor s of the document.
  Expression column(const std::string& tensor, Expression first, const Expression* last) const {
    std::vector<Expression> subscripts = {std::move(first)};
    for (const std::string& index : form_.columns) subscripts.push_back(name_of(index));
    if (last != nullptr) subscripts.push_back(*last);
    return element(tensor, std::move(subscripts));
  }
  Expression of_block(const std::string& tensor, const std::string& within) const {
    const Expression last = name_of(within);
    return column(tensor, name_of(blocks()), &last);
  }
  Expression live_state() const {
    return element(live(), {form_.target.operands.begin() + 1, form_.target.operands.end()});
  }
  Expression state_at(int64_t step) const {
    Expression access = form_.target;
    access.operands[0] = integer(step);
    return access;
  }

  void add(const std::string& name, Expression target, ir::Combine combine, Expression value,
           ir::StatementSchedule words, ir::Repeat* repeat = nullptr) {
    ir::Statement made;
    made.name = name;
    made.target = std::move(target);
    made.combine = combine;
    made.value = std::move(value);
    made.where = where_;
    if (repeat != nullptr) repeat->statements.push_back(name_at<ir::StatementName>(name, where_));
    written_.emplace_back(std::move(made), std::move(words));
  }

  void add_statements() {
    using ir::Combine;
    const std::string& dot = form_.dot;
    const std::string& axpy = form_.axpy;
    ir::Repeat rows{name_at<ir::IndexName>(row(), where_), {}};
    ir::Repeat all{name_at<ir::IndexName>(blocks(), where_), {}};
    add(dot + ".gram", square(gram(), steps(), others()), Combine::Add,
        product(vector_of(steps()), vector_of(others())),
        dealt({blocks(), steps(), others()}, {form_.along}));
    add(dot + ".unit", square(factors(), steps(), steps()), Combine::Assign,
        ir::number_expression(1), dealt({blocks(), steps()}, {}));
    add(dot + ".rows", square(factors(), row(), others()), Combine::Add,
        product(minus_factor(before()),
                product(square(gram(), row(), before()), square(factors(), before(), others()))),
        dealt({blocks(), others()}, {row(), before()}), &rows);
    add(axpy + ".begin", live_state(), Combine::Assign, state_at(0), without_steps(axpy_, false));
    add(dot, of_block(thin(), steps()), Combine::Add, product(vector_of(steps()), live_state()),
        for_blocks(dot_), &all);
    add(dot + ".solve", of_block(solved(), steps()), Combine::Add,
        product(square(factors(), steps(), others()), of_block(thin(), others())), for_solving(),
        &all);
    add(axpy, live_state(), Combine::Add,
        product(minus_factor(steps()), product(vector_of(steps()), of_block(solved(), steps()))),
        for_update(), &all);
    add_results(all);
    add(axpy + ".end", state_at(form_.count), Combine::Assign, live_state(),
        without_steps(axpy_, false));
    repeats_ = {rows, all};
  }

  /// The products with the state, every step's or the last one's.
  void add_results(ir::Repeat& all) {
    const bool last = kernel_.find_tensor(form_.products)->levels[0].type == ir::LevelType::Gen;
    if (!last) {
      ir::StatementSchedule words = for_solving();
      std::erase_if(words.order.options[0], [&](const auto& l) { return l.text == others(); });
      return add(form_.dot + ".keep", column(form_.products, place(steps()), nullptr),
                 ir::Combine::Assign, of_block(solved(), steps()), std::move(words), &all);
    }
    const Expression end = integer(block_ - 1);
    add(form_.dot + ".last", column(form_.products, integer(form_.count - 1), nullptr),
        ir::Combine::Assign, column(solved(), integer(form_.count / block_ - 1), &end),
        without_steps(dot_, true));
  }

  /// Loops that threads share out, and those within them.
  ir::StatementSchedule dealt(const std::vector<std::string>& outer,
                              const std::vector<std::string>& inner) const {
    ir::StatementSchedule words;
    std::vector<ir::LoopName> order;
    for (const std::string& loop : outer) {
      order.push_back(name_at<ir::LoopName>(loop, where_));
      words.par.entries.push_back({order.back(), ir::Unit::Thread});
    }
    for (const std::string& loop : inner) order.push_back(name_at<ir::LoopName>(loop, where_));
    words.order.options = {std::move(order)};
    words.order.any = false;
    return words;
  }

  /// Words of a statement for one that goes through blocks. The steps of a block are innermost, so
  /// that an element of the state is touched once for all of them.
  ir::StatementSchedule for_blocks(ir::StatementSchedule words) const {
    std::vector<ir::LoopName> order = words.order.value();
    for (ir::LoopName& loop : order) loop.text = loop.text == form_.repeat ? blocks() : loop.text;
    order.push_back(name_at<ir::LoopName>(steps(), where_));
    words.order.options = {std::move(order)};
    words.accum.entries.clear();
    std::erase_if(words.hold.entries, [&](const auto& e) { return e.key.text != form_.vectors; });
    for (auto& entry : words.hold.entries) {
      for (ir::LoopName& at : entry.value.at.options)
        at.text = at.text == form_.repeat ? blocks() : at.text;
    }
    return words;
  }

  /// The same for the update, which keeps the products of its column, and the factors, in registers
  /// where the words leave a column to one thread.
  ir::StatementSchedule for_update() const {
    ir::StatementSchedule words = for_blocks(axpy_);
    const std::vector<ir::LoopName>& order = words.order.value();
    const auto first = std::ranges::find_if(
        order, [&](const ir::LoopName& loop) { return walks(words, loop.text, form_.along); });
    const bool dealt =
        words.par.empty() || std::any_of(first, order.end(), [&](const ir::LoopName& loop) {
          return words.par.find(loop.text) != nullptr;
        });
    const auto behind = std::count_if(first, order.end(), [&](const ir::LoopName& loop) {
      return !walks(words, loop.text, form_.along);
    });
    if (block_ > kRegisterElements || dealt || first == order.begin() || behind > 1) return words;
    ir::Hold hold;
    hold.at.options = {*(first - 1)};
    hold.in = ir::Memory::Reg;
    hold.via = ir::Transfer::Load;
    words.hold.entries.push_back({name_at<ir::TensorName>(solved(), where_), hold});
    ir::for_each_expression(form_.factor, [&](const Expression& e) {
      if (e.kind == Kind::Access && words.hold.find(e.name) == nullptr)
        words.hold.entries.push_back({name_at<ir::TensorName>(e.name, where_), hold});
    });
    return words;
  }

  /// Those of the product with T: the same columns as the statement before.
  ir::StatementSchedule for_solving() const {
    ir::StatementSchedule words = without_steps(dot_, true);
    std::vector<ir::LoopName> order;
    for (ir::LoopName loop : dot_.order.value()) {
      if (walks(dot_, loop.text, form_.along)) continue;
      if (loop.text == form_.repeat) loop.text = blocks();
      order.push_back(std::move(loop));
    }
    for (const std::string& loop : {steps(), others()})
      order.push_back(name_at<ir::LoopName>(loop, where_));
    words.order.options = {std::move(order)};
    return words;
  }

  /// Those of a statement that the repeat does not run; `columns`: nor over a vector.
  ir::StatementSchedule without_steps(ir::StatementSchedule words, bool columns) const {
    const auto gone = [&](const std::string& loop) {
      return loop == form_.repeat || (columns && walks(words, loop, form_.along));
    };
    std::vector<ir::LoopName> order = words.order.value();
    std::erase_if(order, [&](const auto& loop) { return gone(loop.text); });
    std::erase_if(words.par.entries, [&](const auto& e) { return gone(e.key.text); });
    words.order.options = {std::move(order)};
    words.hold.entries.clear();
    words.accum.entries.clear();
    words.reduce.entries.clear();
    if (!columns) return words;
    std::erase_if(words.tiles.entries, [&](const auto& e) { return gone(e.key.text); });
    std::erase_if(words.split.entries, [&](const auto& e) { return e.key.text == form_.along; });
    return words;
  }

  /// Whether a loop walks an index or a piece of it.
  static bool walks(const ir::StatementSchedule& words, const std::string& loop,
                    const std::string& index) {
    const auto* pieces = words.split.find(index);
    if (pieces == nullptr) return loop == index;
    return std::ranges::count(*pieces, loop, &ir::FreshName::text) > 0;
  }

  void put_in_place() {
    std::vector<ir::Statement> statements;
    ir::Table<ir::StatementName, ir::StatementSchedule> words;
    for (const ir::Statement& statement : kernel_.statements) {
      if (statement.name == form_.axpy) continue;
      if (statement.name != form_.dot) {
        words.entries.push_back({name_at<ir::StatementName>(statement.name, statement.where),
                                 *kernel_.schedule.statements.find(statement.name)});
        statements.push_back(statement);
        continue;
      }
      for (auto& [made, own] : written_) {
        words.entries.push_back({name_at<ir::StatementName>(made.name, made.where), own});
        statements.push_back(made);
      }
    }
    kernel_.statements = std::move(statements);
    kernel_.schedule.statements = std::move(words);
    kernel_.schedule.rewrite.wy = std::nullopt;
    std::erase_if(kernel_.repeats, [&](const auto& r) { return r.index.text == form_.repeat; });
    kernel_.repeats.insert(kernel_.repeats.end(), repeats_.begin(), repeats_.end());
  }

  /// What was to stay near the workers within a loop stays there still; within a step alone there
  /// is nothing left to stay.
  void keep_near() {
    ir::Table<ir::TensorName, ir::FuseAt> kept;
    for (const auto& entry : kernel_.schedule.fuse_at.entries) {
      const bool state = entry.key.text == form_.state;
      if (!state && entry.key.text != form_.products) {
        kept.entries.push_back(entry);
        continue;
      }
      if (entry.value.loop.fixed() && entry.value.loop.value().text == form_.repeat) continue;
      const std::vector<std::string> now =
          state ? std::vector{live()} : std::vector{thin(), solved()};
      for (const std::string& tensor : now)
        kept.entries.push_back({name_at<ir::TensorName>(tensor, entry.key.where), entry.value});
    }
    kernel_.schedule.fuse_at = std::move(kept);
  }

  ir::Kernel& kernel_;
  const Reflections& form_;
  const int64_t block_;
  const ir::Origin where_;
  const ir::StatementSchedule dot_, axpy_;  // words as they were
  std::vector<std::pair<ir::Statement, ir::StatementSchedule>> written_;
  std::vector<ir::Repeat> repeats_;
};

}  // namespace

bool rewrite_reflections(Expansion& expansion, base::Diagnostics& diagnostics) {
  ir::Kernel& kernel = expansion.kernel;
  if (!kernel.schedule.rewrite.wy || !kernel.schedule.rewrite.wy->block.fixed()) return false;
  const ir::Choice<int64_t>& word = kernel.schedule.rewrite.wy->block;
  const ir::Origin where = word.where.line == 0 ? kernel.where : word.where;
  const auto refuse = [&](const std::string& why) {
    ir::report(diagnostics, where, "rewrite wy: " + why);
    return true;
  };
  std::string why;
  const auto form = find_reflections(kernel, why);
  if (!form) return refuse(why);
  const int64_t block = std::min(word.value(), form->count);
  if (block < 1 || form->count % block != 0) {
    return refuse(
        fmt::format("blocks of {} do not divide {} = {}", word.value(), form->repeat, form->count));
  }
  if (block == 1) return false;
  ReflectionRewriter(kernel, *form, block).run();
  return true;
}

}  // namespace weft::mapper
