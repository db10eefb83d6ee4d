// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/subcommand.h"
#include "cli/subcommands.h"
#include "cli/validators.h"

namespace weft::cli {

namespace {

/// The options that name a kernel, a machine and the kernel's inputs.
void add_request(CLI::App& sub, SimulateRequest& request) {
  sub.add_option("-k,--kernel", request.kernel, "A name from `weft list kernels`, or a file")
      ->required();
  sub.add_option("-m,--machine", request.machine, "A name from `weft list machines`, or a file")
      ->required();
  sub.add_option("-i,--input", request.inputs,
                 "NAME=SOURCE: a file or a generator; once for each tensor")
      ->allow_extra_args(false);
  sub.add_option("-p,--param", request.params, "PARAM=VALUE of the kernel; may be repeated")
      ->allow_extra_args(false);
  sub.add_option("--set", request.settings,
                 "path=value of the machine, or @FILE with several; may be repeated")
      ->allow_extra_args(false);
}

void add_sweep_show(CLI::App& sweep, Action& action) {
  const auto [sub, options] = add_subcommand<SweepShowOptions>(
      sweep, action, "show", "Show the front of a sweep, and which axis matters",
      "  weft sweep show results/threads.sqlite --objectives time,area --json -\n"
      "  weft sweep show results/threads.sqlite --plot threads.svg --over scale --lines kernel",
      sweep_show_command);
  sub->add_option("DB", options->file, "The file of a sweep")->required();
  sub->add_option("--objectives", options->objectives,
                  "Some of the sweep's objectives, or of time, energy, edp, area [the sweep's]")
      ->delimiter(',');
  sub->add_option("--json", options->json_file, "Write it there; - is the standard output");
  sub->add_option("--plot", options->plot_file,
                  "Draw the first objective as lines there, an SVG document");
  sub->add_option("--over", options->over, "The axis across the plot [the last one]");
  sub->add_option("--lines", options->lines,
                  "The axis with a line for each value; others make panels [one line]");
}

void add_sweep_merge(CLI::App& sweep, Action& action) {
  const auto [sub, options] = add_subcommand<SweepMergeOptions>(
      sweep, action, "merge", "Put the shards of a sweep into one file",
      "  weft sweep merge part1.sqlite part2.sqlite -o whole.sqlite", sweep_merge_command);
  sub->add_option("DB", options->files, "The files of the shards")->required();
  sub->add_option("-o,--out", options->out, "The file of the whole")->required();
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  const auto [sub, options] = add_subcommand<RunOptions>(
      app, action, "run",
      "Run an experiment: machines x kernels x inputs, beside native runs; or a workload",
      "  weft run configs/experiments/demo.yaml\n"
      "  weft run gpt2 -p tokens=2048 -m h200\n"
      "  weft run my.yaml --out results/try2 --jobs 1",
      run_command);
  sub->add_option(
         "EXPERIMENT", options->experiment,
         "An experiment document (`weft schema experiment`), a workload document, or a name "
         "from `weft list workloads`")
      ->required();
  sub->add_option("-p,--param", options->choice.params,
                  "PARAM=VALUE of the workload, in all its models; may be repeated")
      ->allow_extra_args(false);
  sub->add_option("-m,--machine", options->choice.machines,
                  "Run the workload there instead; may be repeated")
      ->allow_extra_args(false);
  sub->add_flag("--small", options->choice.small,
                "The workload at its sizes for tests, with every value verified");
  sub->add_option("-o,--out", options->out,
                  "Folder for results.json and report.html [results/NAME]");
  sub->add_option("-j,--jobs", options->jobs, "Simulations at a time [one for each processor]")
      ->check(at_least(1));
  sub->add_flag("--timelines", options->timelines,
                "Write what every unit did over time into a folder of the results");
}

void add_simulate(CLI::App& app, Action& action) {
  const auto [sub, options] = add_subcommand<SimulateOptions>(
      app, action, "simulate", "Run one kernel on one machine",
      "  weft simulate -k smash_v3 -m piuma-smash -i A=rmat:scale=12,edges=50000,seed=1\n"
      "  weft simulate -k spgemm_outer -m piuma-die -i A=web.mtx.gz -i B=A^T --set "
      "core.mtc.threads=32 --json -",
      simulate_command);
  SimulateRequest& request = options->request;
  add_request(*sub, request);
  sub->add_option("--mapping", request.mapping_file,
                  "A mapping to use instead of the kernel's own schedule");
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

void add_map(CLI::App& app, Action& action) {
  const auto [sub, options] = add_subcommand<MapOptions>(
      app, action, "map",
      "Fill the holes of a kernel: the best mapping, and how good it is at least",
      "  weft map -k gemm -m h200 -p M=4096 -p N=4096 -p K=4096 -p dtype=f16 -o gemm.yaml\n"
      "  weft map -k smash_open -m piuma-smash -i A=rmat:scale=12,edges=50000,seed=1 --budget "
      "40sims",
      map_command);
  add_request(*sub, options->request);
  sub->add_option("--budget", options->budget,
                  "When to stop unless the best is proved: 30s, 200sims, or both with a comma [a "
                  "twentieth of the mappings, and 40 s]");
  sub->add_option("--seed", options->search.seed, "Chooses where annealing begins [1]")
      ->check(at_least(0));
  sub->add_option("-j,--jobs", options->jobs, "Simulations at a time [one for each processor]")
      ->check(at_least(1));
  sub->add_option("-o,--out", options->out,
                  "Write the filled document there, for `weft simulate --mapping`");
  sub->add_option("--json", options->json_file,
                  "Write the ranking there; - is the standard output");
  CLI::Option* all = sub->add_flag(
      "--exhaustive", options->search.exhaustive,
      "Simulate every mapping that meets the constraints, and say what a search would have found");
  sub->add_option("--rank-check", options->rank_check,
                  "Simulate so many random mappings instead, and say how well bounds rank them")
      ->check(CLI::Range(2, 100'000))
      ->excludes(all);
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
      ->check(at_least(1));
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

}  // namespace weft::cli
