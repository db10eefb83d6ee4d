// SPDX-License-Identifier: Apache-2.0
#include "cli/summary.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cli/line_stalls.h"
#include "cli/reference_operations.h"
#include "cli/text.h"

namespace weft::cli {

namespace {

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

Table::Cell verified_cell(const Run& run) {
  if (run.failed()) return {"no result", Emphasis::Bad};
  if (!run.verified) return {"-"};
  return *run.verified ? Table::Cell{"yes", Emphasis::Good} : Table::Cell{"WRONG", Emphasis::Bad};
}

/// Lines of "name  value", the names padded to one width.
class Listing {
 public:
  void add(std::string_view name, const std::string& value) {
    if (!value.empty()) out_ += fmt::format("{:<14}{}\n", name, value);
  }
  /// Leaves the line out where the number that it is about is undefined.
  void add(std::string_view name, double about, const std::string& value) {
    if (!std::isnan(about)) add(name, value);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

std::string stall_list(const Run& run) {
  std::vector<Share> shares = run.stalls;
  std::stable_sort(shares.begin(), shares.end(),
                   [](const Share& a, const Share& b) { return a.fraction > b.fraction; });
  std::vector<std::string> parts;
  parts.reserve(shares.size());
  for (const Share& share : shares)
    parts.push_back(fmt::format("{} {}", share.name, show_percent(share.fraction)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string phase_list(const Run& run) {
  std::vector<std::string> parts;
  for (const Phase& phase : run.phases) {
    parts.push_back(fmt::format("{} {}", phase.name, show_time(phase.end_s - phase.begin_s)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string floor_list(const Run& run) {
  std::vector<std::string> parts;
  const auto add = [&](double seconds, const char* what) {
    if (!std::isnan(seconds)) parts.push_back(fmt::format("{} {}", show_time(seconds), what));
  };
  add(run.memory_floor_s, "to move its bytes");
  add(run.issue_floor_s, "to issue its instructions");
  if (!std::isnan(run.floor_s)) {
    parts.push_back(fmt::format("{} under any mapping ({} attained)", show_time(run.floor_s),
                                show_percent(run.attained_fraction)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string occupancy_text(const Run& run) {
  return fmt::format("{} of {} possible, limited by {}", show_percent(run.occupancy_achieved),
                     show_percent(run.occupancy_theoretical), or_dash(run.occupancy_limiter));
}

}  // namespace

const Run* native_of(const std::vector<Run>& runs, const Run& run) {
  const std::string operation =
      run.origin == Run::Origin::Native ? run.kernel : reference_operation(run.kernel);
  // One kernel may be run at several sizes on one input.
  const auto same_shape = [&](const InputShape& mine, const InputShape& theirs) {
    return mine.name != theirs.name ||
           (mine.rows == theirs.rows && mine.cols == theirs.cols && mine.nnz == theirs.nnz);
  };
  const auto matches = [&](const Run& other) {
    const bool same_work = std::ranges::all_of(run.inputs, [&](const InputShape& mine) {
      return std::ranges::all_of(
          other.inputs, [&](const InputShape& theirs) { return same_shape(mine, theirs); });
    });
    return other.origin == Run::Origin::Native && !other.failed() && other.input == run.input &&
           other.kernel == operation && same_work;
  };
  const auto found = std::find_if(runs.begin(), runs.end(), matches);
  return found == runs.end() ? nullptr : &*found;
}

const Run* first_of(const std::vector<Run>& runs, const Run& run) {
  if (run.origin == Run::Origin::Native) return nullptr;
  const auto matches = [&](const Run& other) {
    return other.origin == run.origin && !other.failed() && other.input == run.input &&
           other.label == run.label;
  };
  const auto found = std::find_if(runs.begin(), runs.end(), matches);
  return found == runs.end() ? nullptr : &*found;
}

double speedup_over(const Run* base, const Run& run) {
  return base == nullptr ? kUndefined : base->time_s / run.time_s;
}

Table summary_table(const std::vector<Run>& runs) {
  Table table({{"input", Align::Left},
               {"kernel", Align::Left},
               {"machine", Align::Left},
               {"time"},
               {"vs native"},
               {"vs first"},
               {"GB/s"},
               {"DRAM"},
               {"IPC"},
               {"bound by", Align::Left},
               {"verified", Align::Left}});
  for (const Run& run : runs) {
    table.add_row({or_dash(run.input), run.kernel, run.label, show_time(run.time_s),
                   show_ratio(speedup_over(native_of(runs, run), run)),
                   show_ratio(speedup_over(first_of(runs, run), run)), show_number(run.dram_gb_s),
                   show_percent(run.dram_utilisation), show_number(run.ipc), or_dash(run.bound_by),
                   verified_cell(run)});
  }
  return table;
}

std::vector<std::string> failures(const std::vector<Run>& runs) {
  std::vector<std::string> lines;
  for (const Run& run : runs) {
    if (run.failed())
      lines.push_back(fmt::format("{}, {}: {}", run.title(), or_dash(run.input), run.error));
  }
  return lines;
}

Table implementations_table(const Run& run) {
  Table table({{"implementation", Align::Left},
               {"best"},
               {"median"},
               {"GFLOP/s"},
               {"of peak"},
               {"of stream"},
               {"verified", Align::Left},
               {"version", Align::Left}});
  for (const Implementation& entry : run.implementations) {
    const Emphasis emphasis = entry.verified ? Emphasis::None : Emphasis::Bad;
    table.add_row({entry.name, show_time(entry.best_s), show_time(entry.median_s),
                   show_number(entry.gflops), show_percent(entry.flop_share),
                   show_percent(entry.stream_share),
                   Table::Cell(entry.verified ? "yes" : "WRONG", emphasis), entry.version});
  }
  return table;
}

std::string describe(const Run& run) {
  Listing listing;
  listing.add("kernel", run.kernel);
  listing.add("machine", run.label);
  for (const InputShape& input : run.inputs) {
    listing.add("input " + input.name, fmt::format("{} x {}, {} entries ({})", input.rows,
                                                   input.cols, input.nnz, input.source));
  }
  listing.add("run with", run.host);
  listing.add("fastest", run.fastest);
  listing.add("time", show_time(run.time_s));
  listing.add("rate", run.gflops, show_number(run.gflops) + " GFLOP/s");
  listing.add("bound by", run.bound_by);
  listing.add("floors", floor_list(run));
  listing.add("DRAM", run.dram_gb_s,
              fmt::format("{} at {} GB/s, {} of the peak", show_bytes(run.dram_bytes),
                          show_number(run.dram_gb_s), show_percent(run.dram_utilisation)));
  listing.add("IPC", run.ipc, show_number(run.ipc));
  listing.add("tensor cores", run.tensor_utilisation, show_percent(run.tensor_utilisation));
  listing.add("occupancy", run.occupancy_achieved, occupancy_text(run));
  listing.add("energy", run.energy_total_j, show_number(run.energy_total_j) + " J");
  listing.add("power", run.power_w,
              fmt::format("{} W at {} GHz{}", show_number(run.power_w), show_number(run.clock_ghz),
                          run.power_limited ? ", which the power limit sets" : ""));
  listing.add("stalls", stall_list(run));
  listing.add("by line", dearest_lines(run.by_source));
  listing.add("phases", phase_list(run));
  if (run.verified) {
    listing.add("verified", *run.verified ? fmt::format("yes, largest relative error {}",
                                                        show_number(run.max_rel_error))
                                          : "NO: the values are wrong");
  }
  for (const std::string& note : run.notes) listing.add("note", note);
  std::string text = listing.take();
  if (!run.implementations.empty())
    text += fmt::format("\n{}", implementations_table(run).str(false));
  return text;
}

}  // namespace weft::cli
