// SPDX-License-Identifier: Apache-2.0
#include "mapper/nest/expand_scans.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernels/einsum/operand.h"
#include "kernels/ir/loops.h"
#include "mapper/nest/linear_recurrence.h"

namespace weft::mapper {

using ir::Expression;
using Kind = ir::Expression::Kind;

namespace {

/// Writes out the scan of one statement.
class ScanExpander {
 public:
  ScanExpander(Expansion& expanded, const std::string& statement, const std::string& index,
               base::Diagnostics& diagnostics)
      : kernel_(expanded.kernel),
        ones_(expanded.ones),
        recurrence_(*kernel_.find_statement(statement)),
        schedule_(ir::effective_schedule(kernel_, recurrence_)),
        state_(recurrence_.target.name),
        index_(index),
        diagnostics_(diagnostics) {}

  /// False where something stands against it, which is then reported.
  bool run() {
    if (!find_chunks() || !check_form()) return false;
    // Statements are given their own words while the loops of the split still exist.
    for (const ir::Statement& statement : kernel_.statements)
      schedules_[statement.name] = ir::effective_schedule(kernel_, statement);
    if (!check_members()) return false;
    kernel_.indices.push_back({chunk_, ir::number_expression(static_cast<double>(chunks_)), {}});
    kernel_.indices.push_back({step_, ir::number_expression(static_cast<double>(steps_)), {}});
    add_tensors();
    add_statements();
    keep_states_near();
    return true;
  }

 private:
  bool refuse(const std::string& message) {
    const auto& entries = schedule_.scan.entries;
    const ir::Origin where = entries.empty() ? recurrence_.where : entries.front().key.where;
    ir::report(diagnostics_, where,
               fmt::format("scan of {} in {}: {}", index_, recurrence_.name, message));
    return false;
  }

  bool find_chunks() {
    repeat_ = kernel_.repeat_of(recurrence_.name);
    if (repeat_ == nullptr || repeat_->index.text != index_)
      return refuse(fmt::format("no repeat runs over '{}'", index_));
    const auto* pieces = schedule_.split.find(index_);
    if (pieces == nullptr || pieces->size() != 2) {
      return refuse(
          fmt::format("chunks need a split in two, split: {{{0}: [{0}1, {0}0]}}", index_));
    }
    chunk_ = (*pieces)[0].text;
    step_ = (*pieces)[1].text;
    const auto* tile = schedule_.tiles.find(step_);
    const auto size = tile == nullptr || !tile->fixed()
                          ? std::nullopt
                          : ir::evaluate_point(tile->value().expression, kernel_.bindings());
    const auto all = kernel_.extent(index_);
    if (!size || !all) return refuse(fmt::format("the size of '{}' must be a number", step_));
    steps_ = std::clamp<int64_t>(*size, 1, *all);
    chunks_ = *all / steps_;
    if (chunks_ * steps_ == *all) return true;
    return refuse(fmt::format("chunks of {} steps do not divide {} = {}", steps_, index_, *all));
  }

  bool check_form() {
    const Expression& target = recurrence_.target;
    const ir::Tensor& tensor = *kernel_.find_tensor(state_);
    bool reads = false;
    bool in_step = steps_ahead(target.operands[0], index_) == 1;
    ir::for_each_expression(recurrence_.value, [&](const Expression& e) {
      if (e.kind != Kind::Access || e.name != state_) return;
      reads = true;
      in_step = in_step && steps_ahead(e.operands[0], index_) == 0 &&
                std::equal(e.operands.begin() + 1, e.operands.end(), target.operands.begin() + 1,
                           target.operands.end(),
                           [](const auto& a, const auto& b) { return a.text() == b.text(); });
    });
    const bool plain = recurrence_.combine == ir::Combine::Assign && einsum::is_full(tensor) &&
                       tensor.levels.size() == tensor.dims.size();
    decay_ = state_terms(recurrence_.value, state_);
    if (plain && reads && in_step && decay_) return true;
    return refuse(
        fmt::format("expected {0}[{1}+1,...] = P * {0}[{1},...] + Q with P and Q free of {0} and "
                    "{0} dense, found {2}",
                    state_, index_, recurrence_.text()));
  }

