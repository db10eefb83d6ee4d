// SPDX-License-Identifier: Apache-2.0
#include "mapper/read_places.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/quantity.h"
#include "kernels/ir/report.h"

namespace weft::mapper {

namespace {

using ir::Placement;

Spread spread_of(Placement::Kind kind) {
  switch (kind) {
    case Placement::Kind::Interleave:
      return Spread::Interleave;
    case Placement::Kind::Block:
      return Spread::Block;
    case Placement::Kind::Near:
      return Spread::Near;
    case Placement::Kind::Copy:
      return Spread::Copy;
  }
  throw base::InternalError("a placement of no kind");
}

class PlaceReader {
 public:
  PlaceReader(const FabricTarget& target, SpgemmPlan& plan, base::Diagnostics& diagnostics)
      : target_(target), plan_(plan), diagnostics_(diagnostics) {}

  void read(const ir::TensorName& tensor, const Placement& placement) {
    TensorPlace* place = place_of(tensor.text);
    if (place == nullptr) {
      report(tensor.where, tensor, "one of the tensors A, B and Z", placement);
      return;
    }
    place->spread = spread_of(placement.kind);
    if (placement.kind == Placement::Kind::Interleave) read_interleave(tensor, placement, *place);
    if (placement.by_index()) check_index(tensor, placement);
    if (place == &plan_.place_z) check_result(tensor, placement);
  }

  /// What is near the work needs an owner of the work.
  void check_owners(const ir::TensorName& tensor, const Placement& placement) {
    if (tensor.text == "Z" || placement.kind != Placement::Kind::Near) return;
    if (plan_.place_z.by_rows()) return;
    report(placement.where, tensor,
           "Z in block(m) or near(m) beside it, which say what core asks for its rows", placement);
  }

 private:
  TensorPlace* place_of(const std::string& tensor) {
    if (tensor == "A") return &plan_.place_a;
    if (tensor == "B") return &plan_.place_b;
    return tensor == "Z" ? &plan_.place_z : nullptr;
  }

  void read_interleave(const ir::TensorName& tensor, const Placement& placement,
                       TensorPlace& place) {
    const int64_t bytes = placement.pieces.bytes;
    if (std::ranges::find(target_.interleaves_bytes, bytes) == target_.interleaves_bytes.end()) {
      std::vector<std::string> choices;
      for (const int64_t choice : target_.interleaves_bytes)
        choices.push_back(
            fmt::format("interleave({})",
                        base::format_quantity(static_cast<double>(choice), base::Unit::Bytes)));
      report(placement.where, tensor,
             fmt::format("{} (memory.interleave.choices_bytes, none finer than the default)",
                         fmt::join(choices, ", ")),
             placement);
    }
    if (bytes != target_.interleave_bytes) place.interleave_bytes = static_cast<uint64_t>(bytes);
  }

  /// Ranges are of the index by whose coordinates the tensor is stored.
  void check_index(const ir::TensorName& tensor, const Placement& placement) {
    const bool a_by_columns = plan_.dataflow == Dataflow::Outer;
    const bool b_by_columns = plan_.dataflow == Dataflow::Inner;
    std::string_view rows = "m";
    if (tensor.text == "A" && a_by_columns) rows = "k";
    if (tensor.text == "B") rows = b_by_columns ? "n" : "k";
    if (placement.index == rows) return;
    report(placement.where, tensor, fmt::format("the index {} by which it is stored", rows),
           placement);
  }

  void check_result(const ir::TensorName& tensor, const Placement& placement) {
    plan_.lines.place_z = placement.where;
    const bool rows_of_tasks =
        plan_.dataflow == Dataflow::RowWise && plan_.accumulator != program::AccumulatorKind::Merge;
    if (placement.kind == Placement::Kind::Copy) {
      report(placement.where, tensor, "a place of its own for what is written", placement);
    } else if (plan_.place_z.interleave_bytes > 0) {
      report(placement.where, tensor, "the machine's own interleave, block(m) or near(m)",
             placement);
    } else if (placement.by_index() && !rows_of_tasks) {
      report(placement.where, tensor,
             "interleave: owners of rows need a row-wise product with a hash or dense accumulator",
             placement);
    } else if (placement.by_index() && !plan_.windows &&
               plan_.rows != program::Assignment::Dynamic) {
      report(placement.where, tensor,
             "interleave: owners deal out their rows themselves, which is balance: dynamic",
             placement);
    }
  }

  void report(const base::Location& where, const ir::TensorName& tensor,
              const std::string& expected, const Placement& found) {
    ir::report(
        diagnostics_, where,
        fmt::format("place of {}: expected {}; found {}", tensor.text, expected, found.text()));
  }

  const FabricTarget& target_;
  SpgemmPlan& plan_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

void read_places(const ir::Kernel& kernel, const FabricTarget& target, SpgemmPlan& plan,
                 base::Diagnostics& diagnostics) {
  PlaceReader reader(target, plan, diagnostics);
  const auto for_each = [&](auto&& visit) {
    for (const auto& tensor : kernel.bind.place.entries) {
      for (const auto& memory : tensor.value.entries) {
        if (memory.key.text == "dram") visit(tensor.key, memory.value.value());
      }
    }
  };
  for_each([&](const auto& tensor, const Placement& placement) { reader.read(tensor, placement); });
  for_each([&](const auto& tensor, const Placement& placement) {
    reader.check_owners(tensor, placement);
  });
}

}  // namespace weft::mapper
