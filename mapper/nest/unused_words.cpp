// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/unused_words.h"

#include <fmt/format.h>

#include "kernels/ir/loops.h"

namespace weft::mapper {

namespace {

class UnusedWords {
 public:
  void add(const ir::Kernel& kernel) {
    for (const ir::Statement& statement : kernel.statements)
      add(statement, ir::effective_schedule(kernel, statement));
    if (kernel.schedule.rewrite.wy)
      note(kernel.where, "rewrite wy", kernel.name, "its statements run as they are written");
    for (const auto& tensor : kernel.bind.place.entries) {
      for (const auto& role : tensor.value.entries) {
        if (!role.value.fixed() || role.value.value().kind == ir::Placement::Kind::Interleave)
          continue;
        note(role.key.where, "place of " + tensor.key.text, kernel.name,
             "loop nests find tensors in all memories in turn");
      }
    }
  }
  std::vector<std::string> take() { return std::move(notes_); }

 private:
  void add(const ir::Statement& statement, const ir::StatementSchedule& schedule) {
    for (const auto& entry : schedule.radix.entries)
      note(entry.key.where, "radix of " + entry.key.text, statement.name,
           "steps run one after the other");
    for (const auto& entry : schedule.exchange.entries)
      note(entry.key.where, "exchange of " + entry.key.text, statement.name,
           "elements go through the memory that keeps the tensor");
    for (const auto& entry : schedule.reduce.entries) {
      if (!entry.value.fixed()) continue;
      const ir::ReduceKind kind = entry.value.value().kind;
      if (kind == ir::ReduceKind::Serial || kind == ir::ReduceKind::Atomic) continue;
      note(entry.key.where, "reduce of " + entry.key.text, statement.name,
           fmt::format("partial sums meet by atomics, not by {}", ir::text_of(kind)));
    }
  }

  void note(const base::Location& where, const std::string& word, const std::string& of,
            const std::string& instead) {
    notes_.push_back(
        fmt::format("{}: {} in {} does not change the time: {}", where.str(), word, of, instead));
  }

  std::vector<std::string> notes_;
};

}  // namespace

std::vector<std::string> unused_words(const ir::Kernel& kernel) {
  UnusedWords words;
  words.add(kernel);
  return words.take();
}

}  // namespace weft::mapper
