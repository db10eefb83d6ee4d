// SPDX-License-Identifier: Apache-2.0
#include "mapper/search/tile_choices.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernels/ir/loops.h"
#include "kernels/ir/report.h"
#include "mapper/search/legal_values.h"

namespace weft::mapper {

namespace {

/// The decision about a word of a statement: its own, or one that `all` shares.
std::optional<size_t> decision_of(const Mapspace& space, const ir::Statement& statement,
                                  const std::string& word, const std::string& subject) {
  std::optional<size_t> shared;
  for (size_t i = 0; i < space.decisions().size(); ++i) {
    const PathParts parts = parts_of(space.decisions()[i].path);
    if (parts.word != word || parts.subject != subject) continue;
    if (parts.statement == statement.name) return i;
    if (parts.statement == "all") shared = i;
  }
  return shared;
}

/// A decision or a fixed choice as a number for each of its texts.
template <class NumberOf>
WordValue word_value(const Mapspace& space, std::optional<size_t> decision,
                     const std::string& fixed, NumberOf&& number_of) {
  if (!decision) return WordValue(number_of(fixed));
  std::vector<int64_t> numbers;
  for (const std::string& text : space.decisions()[*decision].values) {
    numbers.push_back(number_of(text));
  }
  return {*decision, std::move(numbers)};
}

template <ir::Keyword E>
int64_t number_of_word(const std::string& text) {
  for (const ir::Word<E>& word : ir::Vocabulary<E>::kWords) {
    if (word.text == text) return static_cast<int64_t>(word.value);
  }
  return -1;
}

int64_t parts_of_split(const std::string& text) {
  base::Diagnostics ignored;
  const auto reduction = ir::Reduction::parse(text, {}, ignored);
  return reduction ? reduction->parts : 1;
}

}  // namespace

TileChoices::TileChoices(const Mapspace& space, const ContractionForm& form,
                         base::Diagnostics& diagnostics)
    : form_(form) {
  const ir::Statement& statement = *form.statement;
  const ir::StatementSchedule schedule = ir::effective_schedule(space.kernel(), statement);
  read_sizes(space, schedule, diagnostics);
  read_holds(space, schedule);
  const auto& use = schedule.tensorize->use;
  unit_ = word_value(space, decision_of(space, statement, "tensorize", "use"),
                     use.fixed() ? std::string(ir::text_of(use.value())) : "",
                     number_of_word<ir::MatrixUnit>);
  if (const auto* reduce = splitting_word(schedule)) {
    split_k_ =
        word_value(space, decision_of(space, statement, "reduce", reduce->key.text),
                   reduce->value.fixed() ? reduce->value.value().text() : "", parts_of_split);
  }
  const auto note = [&](const WordValue& value) {
    if (value.decision()) decisions_.push_back(*value.decision());
  };
  for (const Factor& factor : factors_) note(factor.size);
  if (!holds_.empty()) {
    note(holds_.front().via);
    note(holds_.front().buffers);
  }
  note(unit_);
  note(split_k_);
  std::ranges::sort(decisions_);
  decisions_.erase(std::unique(decisions_.begin(), decisions_.end()), decisions_.end());
}

void TileChoices::read_sizes(const Mapspace& space, const ir::StatementSchedule& schedule,
                             base::Diagnostics& diagnostics) {
  const ir::Kernel& kernel = space.kernel();
  const ir::Statement& statement = *form_.statement;
  const auto size_of = [&](const std::string& text) -> int64_t {
    const auto formula = ir::Formula::parse(text, statement.where, diagnostics);
    const auto size = formula ? ir::evaluate_point(formula->expression, kernel.bindings())
                              : std::optional<int64_t>();
    if (size) return *size;
    ir::report(diagnostics, statement.where,
               fmt::format("a tile of {} is '{}', which is no number on an SM array",
                           statement.name, text));
    return 1;
  };
  for (const ir::Loop& loop : ir::loops_of(kernel, statement, schedule)) {
    const bool in_tile =
        std::ranges::count(schedule.tensorize->over, loop.name, &ir::LoopName::text) > 0;
    if (!in_tile || loop.indices.size() != 1) continue;
    const IndexRole role = form_.role_of(loop.parent);
    if (loop.pieces == 1) {
      factors_.push_back({role, WordValue(kernel.extent(loop.parent).value_or(1))});
      continue;
    }
    const auto* tile = schedule.tiles.find(loop.name);
    const bool fixed = tile != nullptr && tile->fixed();
    factors_.push_back({role, word_value(space, decision_of(space, statement, "tiles", loop.name),
                                         fixed ? tile->value().text() : "1", size_of)});
  }
}

void TileChoices::read_holds(const Mapspace& space, const ir::StatementSchedule& schedule) {
  const ir::Statement& statement = *form_.statement;
  for (const auto& hold : schedule.hold.entries) {
    const auto& via = hold.value.via;
    const auto& buf = hold.value.buf;
    const auto decision = [&](const char* key) {
      return decision_of(space, statement, "hold", hold.key.text + key);
    };
    holds_.push_back(
        {word_value(space, decision(".via"),
                    via.fixed() ? std::string(ir::text_of(via.value())) : "",
                    number_of_word<ir::Transfer>),
         word_value(space, decision(".buf"), buf.fixed() ? std::to_string(buf.value()) : "1",
                    [](const std::string& text) -> int64_t { return std::stoll(text); })});
  }
}

TileOptions TileChoices::options(const Point& point) const {
  int64_t m = 1, n = 1, k = 1;
  for (const Factor& factor : factors_) {
    const int64_t size = factor.size.at(point);
    if (factor.role == IndexRole::M) m *= size;
    if (factor.role == IndexRole::N) n *= size;
    if (factor.role == IndexRole::K) k *= size;
  }
  const auto only = [](int64_t value) { return SizeSet(std::set<int64_t>{value}); };
  TileOptions options{only(m), only(n), only(k), std::nullopt, only(split_k_.at(point))};
  if (!holds_.empty()) options.stages = only(holds_.front().buffers.at(point));
  return options;
}

bool TileChoices::tma(const Point& point) const {
  return !holds_.empty() &&
         static_cast<ir::Transfer>(holds_.front().via.at(point)) == ir::Transfer::Tma;
}

}  // namespace weft::mapper
