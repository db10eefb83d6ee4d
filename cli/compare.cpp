// SPDX-License-Identifier: Apache-2.0
#include "cli/compare.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "base/error.h"

namespace weft::cli {

namespace {

/// What a run is of: two runs with the same key did the same work. Native runs match across
/// processors.
std::string key_of(const Run& run) {
  const bool native = run.origin == Run::Origin::Native;
  return fmt::format("{} on {}, input {}", run.kernel, native ? "native" : run.label,
                     run.input.empty() ? "-" : run.input);
}

/// Collects quantities of two runs under one name each, in the order of first appearance.
class Ledger {
 public:
  explicit Ledger(Difference::Kind kind) : kind_(kind) {}

  void add(const std::string& name, double value, double Difference::*side) {
    if (std::isnan(value)) return;
    const auto same = [&](const Difference& entry) { return entry.name == name; };
    auto found = std::find_if(entries_.begin(), entries_.end(), same);
    if (found == entries_.end()) found = entries_.insert(entries_.end(), {kind_, name, 0.0, 0.0});
    (*found).*side += value;
  }

  /// The entries that differ, the largest change first.
  std::vector<Difference> take() {
    std::erase_if(entries_, [](const Difference& entry) { return entry.change() == 0; });
    std::stable_sort(entries_.begin(), entries_.end(),
                     [](const Difference& a, const Difference& b) {
                       return std::abs(a.change()) > std::abs(b.change());
                     });
    return std::move(entries_);
  }

 private:
  Difference::Kind kind_;
  std::vector<Difference> entries_;
};

std::string source_name(const SourceLine& line) {
  const std::string tensor = line.tensor.empty() ? std::string{} : ", tensor " + line.tensor;
  return fmt::format("{}: {}{}", line.place(), line.statement, tensor);
}

/// Cycles of statements count every thread; the run's time is split in their proportion.
double total_source_cycles(const Run& run) {
  return std::accumulate(run.by_source.begin(), run.by_source.end(), 0.0,
                         [](double sum, const SourceLine& line) {
                           return std::isnan(line.cycles) ? sum : sum + line.cycles;
                         });
}

std::vector<Difference> differences(const Run& base, const Run& other) {
  Ledger phases(Difference::Kind::Phase), stalls(Difference::Kind::Stall);
  Ledger sources(Difference::Kind::Source), memory(Difference::Kind::Memory);
  const auto enter = [&](const Run& run, double Difference::*side) {
    const double all_cycles = total_source_cycles(run);
    for (const Phase& phase : run.phases) phases.add(phase.name, phase.end_s - phase.begin_s, side);
    for (const Share& stall : run.stalls) stalls.add(stall.name, stall.fraction * run.time_s, side);
    for (const MemoryLevel& level : run.memory) memory.add(level.name, level.bytes, side);
    for (const SourceLine& line : run.by_source) {
      if (all_cycles > 0)
        sources.add(source_name(line), line.cycles / all_cycles * run.time_s, side);
    }
  };
  enter(base, &Difference::base);
  enter(other, &Difference::other);

  std::vector<Difference> all;
  for (Ledger* ledger : {&phases, &stalls, &sources, &memory}) {
    for (Difference& entry : ledger->take()) all.push_back(std::move(entry));
  }
  return all;
}

/// Speedup means nothing between different inputs: both must agree on every tensor that both name.
void check_same_inputs(const Comparison& pair, base::Diagnostics& diagnostics) {
  for (const InputShape& mine : pair.other.inputs) {
    const auto same_name = [&](const InputShape& input) { return input.name == mine.name; };
    const auto theirs = std::find_if(pair.base.inputs.begin(), pair.base.inputs.end(), same_name);
    if (theirs == pair.base.inputs.end()) continue;
    if (mine.rows == theirs->rows && mine.cols == theirs->cols && mine.nnz == theirs->nnz) continue;
    diagnostics.error(
        {pair.other_file, 0, 0},
        fmt::format("input {}: expected {} x {} with {} entries as in {}, found {} x {} with {}",
                    mine.name, theirs->rows, theirs->cols, theirs->nnz, pair.base_file, mine.rows,
                    mine.cols, mine.nnz));
  }
}

Comparison pair_up(const Run& base, const RunFile& base_file, const Run& other,
                   const RunFile& other_file) {
  return {base, other, base_file.file.string(), other_file.file.string(), differences(base, other)};
}

void match_by_key(const RunFile& base, const RunFile& other, ComparisonReport& report) {
  const auto find_in = [](const RunFile& file, const Run& run) {
    return std::find_if(file.runs.begin(), file.runs.end(),
                        [&](const Run& candidate) { return key_of(candidate) == key_of(run); });
  };
  const auto note = [&](const Run& run, const RunFile& file, const char* why) {
    report.unmatched.push_back(fmt::format("{}: {} {}", file.file.string(), key_of(run), why));
  };
  for (const Run& run : base.runs) {
    const auto found = find_in(other, run);
    if (found == other.runs.end()) {
      note(run, base, "has no counterpart");
    } else if (run.failed() || found->failed()) {
      note(run, run.failed() ? base : other, "has no result");
    } else {
      report.comparisons.push_back(pair_up(run, base, *found, other));
    }
  }
  for (const Run& run : other.runs) {
    if (find_in(base, run) == base.runs.end()) note(run, other, "has no counterpart");
  }
}

}  // namespace

bool ComparisonReport::within_tolerance(const Comparison& comparison) const {
  return !(std::abs(comparison.time_change()) * 100.0 >
           tolerance_percent);  // two times of zero agree
}

bool ComparisonReport::passed() const {
  return std::all_of(comparisons.begin(), comparisons.end(),
                     [&](const Comparison& comparison) { return within_tolerance(comparison); });
}

ComparisonReport compare(const std::vector<RunFile>& files, double tolerance_percent) {
  WEFT_CHECK(files.size() >= 2, "a comparison needs two files");
  ComparisonReport report;
  report.tolerance_percent = tolerance_percent;
  const bool all_single =
      std::all_of(files.begin(), files.end(), [](const RunFile& f) { return f.runs.size() == 1; });
  for (size_t i = 1; i < files.size(); ++i) {
    if (all_single) {
      report.comparisons.push_back(pair_up(files[0].runs[0], files[0], files[i].runs[0], files[i]));
    } else {
      match_by_key(files[0], files[i], report);
    }
  }
  if (report.comparisons.empty()) {
    std::vector<std::string> messages = {
        "nothing to compare: no run with a result has the same kernel, machine and input"};
    messages.insert(messages.end(), report.unmatched.begin(), report.unmatched.end());
    throw base::UserError(messages);
  }
  base::Diagnostics diagnostics;
  for (const Comparison& comparison : report.comparisons)
    check_same_inputs(comparison, diagnostics);
  diagnostics.throw_if_any();
  return report;
}

}  // namespace weft::cli