  /// The other statements of the repeat read the state, and the recurrence reads none of theirs.
  bool check_members() {
    const std::vector<std::string> inputs = kernel_.inputs_of(recurrence_);
    for (const ir::StatementName& name : repeat_->statements) {
      const ir::Statement& member = *kernel_.find_statement(name.text);
      const auto* pieces = schedules_[name.text].split.find(index_);
      const bool alike = pieces != nullptr && pieces->size() == 2 && (*pieces)[0].text == chunk_ &&
                         (*pieces)[1].text == step_;
      if (!alike) return refuse(fmt::format("{} must split {} alike", name.text, index_));
      if (member.target.name != state_ && std::ranges::count(inputs, member.target.name) > 0)
        return refuse(fmt::format("it reads {}, which the repeat writes", member.target.name));
      bool known = true;
      ir::for_each_expression(member.value, [&](const Expression& e) {
        if (e.kind == Kind::Access && e.name == state_)
          known = known && steps_ahead(e.operands[0], index_).has_value();
      });
      if (!known) return refuse(fmt::format("{} reads {} of other steps", name.text, state_));
    }
    return true;
  }

  std::string local() const { return state_ + ".local"; }
  std::string decay() const { return state_ + ".decay"; }
  std::string carried() const { return state_ + ".carry"; }
  std::string chunked() const { return state_ + ".chunk"; }
  bool live_only() const {
    return kernel_.find_tensor(state_)->levels[0].type == ir::LevelType::Gen;
  }

  /// A tensor of the state's further dims behind `outer`; dims that stand for an extent are named
  /// by their place.
  ir::Tensor tensor_like_state(const std::string& name, std::vector<ir::Dim> outer,
                               std::vector<ir::Level> levels) const {
    const ir::Tensor& state = *kernel_.find_tensor(state_);
    ir::Tensor made = state;
    made.name = name;
    made.data = std::nullopt;
    made.dims = std::move(outer);
    std::map<std::string, std::string> renamed;
    for (size_t dim = 1; dim < state.dims.size(); ++dim) {
      ir::Dim each = state.dims[dim];
      if (!each.from_index) each.name = fmt::format("i{}", made.dims.size());
      renamed[state.dims[dim].name] = each.name;
      made.dims.push_back(std::move(each));
    }
    made.levels = std::move(levels);
    for (size_t level = 1; level < state.levels.size(); ++level) {
      ir::Level each = state.levels[level];
      each.coordinate = replaced(each.coordinate, [&](const Expression& e) {
        const auto found = renamed.find(e.name);
        return e.kind == Kind::Name && found != renamed.end()
                   ? std::optional(name_of(found->second))
                   : std::nullopt;
      });
      made.levels.push_back(std::move(each));
    }
    return made;
  }

  static ir::Level level(ir::LevelType type, const std::string& dim) {
    ir::Level made;
    made.type = type;
    made.coordinate = name_of(dim);
    return made;
  }

  void add_tensors() {
    const auto number = [](int64_t n) { return ir::number_expression(static_cast<double>(n)); };
    const ir::Dim step{"i0", number(steps_ + 1), false, {}};
    const ir::Dim chunk{chunk_, number(chunks_), true, {}};
    const std::vector<ir::Level> live = {level(ir::LevelType::Gen, "i0"),
                                         level(ir::LevelType::Dense, chunk_)};
    std::vector<ir::Tensor> made;
    for (const std::string& name : {local(), decay(), chunked()})
      made.push_back(tensor_like_state(name, {step, chunk}, live));
    made.push_back(tensor_like_state(carried(), {{"i0", number(chunks_ + 1), false, {}}},
                                     {level(ir::LevelType::Dense, "i0")}));
    kernel_.tensors.insert(kernel_.tensors.end(), made.begin(), made.end());
    ones_.insert(decay());
  }

  /// A tensor like the state at a step of a chunk, or of the chunks, with the state's further
  /// subscripts.
  Expression state_at(const std::string& tensor, std::vector<Expression> outer,
                      const Expression& access) const {
    outer.insert(outer.end(), access.operands.begin() + 1, access.operands.end());
    return element(tensor, std::move(outer));
  }

  Expression step_ahead(int ahead) const {
    return ahead == 0 ? name_of(step_)
                      : join(Kind::Add, name_of(step_), ir::number_expression(ahead));
  }

