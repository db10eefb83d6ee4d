// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/documents.h"
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/operands.h"
#include "cli/run.h"
#include "cli/structure/eval_report.h"
#include "cli/structure/options.h"
#include "cli/structure/weight_sources.h"
#include "cli/terminal.h"
#include "cli/worker.h"
#include "kernels/structure/fit.h"
#include "kernels/structure/source.h"
#include "sim/machine/load_machine.h"

namespace weft::cli {

namespace {

using structure::StructureRequest;

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t from = 0; from <= text.size();) {
    const size_t comma = std::min(text.find(',', from), text.size());
    parts.push_back(text.substr(from, comma - from));
    from = comma + 1;
  }
  return parts;
}

int64_t size_of(const std::string& text, const std::string& given) {
  int64_t size = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), size);
  if (error != std::errc{} || end != given.data() + given.size() || size < 1)
    throw base::UserError(
        fmt::format("--as {}: expected a positive integer, found '{}'", text, given));
  return size;
}

/// "monarch,blocks=4,rank=8": a name and its sizes.
StructureRequest request_of(const std::string& text) {
  const std::vector<std::string> known = {"blocks", "rank", "block-size"};
  const std::vector<std::string> parts = parts_of(text);
  StructureRequest request{.name = parts.front()};
  for (size_t i = 1; i < parts.size(); ++i) {
    const Assignment key = parse_assignment(parts[i], "--as");
    const int64_t size = size_of(text, key.value);
    if (key.name == "blocks") {
      request.blocks.push_back(size);
    } else if (key.name == "rank") {
      request.rank = size;
    } else if (key.name == "block-size") {
      request.block_size = size;
    } else {
      throw base::UserError(fmt::format("--as {}: expected one of {}, found '{}'{}", text,
                                        fmt::join(known, ", "), key.name,
                                        base::did_you_mean(key.name, known)));
    }
  }
  return request;
}

/// The structures that are asked for, after the dense weight.
std::vector<EvaluatedStructure> structures_of(const StructureEvalOptions& options, int64_t rows,
                                              int64_t cols) {
  std::vector<EvaluatedStructure> result = {{"dense", {rows, cols, structure::Dense{}}, 0}};
  for (const std::string& text : options.structures) {
    const structure::Structure chosen = choose_structure(rows, cols, request_of(text));
    if (forward_requests(chosen, 1, options.dtype).empty())
      throw base::UserError(fmt::format(
          "--as {}: expected a structure that the library has a kernel of, such as 2:4", text));
    result.push_back({text, chosen});
  }
  return result;
}

void check_machines(const std::vector<std::string>& machines) {
  base::Diagnostics diagnostics;
  for (const std::string& machine : machines)
    machine::load_machine(machine, {}, machine_folders(), diagnostics);
  diagnostics.throw_if_any();
}

/// One candidate kernel of a run.
struct Candidate {
  size_t run;
  SimulateRequest request;
};

void take_faster(EvaluatedRun& run, const SimulateRequest& request, const WorkerOutcome& outcome) {
  if (outcome.status != WorkerOutcome::Status::Ok) {
    run.failure = outcome.error;
    return;
  }
  const Run found = read_run_file(nlohmann::ordered_json::parse(outcome.json), "eval").runs.front();
  if (found.time_s >= run.time_s) return;  // false where there is no time yet
  run.kernel = request.kernel;
  run.time_s = found.time_s;
  run.energy_j = found.energy_total_j;
}

/// Simulates every structure on every machine; of several kernels the fastest counts.
void simulate_all(const StructureEvalOptions& options, Evaluation& evaluation) {
  std::vector<Candidate> candidates;
  std::vector<WorkerTask> tasks;
  for (const std::string& machine : options.machines) {
    for (const int64_t tokens : options.tokens) {
      for (size_t form = 0; form < evaluation.structures.size(); ++form) {
        const EvaluatedStructure& each = evaluation.structures[form];
        evaluation.runs.push_back({.structure = form,
                                   .machine = std::filesystem::path(machine).stem().string(),
                                   .tokens = tokens});
        for (SimulateRequest& request : forward_requests(each.structure, tokens, options.dtype)) {
          request.machine = machine;
          candidates.push_back({evaluation.runs.size() - 1, request});
          tasks.push_back({fmt::format("{} on {}, {} tokens", each.label, machine, tokens),
                           [request] { return simulate(request); }});
        }
      }
    }
  }
  const size_t jobs =
      options.jobs > 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  const std::vector<WorkerOutcome> outcomes = run_workers(tasks, jobs);
  for (size_t i = 0; i < candidates.size(); ++i)
    take_faster(evaluation.runs[candidates[i].run], candidates[i].request, outcomes[i]);
  for (EvaluatedRun& run : evaluation.runs) {
    if (!run.kernel.empty()) run.failure.clear();
  }
}

void fit_all(const StructureEvalOptions& options, const structure::Matrix& weight,
             const structure::FitOptions& fit, Evaluation& evaluation) {
  Progress progress(evaluation.structures.size());
  structure::FitOptions each = fit;
  each.armor = options.armor;
  each.armor.keep_going = [](int) { return !interrupted(); };
  for (size_t i = 1; i < evaluation.structures.size() && !interrupted(); ++i) {
    EvaluatedStructure& form = evaluation.structures[i];
    progress.show(i, "fit " + form.label);
    const structure::Fit found = fit_structure(weight, form.structure, each);
    form.error = found.weighted_error.value_or(found.relative_error);
  }
}

}  // namespace

int structure_eval_command(const StructureEvalOptions& options) {
  const WeightSources sources = weight_sources(options.inputs);
  dtype_of_option(options.dtype);
  structure::FitOptions fit{.score = score_of_option(options.score, sources.has_activations()),
                            .armor = {},
                            .activation_norms = {}};
  const structure::Matrix weight = structure::load_weight(sources.weight);
  if (sources.has_activations())
    fit.activation_norms = structure::load_activation_norms(sources.activations, weight.cols());
  Evaluation evaluation{.source = sources.weight,
                        .rows = weight.rows(),
                        .cols = weight.cols(),
                        .dtype = options.dtype,
                        .max_error = options.max_error,
                        .structures = structures_of(options, weight.rows(), weight.cols()),
                        .runs = {}};
  check_machines(options.machines);
  const DeferInterrupt until_done;
  // Simulations fork, which must come before the threads that fitting starts.
  simulate_all(options, evaluation);
  fit_all(options, weight, fit, evaluation);
  if (interrupted()) return kInterruptedStatus;
  judge(evaluation);
  if (!options.json_file.empty()) write_json(options.json_file, evaluation_json(evaluation));
  if (!options.report_file.empty()) write_text(options.report_file, evaluation_page(evaluation));
  if (options.json_file == "-") return kOk;
  fmt::print("{}", evaluation_table(evaluation).str(wants_colour(stdout)));
  if (options.max_error) fmt::print("\n{}", winners(evaluation));
  for (const EvaluatedRun& run : evaluation.runs) {
    if (!run.failure.empty())
      fmt::print(stderr, "no result: {} on {}: {}\n", evaluation.structures[run.structure].label,
                 run.machine, run.failure);
  }
  return kOk;
}

}  // namespace weft::cli
