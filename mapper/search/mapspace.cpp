// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/mapspace.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernels/ir/holes.h"
#include "kernels/ir/report.h"
#include "mapper/search/legal_values.h"

namespace weft::mapper {

namespace {

/// "bind.place.B.dram"
bool is_place(const std::string& path) {
  return path.starts_with("bind.place.");
}

/// Where operands lie decides most of the traffic, then the order, then the sizes.
int rank_of(const std::string& path) {
  const PathParts parts = parts_of(path);
  if (parts.word == "hold" || parts.statement == "fuse_at" || is_place(path)) return 0;
  if (parts.word == "order") return 1;
  return parts.word == "tiles" ? 2 : 3;
}

}  // namespace

std::string Decision::name() const {
  const PathParts parts = parts_of(path);
  if (parts.statement == "fuse_at") return path.substr(std::string_view("schedule.").size());
  if (is_place(path)) return parts.statement + "." + parts.word;
  return parts.subject.empty() ? parts.word : parts.word + "." + parts.subject;
}

Mapspace::Mapspace(ir::Kernel kernel, base::Diagnostics& diagnostics) : kernel_(std::move(kernel)) {
  for (const ir::Hole& hole : ir::holes(kernel_)) {
    if (is_derived(hole)) continue;
    Decision decision{hole.path, legal_values(kernel_, hole), hole.where};
    if (decision.values.empty()) {
      ir::report(
          diagnostics, hole.where.line == 0 ? kernel_.where : hole.where,
          fmt::format("{}: no value is known to be legal here; give a list of choices", hole.path));
      continue;
    }
    decisions_.push_back(std::move(decision));
  }
  std::ranges::stable_sort(decisions_, {},
                           [](const Decision& decision) { return rank_of(decision.path); });
}

double Mapspace::size_below(size_t depth) const {
  double size = 1;
  for (size_t i = depth; i < decisions_.size(); ++i) {
    size *= static_cast<double>(decisions_[i].values.size());
  }
  return size;
}

bool Mapspace::advance(Point& point) const {
  for (size_t i = point.size(); i-- > 0;) {
    if (++point[i] < decisions_[i].values.size()) return true;
    point[i] = 0;
  }
  return false;
}

ir::Kernel Mapspace::fill(const Point& point) const {
  ir::Kernel filled = kernel_;
  base::Diagnostics diagnostics;
  for (size_t i = 0; i < decisions_.size(); ++i) {
    ir::fill_hole(filled, decisions_[i].path, value(point, i), diagnostics);
  }
  WEFT_CHECK(diagnostics.empty(), "a value of a mapspace that does not fit its own hole");
  return filled;
}

}  // namespace weft::mapper
