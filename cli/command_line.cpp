// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <functional>
#include <iostream>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/schema.h"

namespace weft::cli {

namespace {

/// What the parsed arguments ask for.
using Action = std::function<int()>;

/// Adds a subcommand whose options fill an `Options` that lives as long as the app, and which then
/// runs `command`.
template <typename Options>
std::pair<CLI::App*, Options*> add(CLI::App& app, Action& action, const char* name,
                                   const char* description, const char* examples,
                                   int (*command)(const Options&)) {
  CLI::App* sub = app.add_subcommand(name, description);
  const auto options = std::make_shared<Options>();
  sub->footer(std::string("\nExamples:\n") + examples);
  sub->callback(
      [options, command, &action] { action = [options, command] { return command(*options); }; });
  return {sub, options.get()};
}

void add_run(CLI::App& app, Action& action) {
  const auto [sub, options] = add<RunOptions>(
      app, action, "run", "Run an experiment: machines x kernels x inputs, beside native runs",
      "  weft run configs/experiments/demo.yaml\n"
      "  weft run my.yaml --out results/try2 --jobs 1",
      run_command);
  sub->add_option("EXPERIMENT", options->experiment,
                  "An experiment document (`weft schema experiment`)")
      ->required();
  sub->add_option("-o,--out", options->out,
                  "Folder for results.json and report.html [results/NAME]");
  sub->add_option("-j,--jobs", options->jobs, "Simulations at a time [one for each processor]")
      ->check(CLI::PositiveNumber);
  sub->add_flag("--timelines", options->timelines,
                "Write what every unit did over time into a folder of the results");
}

void add_simulate(CLI::App& app, Action& action) {
  const auto [sub, options] = add<SimulateOptions>(
      app, action, "simulate", "Run one kernel on one machine",
      "  weft simulate -k smash_v3 -m piuma-smash -i A=rmat:scale=12,edges=50000,seed=1\n"
      "  weft simulate -k spgemm_outer -m piuma-die -i A=web.mtx.gz -i B=A^T --set "
      "core.mtc.threads=32 --json -",
      simulate_command);
  SimulateRequest& request = options->request;
  sub->add_option("-k,--kernel", request.kernel, "A name from `weft list kernels`, or a file")
      ->required();
  sub->add_option("-m,--machine", request.machine, "A name from `weft list machines`, or a file")
      ->required();
  sub->add_option("-i,--input", request.inputs,
                  "NAME=SOURCE: a file or a generator; once for each tensor")
      ->allow_extra_args(false);
  sub->add_option("-p,--param", request.params, "PARAM=VALUE of the kernel; may be repeated")
      ->allow_extra_args(false);
  sub->add_option("--mapping", request.mapping_file,
                  "A mapping to use instead of the kernel's own schedule");
  sub->add_option("--set", request.settings, "path=value of the machine; may be repeated")
      ->allow_extra_args(false);
  sub->add_option("--set-kernel", request.kernel_settings,
                  "path=value of the kernel document or mapping; may be repeated")
      ->allow_extra_args(false);
  sub->add_option("--json", options->json_file,
                  "Write the result document there; - is the standard output");
  sub->add_option("--timeline", request.timeline_file,
                  "Write what every unit did over time there, for ui.perfetto.dev");
  sub->add_flag_callback(
      "--no-values", [&request] { request.values = false; },
      "Simulate time only, without operands");
}

void add_reference(CLI::App& app, Action& action) {
  CLI::App* group = app.add_subcommand("reference", "Native runs on this computer");
  group->require_subcommand(1);
  group->footer("\nExamples:\n  weft reference list\n  weft reference run --help");
  const auto [sub, options] = add<ReferenceOptions>(
      *group, action, "run", "Run what a kernel computes with native libraries",
      "  weft reference run -k spgemm_row_hash --target cpu -i A=web.mtx.gz -o traces/web.json",
      reference_run_command);
  ReferenceRequest& request = options->request;
  sub->add_option("-k,--kernel", request.kernel, "A name from `weft list kernels`")->required();
  sub->add_option("--target", request.target, "cpu")->required();
  sub->add_option("-i,--input", request.inputs,
                  "NAME=SOURCE: a file or a generator; once for each tensor")
      ->allow_extra_args(false);
  sub->add_option("-o,--out,--json", options->out,
                  "Write the reference document there; - is the standard output");
  sub->add_option("--repetitions", request.repetitions, "Timed runs; the best counts")
      ->check(CLI::Range(1, 1000));
  sub->add_option("--threads", request.threads, "Threads [all]")->check(CLI::Range(1, 4096));
  CLI::App* list = group->add_subcommand("list", "Names the recorded references");
  list->callback([&action] { action = reference_list_command; });
}

void add_compare(CLI::App& app, Action& action) {
  const auto [sub, options] = add<CompareOptions>(
      app, action, "compare",
      "Set results or references side by side: speedup, and where the time differs",
      "  weft compare results/before results/after --tolerance 2\n"
      "  weft compare v1.json v2.json v3.json --json -",
      compare_command);
  sub->add_option("FILES", options->files,
                  "Results, references or folders of `weft run`; the first is the base")
      ->required()
      ->expected(2, -1);
  sub->add_option("--tolerance", options->tolerance_percent,
                  "Exit 1 where a time differs by more PERCENT")
      ->check(CLI::NonNegativeNumber);
  sub->add_option("--json", options->json_file,
                  "Write the comparison there; - is the standard output");
}

void add_sweep_show(CLI::App& sweep, Action& action) {
  const auto [sub, options] = add<SweepShowOptions>(
      sweep, action, "show", "Show the front of a sweep, and which axis matters",
      "  weft sweep show results/threads.sqlite --objectives time,area --json -",
      sweep_show_command);
  sub->add_option("DB", options->file, "The file of a sweep")->required();
  sub->add_option("--objectives", options->objectives, "Some of the sweep's objectives [all]")
      ->delimiter(',');
  sub->add_option("--json", options->json_file, "Write it there; - is the standard output");
}

void add_sweep_merge(CLI::App& sweep, Action& action) {
  const auto [sub, options] = add<SweepMergeOptions>(
      sweep, action, "merge", "Put the shards of a sweep into one file",
      "  weft sweep merge part1.sqlite part2.sqlite -o whole.sqlite", sweep_merge_command);
  sub->add_option("DB", options->files, "The files of the shards")->required();
  sub->add_option("-o,--out", options->out, "The file of the whole")->required();
}

void add_sweep(CLI::App& app, Action& action) {
  const auto options = std::make_shared<SweepOptions>();
  CLI::App* sub = app.add_subcommand(
      "sweep", "Simulate every point of a sweep that its file does not have yet");
  sub->footer(
      "\nExamples:\n"
      "  weft sweep configs/sweeps/threads_latency.yaml\n"
      "  weft sweep my.yaml -o my.sqlite -j 4 --resume\n"
      "  weft sweep my.yaml -o part3.sqlite --shard 3/8\n"
      "  mpirun -n 8 weft sweep my.yaml -o my.sqlite\n"
      "  weft report my.sqlite -o my.html");
  sub->add_option("SWEEP", options->document, "A sweep document (`weft schema sweep`)");
  sub->add_option("-o,--out", options->out,
                  "The SQLite file of the points [results/NAME.sqlite]; points it has are kept");
  sub->add_option("-j,--jobs", options->jobs,
                  "Simulations at a time [one for each processor; under mpirun one for each rank]")
      ->check(CLI::PositiveNumber);
  sub->add_option("--shard", options->shard, "I/N: only every Nth point, beginning with the Ith");
  sub->add_flag("--resume", options->resume,
                "Go on with a file that is there; also try again what failed or took too long");
  sub->add_option("--json", options->json_file, "Write the front there; - is the standard output");
  add_sweep_show(*sub, action);
  add_sweep_merge(*sub, action);
  // A subcommand's own callback has run by then.
  sub->callback([options, sub, &action] {
    if (sub->get_subcommands().empty()) action = [options] { return sweep_command(*options); };
  });
}

void add_report(CLI::App& app, Action& action) {
  const auto [sub, options] =
      add<ReportOptions>(app, action, "report", "Write one self-contained HTML page about results",
                         "  weft report results/demo -o demo.html\n"
                         "  weft report results/threads.sqlite",
                         report_command);
  sub->add_option("RESULTS", options->results,
                  "A result, a folder of `weft run`, or the file of a sweep")
      ->required();
  sub->add_option("-o,--out", options->out, "The page [report.html]");
}

void add_validate(CLI::App& app, Action& action) {
  const auto [sub, options] = add<ValidateOptions>(
      app, action, "validate", "Measure errors against a measured table",
      "  weft list suites\n"
      "  weft validate occupancy --data occupancy.csv\n"
      "  weft validate dram --data load_latency.csv --limit 20 --rows rows.csv",
      validate_command);
  validate::ValidationRequest& request = options->request;
  sub->add_option("SUITE", options->suite, "A name from `weft list suites`")->required();
  sub->add_option("--data", request.data,
                  "The table: a CSV file with the suite's columns, or a folder of files")
      ->required();
  sub->add_option("--matrices", request.context.matrices, "Folder of matrix files by name")
      ->check(CLI::ExistingDirectory);
  sub->add_option("--limit", request.limit, "Rows to try, spread over the table [all]")
      ->check(CLI::PositiveNumber);
  sub->add_option("--seed", request.seed, "Chooses the rows of --limit [1]");
  sub->add_option("--rows", options->rows_file, "Write every row with prediction and error there");
  sub->add_option("--json", options->json_file,
                  "Write the figures there; - is the standard output");
  sub->add_option("--plot", options->plot_file,
                  "Draw the curves of a suite that has some there, as SVG");
}

void add_occupancy(CLI::App& app, Action& action) {
  const auto [sub, options] = add<OccupancyOptions>(
      app, action, "occupancy",
      "Blocks and warps on an SM, what limits them, what would raise them",
      "  weft occupancy --cc 9.0 --threads 256 --regs 128 --smem 49152\n"
      "  weft occupancy --cc 8.6 --threads 128 --regs 64 --smem 12KiB --dynamic-smem 24KiB",
      occupancy_command);
  sub->add_option("--cc", options->cc, "Compute capability, such as 9.0");
  sub->add_option("-m,--machine", options->machine,
                  "A GPU from `weft list machines`, or a file, instead of --cc");
  sub->add_option("--threads", options->threads, "Threads of a block")
      ->required()
      ->check(CLI::Range(1, 1 << 20));
  sub->add_option("--regs", options->registers, "Registers of a thread")
      ->required()
      ->check(CLI::Range(0, 1 << 20));
  sub->add_option("--smem", options->shared, "Shared memory of a block: 49152, 48KiB [0]");
  sub->add_option("--dynamic-smem", options->dynamic_shared, "More of it, given at launch [0]");
  sub->add_flag_callback(
      "--no-opt-in", [opts = options] { opts->opts_in = false; },
      "The kernel does not ask for more than 48 KiB");
  sub->add_option("--carveout", options->carve_out_percent,
                  "Preferred shared memory in percent of the largest [100]")
      ->check(CLI::Range(0, 100));
  sub->add_option("--json", options->json_file, "Write the answer there; - is the standard output");
}

void add_inspection(CLI::App& app, Action& action) {
  using Files = std::vector<std::string>;
  const auto [show, show_files] =
      add<Files>(app, action, "show", "Summarize machines, kernels, matrices and results",
                 "  weft show configs/machines/piuma-smash.yaml web.mtx.gz", show_command);
  show->add_option("FILES", *show_files, "Documents, matrices (.mtx, .mtx.gz) or results")
      ->required();
  const auto [check, check_files] =
      add<Files>(app, action, "check", "Print every error of documents, else `FILE: ok`",
                 "  weft check configs/machines/*.yaml", check_command);
  check->add_option("FILES", *check_files, "Documents of any kind")->required();
  const auto [list, what] = add<std::string>(app, action, "list", "Name what Weft knows",
                                             "  weft list kernels", list_command);
  list->add_option("WHAT", *what, "machines, kernels or suites")->required();
  const auto [schema, kind] =
      add<std::string>(app, action, "schema", "Print the JSON schema of a document, for editors",
                       "  weft schema experiment > experiment.schema.json", schema_command);
  schema->add_option("KIND", *kind, fmt::format("{}", fmt::join(schema_kinds(), ", ")))->required();
}

std::vector<std::string> names_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(sub->get_name());
  return names;
}

std::vector<std::string> long_options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// Refuses a word that names no subcommand or option before the parser sees it: the parser would
/// complain first about what is missing, and knows no near names.
void refuse_unknown_words(CLI::App& app, const std::vector<std::string>& arguments) {
  CLI::App* level = &app;
  for (const std::string& argument : arguments) {
    if (argument == "--") return;
    const std::vector<std::string> subcommands = names_of(*level);
    const bool has_positionals =
        !level->get_options([](const CLI::Option* option) { return option->get_positional(); })
             .empty();
    if (!argument.starts_with("-") && !subcommands.empty()) {
      if (std::find(subcommands.begin(), subcommands.end(), argument) != subcommands.end()) {
        level = level->get_subcommand(argument);
        continue;
      }
      if (has_positionals) continue;
      throw base::UserError(fmt::format("unknown command '{}'{}", argument,
                                        base::did_you_mean(argument, subcommands)));
    }
    const std::string name = argument.substr(0, argument.find('='));
    if (argument.starts_with("--") && level->get_option_no_throw(name) == nullptr) {
      throw base::UserError(fmt::format("{}: unknown option '{}'{}", level->get_name(), name,
                                        base::did_you_mean(name, long_options_of(*level))));
    }
  }
}

/// Parses and runs. CLI::ParseError carries requests for help as well as mistakes.
int parse_and_run(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Maps sparse and structured matrix kernels onto simulated machines and says how fast they "
      "run there "
      "and why.",
      "weft");
  Action action;
  app.require_subcommand(1);
  app.set_version_flag("--version", "weft " WEFT_VERSION);
  app.footer(
      "\n`weft COMMAND --help` shows the options and examples of each. Start with:\n"
      "  ./weft run configs/experiments/demo.yaml");
  add_run(app, action);
  add_simulate(app, action);
  add_reference(app, action);
  add_sweep(app, action);
  add_compare(app, action);
  add_report(app, action);
  add_validate(app, action);
  add_occupancy(app, action);
  add_inspection(app, action);
  if (arguments.empty()) {
    std::cerr << app.help();
    return kUserError;
  }
  refuse_unknown_words(app, arguments);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(),
                                       arguments.rend()));  // it takes them from the back
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    throw base::UserError(fmt::format("{} (see --help)", error.what()));
  }
  const int status = action();
  if (std::fflush(stdout) != 0)
    throw std::system_error(errno, std::generic_category(), "standard output: cannot write");
  return status;
}

bool has_place(const std::string& message) {
  const std::string first_word = message.substr(0, message.find(' '));
  return first_word.starts_with("--") || first_word.ends_with(':') ||
         message.find(".yaml: ") != std::string::npos;
}

int report_fault(const char* what) {
  fmt::print(
      stderr,
      "weft: internal error: {}\nThis is a fault of Weft, not of your input; please report it.\n",
      what);
  return kFault;
}

}  // namespace

void print_user_error(const std::vector<std::string>& messages) {
  for (const std::string& message : messages) {
    fmt::print(stderr, "{}{}\n", has_place(message) ? "" : "weft: ", message);
  }
}

int run_command_line(const std::vector<std::string>& arguments) {
  try {
    return parse_and_run(arguments);
  } catch (const base::UserError& error) {
    print_user_error(error.messages());
    return kUserError;
  } catch (const std::system_error& error) {  // the computer's: a full disk, no more processes
    print_user_error({error.what()});
    return kUserError;
  } catch (const std::exception& error) {
    return report_fault(error.what());
  } catch (...) {
    return report_fault("unknown exception");
  }
}

}  // namespace weft::cli
