// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "kernels/ir/choice.h"
#include "kernels/ir/text_value.h"

namespace weft::ir {

/// Sizes that a run must keep to, tighter than the machine's own.
struct Limits {
  std::optional<int64_t> regs_per_thread;
  std::optional<int64_t> threads_per_cta;
  std::optional<Bytes> smem_per_cta;
  std::optional<Bytes> spad_per_core;

  static constexpr auto fields() {
    return std::tuple{field("regs_per_thread", &Limits::regs_per_thread, "registers of one thread"),
                      field("threads_per_cta", &Limits::threads_per_cta, "threads of one block"),
                      field("smem_per_cta", &Limits::smem_per_cta, "shared memory of one block"),
                      field("spad_per_core", &Limits::spad_per_core, "scratchpad of one core")};
  }
  bool operator==(const Limits&) const = default;
};

/// The `bind` block: which hardware the roles of the schedule are.
struct Bind {
  std::string arch;
  Table<RoleName, std::string> roles;
  Table<TensorName, Table<RoleName, Choice<Placement>>> place;
  std::vector<TensorName> cache;
  Limits limits;

  static constexpr auto fields() {
    return std::tuple{field("arch", &Bind::arch, "machine, by name or file"),
                      field("roles", &Bind::roles, "unit of the machine behind each role"),
                      field("place", &Bind::place, "spread of each tensor over the memories"),
                      field("cache", &Bind::cache, "tensors read through the caches"),
                      field("limits", &Bind::limits, "sizes to keep to")};
  }
  bool operator==(const Bind&) const = default;
};

/// Every role a schedule may name.
const std::vector<std::string>& all_roles();

}  // namespace weft::ir
