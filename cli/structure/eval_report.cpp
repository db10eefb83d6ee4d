// SPDX-License-Identifier: Apache-2.0
#include "cli/structure/eval_report.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "cli/report/html.h"
#include "cli/report/scatter.h"
#include "cli/structure/fit_report.h"
#include "cli/text.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string title(const Evaluation& evaluation) {
  return fmt::format("{} ({} x {}, {})", evaluation.source, evaluation.rows, evaluation.cols,
                     evaluation.dtype);
}

std::string task_of(const EvaluatedRun& run) {
  return fmt::format("{}, {} tokens", run.machine, run.tokens);
}

/// The first run of each machine and number of tokens, which is the dense one.
std::vector<const EvaluatedRun*> tasks(const Evaluation& evaluation) {
  std::vector<const EvaluatedRun*> result;
  for (const EvaluatedRun& run : evaluation.runs) {
    if (run.structure == 0) result.push_back(&run);
  }
  return result;
}

/// The runs of one machine and number of tokens, fastest first.
std::vector<const EvaluatedRun*> runs_of(const Evaluation& evaluation, const EvaluatedRun& task) {
  std::vector<const EvaluatedRun*> runs;
  for (const EvaluatedRun& run : evaluation.runs) {
    if (task_of(run) == task_of(task)) runs.push_back(&run);
  }
  std::ranges::stable_sort(runs, {}, [](const EvaluatedRun* run) { return run->time_s; });
  return runs;
}

/// Error over time, a colour for each structure; a line joins those that no other beats.
std::string front_plot(const Evaluation& evaluation, const EvaluatedRun& task) {
  constexpr size_t kSwatches = 12;
  report::Scatter scatter;
  scatter.title = "Error over time, " + task_of(task);
  scatter.x_name = "time in us";
  scatter.y_name = "error in %";
  scatter.joined = true;
  for (const EvaluatedRun* run : runs_of(evaluation, task)) {
    const EvaluatedStructure& form = evaluation.structures[run->structure];
    if (!std::isfinite(run->time_s) || !std::isfinite(form.error)) continue;
    const std::string standing = run->on_front ? "" : ", beaten";
    scatter.points.push_back(
        {run->time_s * 1e6, form.error * 100, scatter.series.size(),
         fmt::format("{}: {}, {} as fast as dense, error {}{}", form.label, show_time(run->time_s),
                     show_ratio(run->speedup), show_percent(form.error), standing)});
    scatter.series.push_back(
        {form.label + standing, fmt::format("s{}", run->structure % kSwatches), run->on_front});
  }
  return draw(scatter);
}

/// The structures of one machine and number of tokens that no other beats, fastest first.
Table front_table(const Evaluation& evaluation, const EvaluatedRun& task) {
  std::vector<const EvaluatedRun*> front = runs_of(evaluation, task);
  std::erase_if(front, [](const EvaluatedRun* run) { return !run->on_front; });
  Table table({{"structure", Align::Left}, {"time"}, {"speedup"}, {"J"}, {"error"}});
  for (const EvaluatedRun* run : front) {
    const EvaluatedStructure& form = evaluation.structures[run->structure];
    table.add_row({form.label, show_time(run->time_s), show_ratio(run->speedup),
                   show_number(run->energy_j), show_percent(form.error)});
  }
  return table;
}

}  // namespace

Json evaluation_json(const Evaluation& evaluation) {
  Json document = {{"schema", "weft.structure-eval/1"}, {"source", evaluation.source},
                   {"rows", evaluation.rows},           {"cols", evaluation.cols},
                   {"dtype", evaluation.dtype},         {"max_error", nullptr}};
  if (evaluation.max_error) document["max_error"] = *evaluation.max_error;
  for (const EvaluatedStructure& form : evaluation.structures) {
    const structure::Cost cost = cost_of(form.structure);
    document["structures"].push_back({{"structure", form.label},
                                      {"params", form_json(form.structure.form)},
                                      {"parameters", cost.parameters},
                                      {"macs_per_token", cost.macs_per_token},
                                      {"error", number_or_null(form.error)}});
  }
  for (const EvaluatedRun& run : evaluation.runs) {
    Json entry = {{"structure", evaluation.structures[run.structure].label},
                  {"machine", run.machine},
                  {"tokens", run.tokens},
                  {"kernel", run.kernel},
                  {"time_s", number_or_null(run.time_s)},
                  {"energy_j", number_or_null(run.energy_j)},
                  {"speedup", number_or_null(run.speedup)},
                  {"on_front", run.on_front},
                  {"wins", run.wins}};
    if (!run.failure.empty()) entry["failure"] = run.failure;
    document["runs"].push_back(std::move(entry));
  }
  return document;
}

Table evaluation_table(const Evaluation& evaluation) {
  Table table({{"machine", Align::Left},
               {"tokens"},
               {"structure", Align::Left},
               {"of dense"},
               {"error"},
               {"time"},
               {"speedup"},
               {"J"},
               {"kernel", Align::Left},
               {"", Align::Left}});
  const double dense = cost_of(evaluation.structures.front().structure).parameters;
  for (const EvaluatedRun& run : evaluation.runs) {
    const EvaluatedStructure& form = evaluation.structures[run.structure];
    const std::string marks = fmt::format("{}{}", run.on_front ? "*" : "", run.wins ? "<" : "");
    table.add_row({run.machine, fmt::format("{}", run.tokens), form.label,
                   show_percent(cost_of(form.structure).parameters / dense),
                   show_percent(form.error), show_time(run.time_s), show_ratio(run.speedup),
                   show_number(run.energy_j), run.kernel.empty() ? "-" : run.kernel, marks});
  }
  return table;
}

std::string winners(const Evaluation& evaluation) {
  std::string text;
  for (const EvaluatedRun* task : tasks(evaluation)) {
    if (!evaluation.max_error) break;
    const auto winner = std::ranges::find_if(evaluation.runs, [&](const EvaluatedRun& run) {
      return run.wins && task_of(run) == task_of(*task);
    });
    if (winner == evaluation.runs.end()) {
      text += fmt::format("{}: no structure ran\n", task_of(*task));
      continue;
    }
    const EvaluatedStructure& form = evaluation.structures[winner->structure];
    text += fmt::format("{}: {}, {} as fast as dense with an error of {}\n", task_of(*task),
                        form.label, show_ratio(winner->speedup), show_percent(form.error));
  }
  return text;
}

std::string evaluation_page(const Evaluation& evaluation) {
  std::string body = report::element("h1", "", report::escape(title(evaluation)));
  std::string list;
  for (const EvaluatedRun& run : evaluation.runs) {
    if (run.wins || !run.failure.empty())
      list += report::element(
          "li", "",
          report::escape(fmt::format(
              "{}: {}{}", task_of(run), evaluation.structures[run.structure].label,
              run.wins ? " is the fastest within the error allowed" : ", " + run.failure)));
  }
  if (!list.empty()) body += report::element("ul", "", list);
  for (const EvaluatedRun* task : tasks(evaluation)) {
    body += report::element("h2", "", report::escape(task_of(*task)));
    body += front_plot(evaluation, *task) +
            report::html_table(front_table(evaluation, *task), "The front on " + task_of(*task));
  }
  body += report::element("h2", "", "All runs");
  body += report::html_table(evaluation_table(evaluation),
                             "* no other is faster with as little error; < the fastest within the "
                             "error allowed");
  return report::html_page(title(evaluation), body);
}

}  // namespace weft::cli
