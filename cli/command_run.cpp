// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/documents.h"
#include "cli/experiment.h"
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/reference_operations.h"
#include "cli/report/page.h"
#include "cli/run.h"
#include "cli/summary.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "cli/worker.h"
#include "kernels/native/cpu/host.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;
using Status = WorkerOutcome::Status;

/// What an entry of results.json says of itself before its result: its place in the experiment.
struct Place {
  std::string kernel;
  std::string machine;
  std::string label;
  std::string input;
};

/// A part of an experiment for one worker.
struct Part {
  Place place;
  WorkerTask task;
};

/// `timelines`: the folder for timelines; empty where none are wanted.
std::vector<Part> simulations(const Experiment& experiment,
                              const std::filesystem::path& timelines) {
  std::vector<Part> parts;
  for (const ExperimentStep& step : steps(experiment)) {
    const std::string kernel = std::filesystem::path(step.kernel->kernel).stem().string();
    const std::string machine = std::filesystem::path(step.machine->machine).stem().string();
    const Place place{kernel, machine, step.machine->label(), step.input->name};
    SimulateRequest request = step.request();
    if (!timelines.empty()) {
      // A number keeps runs apart that differ in their settings alone.
      std::string name =
          fmt::format("{}_{}_{}_{}.json", parts.size() + 1, kernel, machine, place.input);
      std::ranges::replace(name, '/', '_');  // an input may have any name, and is no path
      request.timeline_file = timelines / name;
    }
    parts.push_back({place,
                     {fmt::format("{} on {}, {}", kernel, place.label, place.input),
                      [request = std::move(request)] { return simulate(request); }}});
  }
  return parts;
}

/// One native run for each operation and input that the experiment simulates; one for each set of
/// sizes where these come from parameters and not from matrices.
std::vector<Part> native_runs(const Experiment& experiment) {
  std::vector<Part> parts;
  std::set<std::vector<std::string>> known;
  for (const std::string& target : experiment.references) {
    for (const ExperimentStep& step : steps(experiment)) {
      const std::string operation =
          reference_operation(std::filesystem::path(step.kernel->kernel).stem().string());
      if (operation.empty()) continue;
      std::vector<std::string> work = {target, operation, step.input->name};
      work.insert(work.end(), step.kernel->params.begin(), step.kernel->params.end());
      if (!known.insert(std::move(work)).second) continue;
      ReferenceRequest request{step.kernel->kernel,    target,
                               step.input->sources,    step.kernel->params,
                               experiment.repetitions, 0};
      const Place place{operation, target, target, step.input->name};
      parts.push_back(
          {place,
           {fmt::format("native {}, {}", operation, place.input), [request = std::move(request)] {
              Json result = run_reference(request);
              native::end_threads();
              return result;
            }}});
    }
  }
  return parts;
}

Json entry(const Place& place, const WorkerOutcome& outcome) {
  const bool ok = outcome.status == Status::Ok;
  Json json = {{"kernel", place.kernel},
               {"machine", place.machine},
               {"label", place.label},
               {"input", place.input},
               {"status", ok                                  ? "ok"
                          : outcome.status == Status::Crashed ? "crashed"
                                                              : "failed"}};
  if (!ok) {
    json["error"] = outcome.error;
    return json;
  }
  const Json result = Json::parse(outcome.json);
  // A native run learns the name of its processor only by running.
  if (result.at("schema") == "weft.reference/1") json["label"] = result.at("machine");
  for (const auto& [key, value] : result.items()) json[key] = value;
  return json;
}

/// The entries of the parts that were run, in order; those that Ctrl-C came before are left out.
Json entries_of(const std::vector<Part>& parts, const std::vector<WorkerOutcome>& outcomes) {
  Json entries = Json::array();
  for (size_t i = 0; i < parts.size(); ++i) {
    if (outcomes[i].status != Status::Interrupted)
      entries.push_back(entry(parts[i].place, outcomes[i]));
  }
  return entries;
}

/// Puts the entries of the parts into the member `list` of the document, and the document into
/// `partial` as parts are done, so that they outlive this process: at once, but for no more than a
/// twentieth of the time.
void run_parts(const std::vector<Part>& parts, size_t jobs, double timeout_s, const char* list,
               Json& document, const std::filesystem::path& partial) {
  std::vector<WorkerTask> tasks;
  tasks.reserve(parts.size());
  for (const Part& part : parts) tasks.push_back(part.task);
  using Clock = std::chrono::steady_clock;
  Clock::time_point next_save = Clock::now();
  const auto save = [&](const std::vector<WorkerOutcome>& outcomes) {
    const Clock::time_point begin = Clock::now();
    if (begin < next_save) return;
    document[list] = entries_of(parts, outcomes);
    write_json(partial, document);
    next_save = Clock::now() + 20 * (Clock::now() - begin);
  };
  document[list] = entries_of(parts, run_workers(tasks, jobs, save, timeout_s));
}

