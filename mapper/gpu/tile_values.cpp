// SPDX-License-Identifier: Apache-2.0
#include "mapper/gpu/tile_values.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "kernels/dense/round.h"
#include "kernels/dense/structured.h"
#include "mapper/gpu/read_shape.h"
#include "mapper/gpu/tile_offsets.h"

namespace weft::mapper {

namespace {

/// Rows of B that are laid out at a time.
constexpr size_t kBlock = 64;

/// The tiles of one statement.
class StatementTiles {
 public:
  StatementTiles(const ir::Kernel& kernel, const StatementPlan& plan,
                 const std::vector<AxisOfRole>& axes, dense::TensorValues& values)
      : offsets_(kernel, plan, axes),
        a_(values.at(plan.form.a->name)),
        b_(values.at(plan.form.b->name)),
        c_(values.at(plan.form.c->name)),
        dtype_(kernel.find_tensor(plan.form.c->name)->dtype),
        unit_dtype_(unit_dtype(kernel, plan.form)),
        rounds_a_(kernel.find_tensor(plan.form.a->name)->dtype != unit_dtype_),
        rounds_b_(kernel.find_tensor(plan.form.b->name)->dtype != unit_dtype_),
        wide_(plan.shape.math == program::MathType::Fp64 ||
              plan.shape.math == program::MathType::Int8),
        parts_(plan.walk.split_k) {
    if (plan.shape.sparse_a) sparse_ = dense::compress24(a_);
  }

  void run(const program::CtaCoordinates& at) { wide_ ? compute<double>(at) : compute<float>(at); }

 private:
  template <class Real>
  void compute(const program::CtaCoordinates& at) {
    const RoleOffsets batch = offsets_.of(IndexRole::Batch, at);
    const RoleOffsets m = offsets_.of(IndexRole::M, at);
    const RoleOffsets n = offsets_.of(IndexRole::N, at);
    const RoleOffsets k = offsets_.of(IndexRole::K, at);
    std::vector<Real> sums;
    for (size_t p = 0; p < batch.size(); ++p) {
      sums.assign(m.size() * n.size(), 0);
      for (size_t begin = 0; begin < k.size(); begin += kBlock) {
        const size_t end = std::min(begin + kBlock, k.size());
        const std::vector<Real> rows = rows_of_b<Real>(batch.b[p], k, begin, end, n);
        for (size_t i = 0; i < m.size(); ++i) {
          const int64_t row = offsets_.base_a() + batch.a[p] + m.a[i];
          if (sparse_) {
            add_stored(row, k, begin, end, rows.data(), n.size(), &sums[i * n.size()]);
          } else {
            add_dense(row, k, begin, end, rows.data(), n.size(), &sums[i * n.size()]);
          }
        }
      }
      store(batch.c[p], m, n, sums);
    }
  }

  template <class Real>
  std::vector<Real> rows_of_b(int64_t base, const RoleOffsets& k, size_t begin, size_t end,
                              const RoleOffsets& n) const {
    std::vector<Real> rows((end - begin) * n.size());
    size_t next = 0;
    for (size_t j = begin; j < end; ++j) {
      const double* from = b_.values.data() + offsets_.base_b() + base + k.b[j];
      for (const int64_t column : n.b)
        rows[next++] = static_cast<Real>(rounds_b_ ? dense::round_to(unit_dtype_, from[column])
                                                   : from[column]);
    }
    return rows;
  }

  /// Four rows of B at a time, so that a sum is loaded and stored once for four products.
  template <class Real>
  void add_dense(int64_t row, const RoleOffsets& k, size_t begin, size_t end, const Real* rows,
                 size_t columns, Real* sums) const {
    const double* a = a_.values.data() + row;
    const auto value = [&](size_t j) {
      const double one = a[k.a[j]];
      return static_cast<Real>(rounds_a_ ? dense::round_to(unit_dtype_, one) : one);
    };
    size_t j = begin;
    for (; j + 4 <= end; j += 4, rows += 4 * columns) {
      const Real a0 = value(j), a1 = value(j + 1), a2 = value(j + 2), a3 = value(j + 3);
      for (size_t x = 0; x < columns; ++x) {
        sums[x] += a0 * rows[x] + a1 * rows[columns + x] + a2 * rows[2 * columns + x] +
                   a3 * rows[3 * columns + x];
      }
    }
    for (; j < end; ++j, rows += columns) {
      const Real one = value(j);
      for (size_t x = 0; x < columns; ++x) sums[x] += one * rows[x];
    }
  }

