// SPDX-License-Identifier: Apache-2.0
#include "cli/compare.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "base/error.h"
#include "cli/compare_match.h"

namespace weft::cli {

namespace {

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

}  // namespace

Comparison pair_up(const Run& base, const RunFile& base_file, const Run& other,
                   const RunFile& other_file) {
  Comparison pair{base, other, base_file.file.string(), other_file.file.string(), {}};
  // Phases and stalls of a simulated machine have no counterpart in a native run.
  if (base.origin == other.origin) pair.differences = differences(base, other);
  return pair;
}

bool ComparisonReport::within(double change) const {
  return !(std::abs(change) * 100.0 > tolerance_percent);  // two times of zero agree
}

bool ComparisonReport::passed() const {
  return std::ranges::all_of(comparisons,
                             [&](const Comparison& pair) { return within(pair.time_change()); }) &&
         std::ranges::all_of(speedups,
                             [&](const SpeedupCheck& check) { return within(check.change()); });
}

ComparisonReport compare(const std::vector<RunFile>& files, double tolerance_percent) {
  WEFT_CHECK(files.size() >= 2, "a comparison needs two files");
  ComparisonReport report;
  report.tolerance_percent = tolerance_percent;
  std::vector<const RunFile*> with_runs;
  for (const RunFile& file : files) {
    if (!file.runs.empty()) with_runs.push_back(&file);
  }
  const bool all_single =
      std::ranges::all_of(with_runs, [](const RunFile* file) { return file->runs.size() == 1; });
  for (size_t i = 1; i < with_runs.size(); ++i) {
    const RunFile& base = *with_runs[0];
    const RunFile& other = *with_runs[i];
    if (all_single) {
      report.comparisons.push_back(pair_up(base.runs[0], base, other.runs[0], other));
    } else {
      match_runs(base, other, report);
    }
  }
  check_speedups(files, report);
  if (report.comparisons.empty() && report.speedups.empty()) {
    std::vector<std::string> messages = {
        "nothing to compare: no run with a result has the same kernel, machine and input"};
    messages.insert(messages.end(), report.unmatched.begin(), report.unmatched.end());
    throw base::UserError(messages);
  }
  base::Diagnostics diagnostics;
  for (const Comparison& comparison : report.comparisons) {
    check_same_sizes(comparison, diagnostics);
    for (std::string& note : notes_on(comparison)) report.notes.push_back(std::move(note));
  }
  diagnostics.throw_if_any();
  return report;
}

}  // namespace weft::cli