  /// A part of a statement with the index in its pieces and the state in `tensor`.
  Expression in_chunks(const Expression& part, const std::string& tensor) const {
    return replaced(part, [&](const Expression& e) -> std::optional<Expression> {
      if (e.kind == Kind::Access && e.name == state_) {
        const int ahead = *steps_ahead(e.operands[0], index_);
        return state_at(tensor, {step_ahead(ahead), name_of(chunk_)}, e);
      }
      if (e.kind != Kind::Name || e.name != index_) return std::nullopt;
      return join(
          Kind::Add,
          join(Kind::Multiply, name_of(chunk_), ir::number_expression(static_cast<double>(steps_))),
          name_of(step_));
    });
  }

  ir::Statement statement(const std::string& part, Expression target, Expression value) const {
    ir::Statement made = recurrence_;
    if (!part.empty()) made.name += "." + part;
    made.target = std::move(target);
    made.value = std::move(value);
    return made;
  }

  /// The words of `from` that a statement made of it can follow.
  ir::StatementSchedule words_for(const ir::Statement& made, const std::string& from) {
    ir::StatementSchedule words = schedules_.at(from);
    const std::vector<std::string> inputs = kernel_.inputs_of(made);
    const std::vector<std::string> indices = kernel_.indices_of(made);
    const auto gone = [&](const std::string& loop) {
      return (loop == chunk_ || loop == step_) && std::ranges::count(indices, loop) == 0;
    };
    std::erase_if(words.split.entries, [&](const auto& e) { return e.key.text == index_; });
    std::erase_if(words.tiles.entries, [&](const auto& e) { return e.key.text == step_; });
    const bool carries = made.target.name == carried();
    std::erase_if(words.par.entries, [&](const auto& e) {
      return gone(e.key.text) || (carries && e.key.text == chunk_);
    });
    std::erase_if(words.hold.entries, [&](const auto& e) {
      return std::ranges::count(inputs, e.key.text) == 0 ||
             (e.value.at.fixed() && gone(e.value.at.value().text));
    });
    std::erase_if(words.accum.entries,
                  [&](const auto& e) { return e.key.text != made.target.name; });
    std::vector<ir::LoopName> order = words.order.value();
    std::erase_if(order, [&](const ir::LoopName& loop) { return gone(loop.text); });
    words.order.options = {std::move(order)};
    std::erase_if(words.scan.entries, [&](const auto& e) { return e.key.text == index_; });
    return words;
  }

  void append(ir::Statement made, const std::string& from,
              std::vector<ir::StatementName>* repeat = nullptr) {
    if (repeat != nullptr) repeat->push_back({{made.name, made.where}});
    written_.push_back({std::move(made), from});
  }

  void add_statements() {
    const Expression& target = recurrence_.target;
    const Expression next = join(Kind::Add, name_of(chunk_), ir::number_expression(1));
    const Expression end = ir::number_expression(static_cast<double>(steps_));
    const Expression zero = ir::number_expression(0);
    const Expression last = ir::number_expression(static_cast<double>(chunks_));
    const Expression all = ir::number_expression(static_cast<double>(chunks_ * steps_));
    const std::string& from = recurrence_.name;
    const auto begun = [&](const std::string& tensor) {
      return state_at(tensor, {end, name_of(chunk_)}, target);
    };
    ir::Repeat find{{{step_, repeat_->index.where}}, {}};
    ir::Repeat carry{{{chunk_, repeat_->index.where}}, {}};
    ir::Repeat run{{{step_, repeat_->index.where}}, {}};
    append(statement("local", in_chunks(target, local()), in_chunks(recurrence_.value, local())),
           from, &find.statements);
    append(statement("decay", in_chunks(target, decay()), in_chunks(*decay_, decay())), from,
           &find.statements);
    append(
        statement("begin", state_at(carried(), {zero}, target), state_at(state_, {zero}, target)),
        from);
    append(statement("carry", state_at(carried(), {next}, target),
                     join(Kind::Add,
                          join(Kind::Multiply, begun(decay()),
                               state_at(carried(), {name_of(chunk_)}, target)),
                          begun(local()))),
           from, &carry.statements);
    append(statement("start", state_at(chunked(), {zero, name_of(chunk_)}, target),
                     state_at(carried(), {name_of(chunk_)}, target)),
           from);
    for (const ir::StatementName& name : repeat_->statements) {
      ir::Statement member = *kernel_.find_statement(name.text);
      member.target = in_chunks(member.target, chunked());
      member.value = in_chunks(member.value, chunked());
      append(std::move(member), name.text, &run.statements);
      if (name.text != from || live_only()) continue;
      const Expression kept =
          replaced(target, [&](const Expression& e) -> std::optional<Expression> {
            return e.kind == Kind::Name && e.name == index_ ? std::optional(in_chunks(e, chunked()))
                                                            : std::nullopt;
          });
      append(statement("keep", kept, in_chunks(target, chunked())), from, &run.statements);
    }
    if (live_only()) {
      append(
          statement("last", state_at(state_, {all}, target), state_at(carried(), {last}, target)),
          from);
    }
    put_in_place({find, carry, run});
  }