/// "key=value" settings as an object.
Json assignments(const std::vector<std::string>& settings) {
  Json object = Json::object();
  for (const std::string& setting : settings) {
    const size_t equals = setting.find('=');
    object[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  return object;
}

/// The command that runs it again.
std::string command_of(const RunOptions& options) {
  std::string command = fmt::format("./weft run {}", options.experiment.string());
  for (const std::string& param : options.choice.params) command += " -p " + param;
  for (const std::string& machine : options.choice.machines) command += " -m " + machine;
  return command + (options.choice.small ? " --small" : "");
}

Json totals_json(const std::vector<WorkloadTotal>& totals) {
  Json json = Json::array();
  for (const WorkloadTotal& total : totals) {
    json.push_back({{"model", total.model},
                    {"machine", total.label},
                    {"steps", total.steps},
                    {"time_s", total.time_s},
                    {"energy_j", number_or_null(total.energy_j)}});
  }
  return json;
}

/// One pass through each model.
Table totals_table(const std::vector<WorkloadTotal>& totals) {
  Table table({{"model", Align::Left}, {"machine", Align::Left}, {"steps"}, {"time"}, {"J"}});
  for (const WorkloadTotal& total : totals) {
    table.add_row({total.model, total.label, fmt::format("{}", total.steps),
                   show_time(total.time_s), show_number(total.energy_j)});
  }
  return table;
}

/// The experiment with every default filled in and every file name resolved.
Json resolved(const Experiment& experiment) {
  Json json = {{"name", experiment.name}, {"file", experiment.file.string()}};
  for (const ExperimentMachine& machine : experiment.machines) {
    json["machines"].push_back(
        {{"machine", machine.machine}, {"set", assignments(machine.settings)}});
  }
  for (const ExperimentKernel& kernel : experiment.kernels) {
    json["kernels"].push_back({{"kernel", kernel.kernel},
                               {"params", assignments(kernel.params)},
                               {"mapping", kernel.mapping_file},
                               {"machines", kernel.machines},
                               {"inputs", kernel.inputs},
                               {"values", kernel.values}});
  }
  for (const ExperimentInput& input : experiment.inputs)
    json["inputs"][input.name] = assignments(input.sources);
  json["references"] = experiment.references;
  json["repetitions"] = experiment.repetitions;
  if (experiment.timeout_s > 0) json["timeout_s"] = experiment.timeout_s;
  return json;
}

/// The worst of what happened decides: a fault of Weft, then a wrong input, then a wrong value.
int status_of(const Json& document, const std::vector<Run>& runs) {
  int status = kOk;
  const auto wrong = [](const Run& run) { return run.verified.has_value() && !*run.verified; };
  if (std::any_of(runs.begin(), runs.end(), wrong)) status = kFailedCheck;
  for (const char* list : {"results", "references"}) {
    for (const Json& json : document.at(list)) {
      if (json.at("status") == "crashed") return kFault;
      if (json.at("status") == "failed") status = kUserError;
    }
  }
  return status;
}

void print_summary(const RunFile& file, const std::vector<WorkloadTotal>& totals,
                   const std::filesystem::path& out) {
  fmt::print("{}", summary_table(file.runs).str(wants_colour(stdout)));
  if (!totals.empty()) fmt::print("\n{}", totals_table(totals).str(wants_colour(stdout)));
  for (const std::string& line : failures(file.runs)) fmt::print(stderr, "no result: {}\n", line);
  fmt::print("\n{}\n{}\n", (out / "results.json").string(), (out / "report.html").string());
}

}  // namespace

int run_command(const RunOptions& options) {
  base::Diagnostics diagnostics;
  const Runnable runnable = load_runnable(options.experiment, options.choice, diagnostics);
  const Experiment& experiment = runnable.experiment;
  diagnostics.throw_if_any();
  const std::filesystem::path out =
      options.out.empty() ? std::filesystem::path("results") / experiment.name : options.out;
  const size_t jobs =
      options.jobs > 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());

  const std::filesystem::path timelines =
      options.timelines ? out / "timelines" : std::filesystem::path{};

  const DeferInterrupt until_saved;
  Json document = {{"schema", "weft.experiment/1"},  {"experiment", resolved(experiment)},
                   {"command", command_of(options)}, {"complete", false},
                   {"results", Json::array()},       {"references", Json::array()}};
  const std::filesystem::path partial = out / "results.partial.json";
  run_parts(simulations(experiment, timelines), jobs, experiment.timeout_s, "results", document,
            partial);
  // Native runs are timed, so they have the machine to themselves.
  if (!interrupted()) run_parts(native_runs(experiment), 1, 0, "references", document, partial);
  document["complete"] = !interrupted();

  const RunFile file = read_run_file(document, out / "results.json");
  std::vector<WorkloadTotal> totals;
  if (runnable.workload) {
    totals = workload_totals(*runnable.workload, file.runs);
    document["totals"] = totals_json(totals);
  }
  write_json(out / "results.json", document);
  write_text(out / "report.html", report::page(file));
  std::error_code ignored;
  std::filesystem::remove(partial, ignored);
  print_summary(file, totals, out);
  if (!interrupted()) return status_of(document, file.runs);
  fmt::print(stderr, "weft: stopped; what was done is kept\n");
  return kInterruptedStatus;
}

}  // namespace weft::cli
