// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/placed_traffic.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "mapper/place/cut.h"
#include "sim/machine/place_program.h"

// The operands are laid out as the compiler does it, and every row of A is walked as its core will:
// its own entries, then for each the row of B. Columns and values are arrays of their own, so that
// halves of an entry may lie apart. A row of A is one core's, and the bytes of one side that it
// asks for cross the cut if that core is on the other: the smaller of the two sides crosses at
// least. Only where rows have owners is more known: which links the answers take.

namespace weft::mapper {

namespace {

using Halves = std::array<double, 2>;

/// Where the elements of one array of a compiled program lie.
class PlacedArray {
 public:
  PlacedArray(const program::Array& array, const machine::AddressMap& map)
      : array_(array),
        region_(array.count == 0 ? nullptr : &map.region_at(static_cast<int64_t>(array.base))) {}

  /// Calls visit(controller, bytes) for the elements [begin, end), as core `asker` finds them.
  template <class Visit>
  void visit(int64_t begin, int64_t end, int asker, Visit&& visit) const {
    if (region_ == nullptr) return;  // an array of no elements lies nowhere
    const auto base = static_cast<int64_t>(array_.base);
    const int64_t last = base + end * array_.bytes;
    for (int64_t at = base + begin * array_.bytes; at < last;) {
      const int64_t bytes = std::min(region_->bytes_to_border(at), last - at);
      visit(region_->locate(at, asker).controller, static_cast<double>(bytes));
      at += bytes;
    }
  }

 private:
  const program::Array& array_;
  const machine::Region* region_;
};

/// An operand's columns and values. `copied`: each core has its own.
struct PlacedOperand {
  const tensor::CsrMatrix& matrix;
  PlacedArray columns, values;
  bool read;  // past the caches
  bool copied;
};

class TrafficCounter {
 public:
  TrafficCounter(const SpgemmPlan& plan, const FabricTarget& target,
                 const machine::FabricDescription& fabric, const machine::Topology& topology,
                 const SpgemmOperands& operands)
      : operands_(operands),
        topology_(topology),
        cores_(static_cast<int>(target.cores)),
        builder_(plan, target),
        map_(cores_, fabric.memory.capacity_per_core, program::kRangeAlignment) {
    builder_.places =
        product_places(plan, target.cores, operands.a, operands.b, operands.row_flops);
    builder_.add_operands(operands.a, operands.b);
    kernel_ = builder_.finish({});
    machine::place_program(map_, kernel_.program, fabric);
    traffic_.work = builder_.places.work;
    askers_known_ = !traffic_.work.empty();
    traffic_.served_bytes.assign(target.cores, 0);
    traffic_.link_bytes.assign(topology.links().size(), 0);
    asked_.assign(static_cast<size_t>(cores_) * target.cores, 0);
  }

  PlacedTraffic count() {
    const SpgemmPlan& plan = builder_.plan;
    const ArrayIds& ids = builder_.arrays;
    const auto placed = [&](int16_t id) {
      return PlacedArray(kernel_.program.arrays[static_cast<size_t>(id)], map_);
    };
    const PlacedOperand a{operands_.a, placed(ids.a_column), placed(ids.a_value),
                          !plan.cache_a || plan.a.dma, plan.place_a.spread == Spread::Copy};
    const PlacedOperand b{operands_.b, placed(ids.b_column), placed(ids.b_value),
                          !plan.cache_b || plan.b.dma, plan.place_b.spread == Spread::Copy};
    if (!askers_known_ && b.read && !b.copied) halve_rows(b);
    for (int64_t row = 0; row < operands_.a.rows; ++row) count_row(row, a, b);
    traffic_.cut_bytes_per_cycle = halves_bytes_per_cycle(topology_, cores_, false) +
                                   halves_bytes_per_cycle(topology_, cores_, true);
    route();
    if (traffic_.cut_bytes_per_cycle > 0)
      traffic_.network_cycles = traffic_.cut_bytes / traffic_.cut_bytes_per_cycle;
    for (size_t i = 0; i < traffic_.link_bytes.size() && askers_known_; ++i) {
      const double cycles = traffic_.link_bytes[i] / topology_.links()[i].bytes_per_cycle;
      traffic_.network_cycles = std::max(traffic_.network_cycles, cycles);
    }
    return std::move(traffic_);
  }

 private:
  size_t half_of(int core) const { return core < cores_ / 2 ? 0 : 1; }

