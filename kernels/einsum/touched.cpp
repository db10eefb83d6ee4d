// SPDX-License-Identifier: Apache-2.0
#include "kernels/einsum/touched.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "kernels/einsum/index_form.h"
#include "kernels/einsum/join.h"
#include "kernels/einsum/terms.h"
#include "kernels/ir/evaluate.h"

namespace weft::einsum {

namespace {

using program::Form;

/// An access of a term, and the points at which it was met so far.
struct TouchedAccess {
  const ir::Expression* expression = nullptr;
  std::vector<Form> subscripts;
  std::vector<bool>* marks = nullptr;
  std::vector<size_t> covered;       // indices that it names and the sparse factors tell
  std::vector<size_t> open;          // other indices that it names
  std::unordered_set<int64_t> seen;  // values of the covered ones, as one number
  std::vector<bool> met;             // the same where there are few numbers: [number]
  bool whole = false;                // every entry is met, and marked at once
};

/// Numbers of covered indices up to which a bit stands for each.
constexpr double kMostBits = 1 << 28;

/// Marks what one term of a statement reaches.
class TermTouch {
 public:
  using EntryOf = std::function<int64_t(const std::string& tensor, const int64_t* coordinate)>;

  TermTouch(const ir::Kernel& kernel, const ir::Statement& statement, const Operands& patterns,
            EntryOf entry_of)
      : kernel_(kernel),
        patterns_(patterns),
        entry_of_(std::move(entry_of)),
        indices_(kernel.indices_of(statement)) {
    for (const std::string& index : indices_)
      names_.forms[index] = program::variable_form(space_.add_variable({0, INT32_MAX}));
    names_.gather = [this](const ir::Expression& access) { return gather(access); };
  }

  /// A factor that must be stored; or one that is stored everywhere.
  void add_sparse(const ir::Expression& access, bool counts_only) {
    Factor factor{&patterns_.at(access.name), subscripts(access), {}, counts_only};
    for (const Form& form : factor.subscripts) {
      const bool bare = form.constant == 0 && form.terms.size() == 1 &&
                        form.terms[0].coefficient == 1 &&
                        form.terms[0].variable < static_cast<int32_t>(indices_.size());
      factor.bare.push_back(bare ? form.terms[0].variable : -1);
    }
    sparse_.push_back(std::move(factor));
    last_sparse_ = &access;
  }

  void add_access(const ir::Expression& access, std::vector<bool>& marks) {
    TouchedAccess& added = accesses_.emplace_back();
    added.expression = &access;
    added.subscripts = subscripts(access);
    added.marks = &marks;
  }

  /// All points where the indices of `fixed` have these values.
  void run(const std::map<std::string, int64_t>& fixed) {
    std::vector<int64_t> at(indices_.size(), 0);
    std::vector<bool> bound(indices_.size(), false);
    extents_.assign(indices_.size(), 1);
    ir::Bindings bindings = kernel_.bindings();
    for (const auto& [index, value] : fixed) bindings.bind(index, value);
    for (size_t i = 0; i < indices_.size(); ++i) {
      extents_[i] =
          ir::evaluate_point(kernel_.find_index(indices_[i])->extent, bindings).value_or(0);
      const auto given = fixed.find(indices_[i]);
      if (given == fixed.end()) continue;
      at[i] = given->second;
      bound[i] = true;
    }
    if (std::ranges::any_of(extents_, [](int64_t extent) { return extent < 1; })) return;
    sort_indices(bound);
    for (TouchedAccess& access : accesses_) {
      access.whole = is_alone(access, bound);
      if (access.whole) access.marks->assign(access.marks->size(), true);
    }
    if (!join_) join_.emplace(space_, sparse_);
    join_->run(at, bound, extents_, [&](const std::vector<int64_t>& point, double) {
      for (TouchedAccess& access : accesses_) {
        if (!access.whole && is_new(access, point)) touch(access, point);
      }
    });
  }

 private:
  Form gather(const ir::Expression& access) {
    const int32_t id = ++arrays_;
    return gathered_form(patterns_.at(access.name), id, subscripts(access), space_);
  }

  std::vector<Form> subscripts(const ir::Expression& access) {
    return subscript_forms(kernel_, access, names_, space_);
  }

  bool depends(const std::vector<Form>& forms, size_t index) const {
    return std::ranges::any_of(forms, [&](const Form& form) {
      return space_.depends_on(form, static_cast<int32_t>(index));
    });
  }

  /// The one sparse factor of a term: its points are its entries, all of them where nothing else
  /// binds its indices.
  bool is_alone(const TouchedAccess& access, const std::vector<bool>& bound) const {
    if (sparse_.size() != 1 || access.expression != last_sparse_) return false;
    std::vector<bool> taken = bound;
    for (const int32_t index : sparse_.front().bare) {
      if (index < 0 || taken[static_cast<size_t>(index)]) return false;
      taken[static_cast<size_t>(index)] = true;
    }
    return access.open.empty();
  }

