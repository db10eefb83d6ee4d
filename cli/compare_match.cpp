// SPDX-License-Identifier: Apache-2.0
#include "cli/compare_match.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cli/reference_operations.h"

namespace weft::cli {

namespace {

/// The operation of a run; a kernel that no library computes is its own.
std::string operation_of(const Run& run) {
  const std::string operation = reference_operation(run.kernel);
  return operation.empty() ? run.kernel : operation;
}

/// Calls `act(mine, theirs)` for what both lists name.
template <class List, class Name, class Act>
void for_shared(const List& mine, const List& theirs, const Name& name_of, const Act& act) {
  for (const auto& entry : mine) {
    const auto same = [&](const auto& other) { return name_of(other) == name_of(entry); };
    const auto found = std::find_if(theirs.begin(), theirs.end(), same);
    if (found != theirs.end()) act(entry, *found);
  }
}

template <class Act>
void for_shared_inputs(const Run& mine, const Run& theirs, const Act& act) {
  for_shared(
      mine.inputs, theirs.inputs, [](const InputShape& input) { return input.name; }, act);
}

template <class Act>
void for_shared_params(const Run& mine, const Run& theirs, const Act& act) {
  for_shared(
      mine.params, theirs.params, [](const auto& param) { return param.first; }, act);
}

bool same_shape(const InputShape& mine, const InputShape& theirs) {
  return mine.rows == theirs.rows && mine.cols == theirs.cols && mine.nnz == theirs.nnz;
}

bool is_type(const std::string& param) {
  return param == "dtype";
}

/// Whether two runs compute the same operation with the same sizes, as far as both say.
bool same_work(const Run& a, const Run& b) {
  if (operation_of(a) != operation_of(b)) return false;
  int shared = 0, different = 0;
  for_shared_inputs(a, b, [&](const InputShape& mine, const InputShape& theirs) {
    ++(same_shape(mine, theirs) ? shared : different);
  });
  for_shared_params(a, b, [&](const auto& mine, const auto& theirs) {
    if (!is_type(mine.first)) ++(mine.second == theirs.second ? shared : different);
  });
  return shared > 0 && different == 0;
}

bool has_kind(const RunFile& file, Run::Origin origin) {
  return std::ranges::any_of(file.runs, [&](const Run& run) { return run.origin == origin; });
}

/// Two experiments match run by run. A single run, or a file of another kind, stands beside
/// everything that did the same work.
bool match_by_work(const RunFile& a, const RunFile& b) {
  const bool share_kind =
      std::ranges::any_of(a.runs, [&](const Run& run) { return has_kind(b, run.origin); });
  return a.runs.size() == 1 || b.runs.size() == 1 || !share_kind;
}

/// The run of `file` beside which `run` stands, or null.
const Run* counterpart(const Run& run, const RunFile& file, bool by_work) {
  const auto matches = [&](const Run& other) {
    if (other.origin == run.origin && key_of(other) == key_of(run)) return true;
    const bool comparable = other.origin != run.origin || run.origin == Run::Origin::Native;
    return by_work && comparable && same_work(run, other);
  };
  const auto found = std::ranges::find_if(file.runs, matches);
  return found == file.runs.end() ? nullptr : &*found;
}

/// Whether sizes that both lists name are equal.
bool agree(const std::vector<std::pair<std::string, std::string>>& a,
           const std::vector<std::pair<std::string, std::string>>& b) {
  bool equal = true;
  for_shared(
      a, b, [](const auto& param) { return param.first; },
      [&](const auto& mine, const auto& theirs) { equal &= mine.second == theirs.second; });
  return equal;
}

/// Whether two runs are the base and the other of a published speedup.
bool is_about(const PublishedSpeedup& figure, const Run& base, const Run& other) {
  if (base.kernel != figure.over || other.kernel != figure.kernel) return false;
  if (base.label != other.label || base.input != other.input) return false;
  bool same_inputs = true;
  for_shared_inputs(base, other, [&](const InputShape& mine, const InputShape& theirs) {
    same_inputs &= same_shape(mine, theirs);
  });
  return same_inputs && agree(base.params, other.params) && agree(figure.params, base.params) &&
         agree(figure.params, other.params);
}

}  // namespace

std::string key_of(const Run& run) {
  const std::string place = run.origin == Run::Origin::Native ? "native" : run.label;
  std::string key =
      fmt::format("{} on {}, input {}", run.kernel, place, run.input.empty() ? "-" : run.input);
  for (const auto& [name, value] : run.params) key += fmt::format(" {}={}", name, value);
  return key;
}

void check_same_sizes(const Comparison& pair, base::Diagnostics& diagnostics) {
  if (operation_of(pair.base) != operation_of(pair.other)) return;
  const base::Location where{pair.other_file, 0, 0};
  for_shared_inputs(pair.other, pair.base, [&](const InputShape& mine, const InputShape& theirs) {
    if (same_shape(mine, theirs)) return;
    diagnostics.error(
        where,
        fmt::format("input {}: expected {} x {} with {} entries as in {}, found {} x {} with {}",
                    mine.name, theirs.rows, theirs.cols, theirs.nnz, pair.base_file, mine.rows,
                    mine.cols, mine.nnz));
  });
  for_shared_params(pair.other, pair.base, [&](const auto& mine, const auto& theirs) {
    if (is_type(mine.first) || mine.second == theirs.second) return;
    diagnostics.error(where, fmt::format("parameter {}: expected {} as in {}, found {}", mine.first,
                                         theirs.second, pair.base_file, mine.second));
  });
}

std::vector<std::string> notes_on(const Comparison& pair) {
  std::vector<std::string> notes;
  const std::string base = operation_of(pair.base), other = operation_of(pair.other);
  if (base != other) {
    notes.push_back(
        fmt::format("{} computes {}, {} {}", pair.other_file, other, pair.base_file, base));
  }
  for_shared_params(pair.other, pair.base, [&](const auto& mine, const auto& theirs) {
    if (!is_type(mine.first) || mine.second == theirs.second) return;
    notes.push_back(fmt::format("{} is in {}, {} in {}", pair.other_file, mine.second,
                                pair.base_file, theirs.second));
  });
  return notes;
}

void match_runs(const RunFile& base, const RunFile& other, ComparisonReport& report) {
  const auto note = [&](const Run& run, const RunFile& file, const char* why) {
    report.unmatched.push_back(fmt::format("{}: {} {}", file.file.string(), key_of(run), why));
  };
  const bool by_work = match_by_work(base, other);
  std::set<const Run*> paired;
  const auto pair = [&](const Run& mine, const Run& theirs) {
    paired.insert({&mine, &theirs});
    if (mine.failed() || theirs.failed()) {
      note(mine.failed() ? mine : theirs, mine.failed() ? base : other, "has no result");
    } else {
      report.comparisons.push_back(pair_up(mine, base, theirs, other));
    }
  };
  for (const Run& run : base.runs) {
    if (const Run* found = counterpart(run, other, by_work)) pair(run, *found);
  }
  for (const Run& run : other.runs) {
    if (paired.contains(&run)) continue;
    if (const Run* found = counterpart(run, base, by_work)) pair(*found, run);
  }
  for (const Run& run : base.runs) {
    if (!paired.contains(&run)) note(run, base, "has no counterpart");
  }
  for (const Run& run : other.runs) {
    if (!paired.contains(&run)) note(run, other, "has no counterpart");
  }
}

void check_speedups(const std::vector<RunFile>& files, ComparisonReport& report) {
  std::vector<const Run*> runs;
  for (const RunFile& file : files) {
    for (const Run& run : file.runs) {
      if (!run.failed() && run.origin != Run::Origin::Published) runs.push_back(&run);
    }
  }
  const auto check = [&](const PublishedSpeedup& figure, const std::string& file) {
    bool found = false;
    for (const Run* base : runs) {
      for (const Run* other : runs) {
        if (!is_about(figure, *base, *other)) continue;
        report.speedups.push_back({figure, *base, *other, file});
        found = true;
      }
    }
    if (found) return;
    report.unmatched.push_back(
        fmt::format("{}: {} needs runs of {} and {} on one machine and input", file, figure.name,
                    figure.over, figure.kernel));
  };
  for (const RunFile& file : files) {
    for (const PublishedSpeedup& figure : file.speedups) check(figure, file.file.string());
  }
}

}  // namespace weft::cli
