// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/expand_exchange.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "kernels/einsum/operand.h"
#include "kernels/ir/loops.h"
#include "mapper/nest/linear_recurrence.h"

namespace weft::mapper {

namespace {

using ExchangeEntry = ir::Table<ir::TensorName, ir::Choice<ir::Exchange>>::Entry;

class ExchangeExpander {
 public:
  ExchangeExpander(Expansion& expansion, std::string statement, const ExchangeEntry& word,
                   base::Diagnostics& diagnostics)
      : expansion_(expansion),
        kernel_(expansion.kernel),
        name_(std::move(statement)),
        tensor_(word.key.text),
        where_(word.key.where),
        via_(word.value.value()),
        diagnostics_(diagnostics) {}

  /// False where something stands against it, which is then reported.
  bool run() {
    words_ = ir::effective_schedule(kernel_, statement());
    if (!check_steps() || !check_words()) return false;
    give_own_words(kernel_);
    for (auto& entry : kernel_.schedule.statements.entries) {
      if (entry.key.text == name_) entry.value.order.options = {order()};
    }
    expansion_.exchanges[name_] = {tensor_, index_, via_, where_};
    return true;
  }

 private:
  const ir::Statement& statement() const {
    return *std::ranges::find(kernel_.statements, name_, &ir::Statement::name);
  }

  bool refuse(const std::string& message) {
    ir::report(diagnostics_, where_,
               fmt::format("exchange of {} in {}: {}", tensor_, name_, message));
    return false;
  }

  std::vector<const ir::Expression*> reads() const {
    std::vector<const ir::Expression*> reads;
    ir::for_each_expression(statement().value, [&](const ir::Expression& e) {
      if (e.kind == ir::Expression::Kind::Access && e.name == tensor_) reads.push_back(&e);
    });
    return reads;
  }

  bool check_steps() {
    const ir::Repeat* repeat = kernel_.repeat_of(name_);
    if (repeat == nullptr)
      return refuse("no repeat runs the statement, so that nothing is swapped");
    if (repeat->statements.size() > 1)
      return refuse("the repeat runs other statements between the steps");
    index_ = repeat->index.text;
    const ir::Expression& target = statement().target;
    bool follows =
        target.name == tensor_ && !reads().empty() && steps_ahead(target.operands[0], index_) == 1;
    for (const ir::Expression* read : reads())
      follows = follows && steps_ahead(read->operands[0], index_) == 0;
    if (!follows)
      return refuse(fmt::format("expected {0}[{1}+1,...] from {0}[{1},...]", tensor_, index_));
    const ir::Tensor& tensor = *kernel_.find_tensor(tensor_);
    if (einsum::is_full(tensor) && tensor.levels.size() == tensor.dims.size()) return true;
    return refuse(fmt::format("{} must be dense", tensor_));
  }

  bool check_words() {
    if (words_.accum.find(tensor_) != nullptr || words_.hold.find(tensor_) != nullptr)
      return refuse("its elements stay in registers; leave out accum and hold of it");
    const ir::FuseAt* fuse = kernel_.schedule.fuse_at.find(tensor_);
    const bool elsewhere =
        fuse != nullptr && !(fuse->in.fixed() && fuse->in.value() == ir::Memory::Dram);
    if (elsewhere) return refuse("its elements stay in registers; leave out fuse_at of it");
    for (const auto& split : words_.split.entries) {
      if (split.key.text == index_) return refuse(fmt::format("'{}' is split", index_));
    }
    return true;
  }

  /// Indices that choose a part of the tensor which no other part is made of: alone in a subscript
  /// that is the same of the element written and of all that are read.
  std::set<std::string> independent() const {
    const ir::Expression& target = statement().target;
    std::set<std::string> names;
    for (size_t dim = 1; dim < target.operands.size(); ++dim) {
      const ir::Expression& subscript = target.operands[dim];
      bool same = subscript.kind == ir::Expression::Kind::Name;
      for (const ir::Expression* read : reads()) same = same && read->operands[dim] == subscript;
      if (same) names.insert(subscript.name);
    }
    return names;
  }

  std::vector<ir::LoopName> order() const {
    const std::vector<ir::Loop> loops = ir::loops_of(kernel_, statement(), words_);
    const std::set<std::string> names = independent();
    std::vector<ir::LoopName> order = words_.order.value();
    std::stable_partition(order.begin(), order.end(), [&](const ir::LoopName& name) {
      const ir::Loop* loop = ir::find_loop(loops, name.text);
      return loop != nullptr && std::ranges::all_of(loop->indices, [&](const std::string& index) {
               return names.contains(index);
             });
    });
    return order;
  }

  Expansion& expansion_;
  ir::Kernel& kernel_;
  const std::string name_;
  const std::string tensor_;
  const ir::Origin where_;
  const ir::Exchange via_;
  base::Diagnostics& diagnostics_;
  ir::StatementSchedule words_;
  std::string index_;
};

bool goes_through_memory(const ir::Exchange& exchange) {
  const bool other = exchange.condition && exchange.otherwise != ir::ExchangeVia::Dram;
  return exchange.via == ir::ExchangeVia::Dram && !other;
}

}  // namespace

bool expand_exchange(Expansion& expansion, base::Diagnostics& diagnostics) {
  bool any = false;
  for (size_t i = 0; i < expansion.kernel.statements.size(); ++i) {
    const ir::Statement statement = expansion.kernel.statements[i];
    const auto words = ir::effective_schedule(expansion.kernel, statement);
    for (const ExchangeEntry& entry : words.exchange.entries) {
      if (!entry.value.fixed() || goes_through_memory(entry.value.value())) continue;
      if (!ExchangeExpander(expansion, statement.name, entry, diagnostics).run()) return true;
      any = true;
    }
  }
  return any;
}

}  // namespace weft::mapper
