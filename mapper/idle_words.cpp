// SPDX-License-Identifier: Apache-2.0
#include "mapper/idle_words.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "kernels/ir/loops.h"

namespace weft::mapper {

namespace {

class IdleWords {
 public:
  IdleWords(const ir::Kernel& kernel, const machine::MachineDescription& machine, WalkKind walk)
      : kernel_(kernel), machine_(machine), walk_(walk) {}

  std::vector<std::string> find() {
    for (const ir::Statement& statement : kernel_.statements) {
      const ir::StatementSchedule schedule = ir::effective_schedule(kernel_, statement);
      look_at_accumulators(schedule);
      look_at_others(schedule);
    }
    look_at_bind();
    return std::move(notes_);
  }

 private:
  bool on_fabric() const { return machine_.kind() == machine::Kind::Fabric; }

  /// Words of `all` stand for several statements; each is told once.
  void tell(const base::Location& where, const std::string& word, const std::string& instead) {
    const std::string place = where.line > 0 ? where.str() : kernel_.name;
    const std::string note = fmt::format("{}: {} changes nothing: {}", place, word, instead);
    if (std::ranges::count(notes_, note) == 0) notes_.push_back(note);
  }

  template <class Value>
  static bool says(const ir::Choice<Value>& choice, Value value) {
    return choice.given() && choice.fixed() && choice.value() == value;
  }

  void look_at_accumulators(const ir::StatementSchedule& schedule) {
    for (const auto& [tensor, accum] : schedule.accum.entries) {
      const bool scalar = says(accum.kind, ir::AccumKind::Scalar);
      if (says(accum.emit, ir::Emit::Nonzero) && !scalar)
        tell(accum.emit.where, "accum.emit: nonzero", "every entry that was reached is written");
      if (says(accum.track, ir::Track::List))
        tell(accum.track.where, "accum.track: list", "used slots are kept in a bitmap");
      if (on_fabric() && walk_ == WalkKind::Rows) look_at_spill(accum);
    }
  }

  void look_at_spill(const ir::Accum& accum) {
    if (!accum.spill.given() || !accum.spill.fixed() || !accum.kind.fixed()) return;
    const bool merges = accum.kind.value() == ir::AccumKind::Heap;
    const ir::Spill done = merges ? ir::Spill::Multipass : ir::Spill::Passes;
    if (accum.spill.value() == done) return;
    tell(accum.spill.where, fmt::format("accum.spill: {}", ir::text_of(accum.spill.value())),
         merges ? "a fabric merges in several rounds (multipass)"
                : "a fabric takes ranges of columns one after another (passes)");
  }

  void look_at_others(const ir::StatementSchedule& schedule) {
    for (const auto& [loop, window] : schedule.window.entries) {
      if (window.pack.given() && window.pack.fixed() && window.pack.value() != ir::PackBy::Flops)
        tell(window.pack.where, fmt::format("window.pack: {}", ir::text_of(window.pack.value())),
             "windows must have room for every product, and are packed by these (flops)");
    }
    for (const auto& [tensor, append] : schedule.append.entries) {
      if (says(append.alloc, ir::Alloc::Static))
        tell(append.alloc.where, "append.alloc: static", "places are given by an atomic counter");
    }
    const std::optional<ir::Formula>& weight = schedule.balance.weight;
    if (weight && !weight->text().starts_with("flops(")) {
      tell(weight->expression.where, fmt::format("balance.weight: {}", weight->text()),
           "iterations are dealt in turn or taken from a queue");
    }
  }

  void look_at_bind() {
    const ir::Bind& bind = kernel_.bind;
    const std::string arch = std::filesystem::path(bind.arch).stem().string();
    if (!bind.arch.empty() && bind.arch != machine_.id && arch != machine_.id) {
      tell(kernel_.where, fmt::format("bind.arch: {}", bind.arch),
           fmt::format("the run is on {}", machine_.id));
    }
    if (!bind.roles.empty()) {
      tell(bind.roles.entries.front().key.where, "bind.roles",
           "the machine's own description says which units have which role");
    }
    const ir::Limits& limits = bind.limits;
    const auto limit = [&](bool given, const char* name, const char* where_it_counts) {
      if (given) tell(kernel_.where, fmt::format("bind.limits.{}", name), where_it_counts);
    };
    const bool tiles = walk_ == WalkKind::Tiles;
    constexpr const char* kTiles = "it is kept by tile kernels of a GPU";
    limit(limits.regs_per_thread && !tiles, "regs_per_thread", kTiles);
    limit(limits.threads_per_cta && !tiles, "threads_per_cta", kTiles);
    limit(limits.smem_per_cta && !tiles, "smem_per_cta", kTiles);
    limit(limits.spad_per_core && !on_fabric(), "spad_per_core", "it is kept by fabrics");
  }

  const ir::Kernel& kernel_;
  const machine::MachineDescription& machine_;
  WalkKind walk_;
  std::vector<std::string> notes_;
};

}  // namespace

std::vector<std::string> idle_words(const ir::Kernel& kernel,
                                    const machine::MachineDescription& machine, WalkKind walk) {
  return IdleWords(kernel, machine, walk).find();
}

}  // namespace weft::mapper
