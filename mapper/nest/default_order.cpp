// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "kernels/einsum/operand.h"
#include "kernels/ir/loops.h"
#include "mapper/nest/fill_nest.h"

namespace weft::mapper {

using Kind = ir::Expression::Kind;

namespace {

/// Indices of a statement in the order in which its sparse tensors store them.
class IndexOrder {
 public:
  IndexOrder(const ir::Kernel& kernel, const ir::Statement& statement)
      : kernel_(kernel), statement_(statement) {
    if (const ir::Repeat* repeat = kernel.repeat_of(statement.name)) repeated_ = repeat->index.text;
    ir::for_each_expression(statement.target, [&](const auto& e) { constrain(e); });
    ir::for_each_expression(statement.value, [&](const auto& e) { constrain(e); });
  }

  std::vector<std::string> indices() {
    std::vector<std::string> left = kernel_.indices_of(statement_);
    std::vector<std::string> order;
    while (!left.empty()) {
      auto best = std::ranges::min_element(left, {}, [&](const std::string& index) {
        return std::pair(blocked(index, left), rank(index));
      });
      order.push_back(*best);
      left.erase(best);
    }
    return order;
  }

 private:
  /// An access to a sparse tensor says that indices of outer levels come first.
  void constrain(const ir::Expression& access) {
    if (access.kind != Kind::Access) return;
    const ir::Tensor& tensor = *kernel_.find_tensor(access.name);
    if (einsum::is_full(tensor)) return;
    std::vector<std::string> seen;
    for (const ir::Level& level : tensor.levels) {
      ir::for_each_expression(level.coordinate, [&](const ir::Expression& e) {
        for (size_t dim = 0; dim < tensor.dims.size(); ++dim) {
          if (e.kind == Kind::Name && e.name == tensor.dims[dim].name)
            add(access.operands[dim], seen);
        }
      });
    }
    for (size_t i = 0; i < seen.size(); ++i) {
      sparse_.insert(seen[i]);
      for (size_t j = i + 1; j < seen.size(); ++j) {
        if (!before_.contains({seen[j], seen[i]})) before_.insert({seen[i], seen[j]});
      }
    }
  }

  void add(const ir::Expression& subscript, std::vector<std::string>& seen) const {
    ir::for_each_expression(subscript, [&](const ir::Expression& e) {
      const bool index = e.kind == Kind::Name && kernel_.find_index(e.name) != nullptr;
      if (index && std::ranges::count(seen, e.name) == 0) seen.push_back(e.name);
    });
  }

  /// How many indices that should come earlier are still to come.
  int64_t blocked(const std::string& index, const std::vector<std::string>& left) const {
    return std::ranges::count_if(left, [&](const std::string& other) {
      return index != repeated_ && (before_.contains({other, index}) || other == repeated_);
    });
  }

  int rank(const std::string& index) const {
    if (index == repeated_) return 0;
    if (sparse_.contains(index)) return 1;
    bool kept = false;
    ir::for_each_expression(statement_.target, [&](const auto& e) { kept |= e.name == index; });
    return kept ? 2 : 3;
  }

  const ir::Kernel& kernel_;
  const ir::Statement& statement_;
  std::string repeated_;
  std::set<std::string> sparse_;
  std::set<std::pair<std::string, std::string>> before_;
};

}  // namespace

std::vector<std::string> default_order(const ir::Kernel& kernel, const ir::Statement& statement,
                                       const ir::StatementSchedule& schedule) {
  const std::vector<ir::Loop> loops = ir::loops_of(kernel, statement, schedule);
  std::vector<std::string> order;
  for (const ir::Loop& loop : loops) {
    if (loop.indices.size() > 1) order.push_back(loop.name);
  }
  for (const std::string& index : IndexOrder(kernel, statement).indices()) {
    for (const ir::Loop& loop : loops) {
      if (loop.indices.size() == 1 && loop.indices[0] == index) order.push_back(loop.name);
    }
  }
  return order;
}

}  // namespace weft::mapper