  /// The two stored values of every four, each times the row of B that its position selects.
  template <class Real>
  void add_stored(int64_t row, const RoleOffsets& k, size_t begin, size_t end, const Real* rows,
                  size_t columns, Real* sums) const {
    for (size_t j = begin; j < end; j += 4) {
      const auto slot = static_cast<size_t>(row + k.a[j]) / 4 * 2;
      for (size_t kept = slot; kept < slot + 2; ++kept) {
        const auto value = static_cast<Real>(sparse_->values[kept]);
        const Real* selected = rows + (j - begin + sparse_->positions[kept]) * columns;
        for (size_t x = 0; x < columns; ++x) sums[x] += value * selected[x];
      }
    }
  }

  /// Parts of k add up in the units' type; the last of a tile's parts rounds to that of C.
  template <class Real>
  void store(int64_t base, const RoleOffsets& m, const RoleOffsets& n,
             const std::vector<Real>& sums) {
    if (m.size() == 0 || n.size() == 0) return;
    const int64_t tile = offsets_.base_c() + base + m.c.front() + n.c.front();
    const int64_t done = ++parts_done_[tile];
    const bool first = done == 1;
    const bool last = done == parts_;
    if (last) parts_done_.erase(tile);
    size_t next = 0;
    for (const int64_t row : m.c) {
      double* to = c_.values.data() + offsets_.base_c() + base + row;
      for (const int64_t column : n.c) {
        const Real before = first ? 0 : static_cast<Real>(to[column]);
        const auto sum = static_cast<double>(before + sums[next++]);
        to[column] = last ? dense::round_to(dtype_, sum) : sum;
      }
    }
  }

  TileOffsets offsets_;
  const dense::DenseTensor& a_;
  const dense::DenseTensor& b_;
  dense::DenseTensor& c_;
  ir::Dtype dtype_;  // of C
  ir::Dtype unit_dtype_;
  bool rounds_a_;
  bool rounds_b_;
  bool wide_;
  int64_t parts_;                                      // of k, each computed by a CTA
  std::unordered_map<int64_t, int64_t> parts_done_{};  // of tiles at work, by their first element
  std::optional<dense::Structured24> sparse_;
};

/// The statements of a launch, one after the other on each CTA.
class GroupTiles : public program::TileFunction {
 public:
  explicit GroupTiles(std::vector<StatementTiles> statements)
      : statements_(std::move(statements)) {}

  void run(const program::CtaCoordinates& at) override {
    for (StatementTiles& statement : statements_) statement.run(at);
  }

 private:
  std::vector<StatementTiles> statements_;
};

}  // namespace

void attach_values(program::GridProgram& program, const GpuMapping& mapping,
                   const ir::Kernel& kernel, dense::TensorValues& values) {
  for (const ir::Statement& statement : kernel.statements) {
    dense::DenseTensor& result = values[statement.target.name];
    result.shape = kernel.shape(*kernel.find_tensor(statement.target.name));
    result.values.assign(static_cast<size_t>(result.size()), 0);
  }
  for (size_t i = 0; i < mapping.groups.size(); ++i) {
    const LaunchGroup& group = mapping.groups[i];
    std::vector<StatementTiles> statements;
    for (size_t j = 0; j < group.statements.size(); ++j) {
      statements.emplace_back(kernel, group.statements[j], group.axes[j], values);
    }
    program.launches[i].function = std::make_shared<GroupTiles>(std::move(statements));
  }
}

}  // namespace weft::mapper