  /// The new statements take the place of those of the repeat, with words of their own.
  void put_in_place(const std::vector<ir::Repeat>& repeats) {
    const ir::Repeat old = *repeat_;
    const auto member = [&](const ir::Statement& s) {
      return std::ranges::count(old.statements, s.name, &ir::StatementName::text) > 0;
    };
    std::vector<ir::Statement> statements;
    ir::Schedule schedule;
    schedule.fuse_at = kernel_.schedule.fuse_at;
    schedule.rewrite = kernel_.schedule.rewrite;
    const auto put = [&](const ir::Statement& s, ir::StatementSchedule words) {
      statements.push_back(s);
      schedule.statements.entries.push_back({{{s.name, s.where}}, std::move(words)});
    };
    bool placed = false;
    for (const ir::Statement& s : kernel_.statements) {
      if (!member(s)) {
        put(s, schedules_.at(s.name));
        continue;
      }
      if (std::exchange(placed, true)) continue;
      for (const auto& [made, from] : written_) put(made, words_for(made, from));
    }
    std::erase(kernel_.repeats, old);
    kernel_.repeats.insert(kernel_.repeats.end(), repeats.begin(), repeats.end());
    kernel_.statements = std::move(statements);
    kernel_.schedule = std::move(schedule);
  }

  /// What was to stay near the workers within some loop stays there for a chunk: within the loop
  /// right outside of its steps.
  void keep_states_near() {
    auto& entries = kernel_.schedule.fuse_at.entries;
    const auto written =
        std::ranges::find(entries, state_, [](const auto& e) { return e.key.text; });
    if (written == entries.end()) return;
    const ir::FuseAt fuse = written->value;
    const ir::Origin where = written->key.where;
    entries.erase(written);
    const auto& order = schedule_.order.value();
    const auto step = std::ranges::find(order, step_, &ir::LoopName::text);
    if (step == order.begin()) return;
    for (const std::string& name : {local(), decay(), chunked()}) {
      ir::FuseAt near = fuse;
      near.loop.options = {*(step - 1)};
      entries.push_back({{{name, where}}, near});
    }
  }

  ir::Kernel& kernel_;
  std::set<std::string>& ones_;
  const ir::Statement recurrence_;
  const ir::StatementSchedule schedule_;
  const std::string state_;
  const std::string index_;
  base::Diagnostics& diagnostics_;
  const ir::Repeat* repeat_ = nullptr;
  std::map<std::string, ir::StatementSchedule> schedules_;      // of the statements as they were
  std::vector<std::pair<ir::Statement, std::string>> written_;  // and whose words each follows
  std::optional<Expression> decay_;
  std::string chunk_;  // loop over chunks
  std::string step_;   // loop over the steps of one
  int64_t chunks_ = 1;
  int64_t steps_ = 1;
};

/// A statement with a scan in chunks, and its index; nothing where there is none.
std::optional<std::pair<std::string, std::string>> next_scan(const ir::Kernel& kernel) {
  for (const ir::Statement& statement : kernel.statements) {
    for (const auto& entry : ir::effective_schedule(kernel, statement).scan.entries) {
      const ir::Choice<ir::ScanKind>& alg = entry.value.alg;
      if (alg.fixed() && alg.value() == ir::ScanKind::Chunked)
        return std::pair(statement.name, entry.key.text);
    }
  }
  return std::nullopt;
}

}  // namespace

bool expand_scans(Expansion& expansion, base::Diagnostics& diagnostics) {
  auto scan = next_scan(expansion.kernel);
  const bool any = scan.has_value();
  for (; scan; scan = next_scan(expansion.kernel)) {
    if (!ScanExpander(expansion, scan->first, scan->second, diagnostics).run()) break;
  }
  return any;
}

}  // namespace weft::mapper