  /// Bytes of every row of B by halves, which all that ask for it cross alike.
  void halve_rows(const PlacedOperand& b) {
    for (int64_t k = 0; k < b.matrix.rows; ++k) {
      const auto begin = b.matrix.row_start[static_cast<size_t>(k)];
      const auto end = b.matrix.row_start[static_cast<size_t>(k) + 1];
      Halves& columns = column_halves_.emplace_back();
      b.columns.visit(begin, end, 0,
                      [&](int core, double bytes) { columns[half_of(core)] += bytes; });
      Halves& values = value_halves_.emplace_back();
      b.values.visit(begin, end, 0,
                     [&](int core, double bytes) { values[half_of(core)] += bytes; });
    }
  }

  void serve(int asker, int home, double bytes) {
    traffic_.served_bytes[static_cast<size_t>(home)] += bytes;
    if (askers_known_)
      asked_[static_cast<size_t>(asker) * static_cast<size_t>(cores_) +
             static_cast<size_t>(home)] += bytes;
  }

  /// Entries [begin, end) of an operand are asked for. Copies serve only askers that are known.
  void ask(const PlacedOperand& operand, int64_t begin, int64_t end, int asker) {
    if (!operand.read || (operand.copied && !askers_known_)) return;
    const auto serve_asker = [&](int home, double bytes) { serve(asker, home, bytes); };
    operand.columns.visit(begin, end, asker, serve_asker);
    operand.values.visit(begin, end, asker, serve_asker);
  }

  /// Whether one core does all of a row. Passes over ranges of columns may be of several cores,
  /// each with other values.
  bool is_whole(int64_t row) const {
    const SpgemmPlan& plan = builder_.plan;
    if (plan.windows) return true;
    if (plan.accumulator == program::AccumulatorKind::Dense)
      return static_cast<uint64_t>(operands_.b.cols) <= plan.slots;
    const auto products = static_cast<double>(operands_.row_flops[static_cast<size_t>(row)]);
    return products <= std::floor(static_cast<double>(plan.slots) * plan.load_factor);
  }

  void count_row(int64_t row, const PlacedOperand& a, const PlacedOperand& b) {
    const auto begin = operands_.a.row_start[static_cast<size_t>(row)];
    const auto end = operands_.a.row_start[static_cast<size_t>(row) + 1];
    if (begin == end) return;
    const int asker = askers_known_ ? static_cast<int>(traffic_.work.owner_of(row)) : 0;
    ask(a, begin, end, asker);
    Halves columns{}, values{};
    for (int64_t e = begin; e < end; ++e) {
      const auto k = static_cast<size_t>(operands_.a.column[static_cast<size_t>(e)]);
      ask(b, b.matrix.row_start[k], b.matrix.row_start[k + 1], asker);
      for (size_t half = 0; half < 2 && !column_halves_.empty(); ++half) {
        columns[half] += column_halves_[k][half];
        values[half] += value_halves_[k][half];
      }
    }
    traffic_.cut_bytes += std::min(columns[0], columns[1]);
    if (is_whole(row)) traffic_.cut_bytes += std::min(values[0], values[1]);
  }

  /// Puts the answers on their links.
  void route() {
    for (int asker = 0; asker < cores_; ++asker) {
      for (int home = 0; home < cores_; ++home) {
        const auto place =
            static_cast<size_t>(asker) * static_cast<size_t>(cores_) + static_cast<size_t>(home);
        const double bytes = askers_known_
                                 ? asked_[place]
                                 : traffic_.served_bytes[static_cast<size_t>(home)] / cores_;
        if (bytes == 0) continue;
        if (askers_known_ && half_of(asker) != half_of(home)) traffic_.cut_bytes += bytes;
        topology_.visit_route(
            topology_.router_of_core(home), topology_.router_of_core(asker),
            [&](int link, int) { traffic_.link_bytes[static_cast<size_t>(link)] += bytes; });
      }
    }
  }

  const SpgemmOperands& operands_;
  const machine::Topology& topology_;
  int cores_;
  ProgramBuilder builder_;
  machine::AddressMap map_;
  CompiledKernel kernel_;
  PlacedTraffic traffic_;
  bool askers_known_ = false;
  std::vector<double> asked_;                         // [asker][home]
  std::vector<Halves> column_halves_, value_halves_;  // [row of B]
};

}  // namespace

std::optional<PlacedTraffic> placed_traffic(const SpgemmPlan& plan, const FabricTarget& target,
                                            const machine::FabricDescription& fabric,
                                            const machine::Topology& topology,
                                            const SpgemmOperands& operands) {
  const bool tables = plan.accumulator == program::AccumulatorKind::Hash ||
                      plan.accumulator == program::AccumulatorKind::Dense;
  if (target.cores == 1 || plan.dataflow != Dataflow::RowWise || !tables) return std::nullopt;
  return TrafficCounter(plan, target, fabric, topology, operands).count();
}

}  // namespace weft::mapper
