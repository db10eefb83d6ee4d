// SPDX-License-Identifier: Apache-2.0
#include "cli/map_output.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "cli/table.h"
#include "cli/text.h"
#include "cli/way_out.h"
#include "kernels/ir/write_kernel.h"
#include "mapper/search/infeasible.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kShownCandidates = 8;

std::string floor_name(const MappingProblem& problem, const mapper::Bound& bound) {
  const auto& floors = problem.model().floors;
  return floors.empty() ? "nothing known" : floors[bound.floor].name;
}

/// How much faster a mapping might be that was not simulated; undefined where no bound is known.
double gap_of(const mapper::SearchResult& result) {
  return result.ranked.front().time_s / result.bound_s - 1;
}

/// The decisions in which candidates of a table differ.
std::vector<size_t> differing(const mapper::Mapspace& space,
                              const std::vector<mapper::Ranked>& ranked, size_t count) {
  std::vector<size_t> decisions;
  for (size_t i = 0; i < space.decisions().size(); ++i) {
    const auto same = [&](const mapper::Ranked& each) {
      return each.candidate.point[i] == ranked.front().candidate.point[i];
    };
    if (!std::all_of(ranked.begin(), ranked.begin() + static_cast<ptrdiff_t>(count), same))
      decisions.push_back(i);
  }
  return decisions;
}

Table ranking(const MappingProblem& problem, const std::vector<mapper::Ranked>& ranked) {
  const mapper::Mapspace& space = problem.space();
  const size_t count = std::min(kShownCandidates, ranked.size());
  const std::vector<size_t> shown = differing(space, ranked, count);
  std::vector<Table::Column> columns = {{"time"}, {"bound"}, {"bound by", Align::Left}};
  for (const size_t i : shown) columns.push_back({space.decisions()[i].name(), Align::Left});
  Table table(std::move(columns));
  for (size_t i = 0; i < count; ++i) {
    const mapper::Candidate& candidate = ranked[i].candidate;
    std::vector<Table::Cell> row = {show_time(ranked[i].time_s), show_time(candidate.bound.seconds),
                                    floor_name(problem, candidate.bound)};
    for (const size_t decision : shown) row.emplace_back(space.value(candidate.point, decision));
    table.add_row(std::move(row));
  }
  return table;
}

std::string counts_text(const mapper::SearchResult& result) {
  std::string text;
  for (const auto& [constraint, count] : result.rejected) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", show_count(count), constraint);
  }
  return text;
}

}  // namespace

Json map_json(const MappingProblem& problem, const mapper::SearchResult& result, double wall_s) {
  const auto mapping_of = [&](const mapper::Ranked& each) {
    return ir::mapping_json(problem.mapping(each.candidate.point));
  };
  Json ranked = Json::array();
  for (const mapper::Ranked& each : result.ranked) {
    ranked.push_back({{"time_s", each.time_s},
                      {"bound_s", each.candidate.bound.seconds},
                      {"bound_by", floor_name(problem, each.candidate.bound)},
                      {"estimate_s", each.candidate.estimate_s},
                      {"mapping", mapping_of(each)}});
  }
  Json rejected = Json::object();
  for (const auto& [constraint, count] : result.rejected) rejected[constraint] = count_json(count);
  const mapper::Ranked& best = result.ranked.front();
  return {{"schema", "weft.map/1"},
          {"kernel", problem.space().kernel().name},
          {"machine", problem.machine().id},
          {"mapspace_size", count_json(problem.space().size())},
          {"bounds_evaluated", result.bounds_evaluated},
          {"simulations", result.simulations},
          {"proved", result.proved},
          {"complete", !result.interrupted},
          {"wall_s", wall_s},
          {"best",
           {{"time_s", best.time_s},
            {"bound_s", result.bound_s},
            {"gap", number_or_null(gap_of(result))},
            {"bound_by", floor_name(problem, best.candidate.bound)},
            {"mapping", mapping_of(best)}}},
          {"ranked", std::move(ranked)},
          {"rejected", std::move(rejected)}};
}

std::string map_text(const MappingProblem& problem, const mapper::SearchResult& result,
                     double wall_s, bool colour) {
  const mapper::Mapspace& space = problem.space();
  const mapper::Ranked& best = result.ranked.front();
  const std::string gap =
      result.proved         ? "proved: no mapping of the space is faster"
      : result.bound_s <= 0 ? "unknown: there is no bound for such kernels on this machine"
                            : fmt::format("at most {} slower than the best; no mapping is under {}",
                                          show_percent(gap_of(result)), show_time(result.bound_s));
  std::string text = fmt::format(
      "kernel        {}\nmachine       {}\nmapspace      {} mappings in {} decisions\n"
      "looked at     {} bounds, {} simulations in {}\nbest          {}\n"
      "bound by      {}, which takes {} at least\ngap           {}\n",
      space.kernel().name, problem.machine().id, show_count(space.size()), space.decisions().size(),
      show_count(static_cast<double>(result.bounds_evaluated)), result.simulations,
      show_time(wall_s), show_time(best.time_s), floor_name(problem, best.candidate.bound),
      show_time(best.candidate.bound.seconds), gap);
  if (!result.rejected.empty()) text += fmt::format("ruled out     {}\n", counts_text(result));
  text += "\n";
  for (size_t i = 0; i < space.decisions().size(); ++i) {
    text += fmt::format("  {}: {}\n", space.decisions()[i].name(),
                        space.value(best.candidate.point, i));
  }
  return text + "\n" + ranking(problem, result.ranked).str(colour);
}

std::vector<std::string> infeasible_lines(const SimulateRequest& request,
                                          const MappingProblem& problem,
                                          const mapper::SearchResult& result) {
  std::vector<std::string> lines = {fmt::format(
      "no mapping of {} fits {}: {} of {} mappings were ruled out", problem.space().kernel().name,
      problem.machine().id, counts_text(result), show_count(problem.space().size()))};
  const mapper::NearMiss miss = mapper::nearest_miss(problem.space(), problem.model());
  const auto refusal = result.reasons.begin();
  const std::string reason =
      miss.constraint.empty() && refusal != result.reasons.end() ? refusal->second : miss.reason;
  if (!reason.empty()) lines.push_back(fmt::format("nearest miss: {}", reason));
  if (const auto way = cheapest_way_out(request, problem.machine())) {
    const std::string times =
        std::isinf(way->factor) ? "" : fmt::format(", {} times what there is", way->factor);
    lines.push_back(fmt::format("cheapest change of the machine: --set {}{}", way->setting, times));
  }
  return lines;
}

}  // namespace weft::cli
