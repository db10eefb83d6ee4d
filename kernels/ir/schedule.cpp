// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/schedule.h"

#include "kernels/ir/bind.h"

namespace weft::ir {

std::vector<AccumKind> Accum::kinds_of(std::string_view key) {
  using enum AccumKind;
  if (key == "probe" || key == "bits" || key == "table" || key == "load_factor") return {Hash};
  if (key == "slots") return {Hash, Sort};
  if (key == "width" || key == "track") return {Dense};
  if (key == "ways") return {Heap};
  if (key == "spill") return {Hash, Heap, Sort};
  if (key == "sorter") return {Hash};
  if (key == "sort" || key == "size") return {Hash, Dense, Heap, Sort};
  return {};
}

const std::vector<std::string>& all_roles() {
  static const std::vector<std::string> roles = {"core", "thread", "lane",   "cta",   "warp",
                                                 "spad", "smem",   "reg",    "dram",  "dma",
                                                 "tma",  "mma",    "mma.sp", "atomic"};
  return roles;
}

}  // namespace weft::ir