  /// Which indices of every access the sparse factors and the fixed indices tell.
  void sort_indices(const std::vector<bool>& bound) {
    for (TouchedAccess& access : accesses_) {
      access.covered.clear();
      access.open.clear();
      access.seen.clear();
      for (size_t index = 0; index < indices_.size(); ++index) {
        if (bound[index] || !depends(access.subscripts, index)) continue;
        const bool told = std::ranges::any_of(
            sparse_, [&](const Factor& factor) { return depends(factor.subscripts, index); });
        (told ? access.covered : access.open).push_back(index);
      }
      double numbers = 1;
      for (const size_t index : access.covered) numbers *= static_cast<double>(extents_[index]);
      access.met.assign(numbers <= kMostBits ? static_cast<size_t>(numbers) : 0, false);
    }
  }

  /// Whether an access has not been at the values that a point gives to its covered indices.
  bool is_new(TouchedAccess& access, const std::vector<int64_t>& point) const {
    int64_t key = 0;
    for (const size_t index : access.covered) key = key * extents_[index] + point[index];
    if (access.met.empty()) return access.seen.insert(key).second;
    const bool met = access.met[static_cast<size_t>(key)];
    access.met[static_cast<size_t>(key)] = true;
    return !met;
  }

  void touch(const TouchedAccess& access, const std::vector<int64_t>& point) {
    at_ = point;
    mark(access, at_, 0);
  }

  void mark(const TouchedAccess& access, std::vector<int64_t>& at, size_t depth) {
    if (depth < access.open.size()) {
      const size_t index = access.open[depth];
      for (at[index] = 0; at[index] < extents_[index]; ++at[index]) mark(access, at, depth + 1);
      return;
    }
    const Operand& operand = patterns_.at(access.expression->name);
    coordinate_.clear();
    for (const Form& form : access.subscripts) coordinate_.push_back(space_.value(form, at.data()));
    const int64_t place = operand.full ? operand.place(coordinate_.data())
                                       : entry_of_(access.expression->name, coordinate_.data());
    if (place >= 0) (*access.marks)[static_cast<size_t>(place)] = true;
  }

  const ir::Kernel& kernel_;
  const Operands& patterns_;
  EntryOf entry_of_;
  std::vector<std::string> indices_;
  std::vector<int64_t> extents_;
  program::FormSpace space_;
  Names names_;
  int32_t arrays_ = -1;
  std::vector<Factor> sparse_;
  const ir::Expression* last_sparse_ = nullptr;
  std::vector<TouchedAccess> accesses_;
  std::vector<int64_t> at_;
  std::vector<int64_t> coordinate_;
  std::optional<Join> join_;
};

class KernelTouch {
 public:
  KernelTouch(const ir::Kernel& kernel, const Operands& patterns)
      : kernel_(kernel), patterns_(patterns) {
    for (const auto& [name, operand] : patterns) {
      touched_[name].read.assign(operand.values.size(), false);
      touched_[name].written.assign(operand.values.size(), false);
    }
  }

  std::map<std::string, Touched> run() {
    for (const ir::Statement& statement : kernel_.statements) {
      for (const ProductTerm& term : expand(kernel_, statement.value)) run_term(statement, term);
    }
    return std::move(touched_);
  }

 private:
  void run_term(const ir::Statement& statement, const ProductTerm& term) {
    TermTouch touch(kernel_, statement, patterns_,
                    [this](const std::string& tensor, const int64_t* coordinate) {
                      return entry_of(tensor, coordinate);
                    });
    const std::string& target = statement.target.name;
    if (kernel_.find_tensor(target)->pattern && !patterns_.at(target).full)
      touch.add_sparse(statement.target, true);
    touch.add_access(statement.target, touched_.at(statement.target.name).written);
    for (const ir::Expression* factor : term.factors) {
      if (factor->kind != ir::Expression::Kind::Access) continue;
      touch.add_access(*factor, touched_.at(factor->name).read);
      if (!patterns_.at(factor->name).full) touch.add_sparse(*factor, false);
    }
    const ir::Repeat* repeat = kernel_.repeat_of(statement.name);
    if (repeat == nullptr) return touch.run({});
    const int64_t steps = kernel_.extent(repeat->index.text).value_or(0);
    for (int64_t step = 0; step < steps; ++step) touch.run({{repeat->index.text, step}});
  }

  /// -1 where nothing is stored.
  int64_t entry_of(const std::string& tensor, const int64_t* coordinate) {
    const Operand& operand = patterns_.at(tensor);
    auto& entries = entries_[tensor];
    if (entries.empty()) {
      for (int64_t entry = 0; entry < operand.entries(); ++entry)
        entries[operand.place(operand.coordinate(entry))] = entry;
    }
    const auto found = entries.find(operand.place(coordinate));
    return found == entries.end() ? -1 : found->second;
  }

  const ir::Kernel& kernel_;
  const Operands& patterns_;
  std::map<std::string, Touched> touched_;
  std::map<std::string, std::unordered_map<int64_t, int64_t>> entries_;
};

}  // namespace

std::map<std::string, Touched> touched_elements(const ir::Kernel& kernel,
                                                const Operands& patterns) {
  return KernelTouch(kernel, patterns).run();
}

}  // namespace weft::einsum
