// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/subcommand.h"
#include "cli/subcommands.h"
#include "cli/validators.h"

namespace weft::cli {

namespace {

/// Of a thread, since compute capability 3.5.
constexpr int kMostRegisters = 255;

}  // namespace

void add_reference(CLI::App& app, Action& action) {
  CLI::App* group = app.add_subcommand("reference", "Native runs on this computer");
  group->require_subcommand(1);
  group->footer("\nExamples:\n  weft reference list\n  weft reference run --help");
  const auto [sub, options] = add_subcommand<ReferenceOptions>(
      *group, action, "run", "Run what a kernel computes with native libraries",
      "  weft reference run -k spgemm_row_hash --target cpu -i A=web.mtx.gz -o traces/web.json\n"
      "  weft reference run -k blockdiag --target cpu -p tokens=2048 -p dtype=f32 --threads 1\n"
      "  weft reference run -k gemm24 --target cpu -p M=1024 -p N=1024 -p K=1024 --json -",
      reference_run_command);
  ReferenceRequest& request = options->request;
  sub->add_option("-k,--kernel", request.kernel, "A name from `weft list kernels`, or a file")
      ->required();
  sub->add_option("--target", request.target, "cpu")->required();
  sub->add_option("-p,--param", request.params, "PARAM=VALUE of the kernel; may be repeated")
      ->allow_extra_args(false);
  sub->add_option("-i,--input", request.inputs,
                  "NAME=SOURCE: a file or a generator; once for each tensor")
      ->allow_extra_args(false);
  sub->add_option("-o,--out", options->out, "Write the reference document there");
  sub->add_option("--json", options->json_file,
                  "Write the reference document there; - is the standard output");
  sub->add_option("--repetitions", request.repetitions,
                  "Timed runs; the best counts [at least 5, more of short ones]")
      ->check(CLI::Range(1, 1000));
  sub->add_option("--threads", request.threads, "Threads [all processors]")
      ->check(CLI::Range(1, 4096));
  CLI::App* list = group->add_subcommand(
      "list", "Names operations, their implementations, targets and recorded runs");
  list->callback([&action] { action = reference_list_command; });
}

void add_codegen(CLI::App& app, Action& action) {
  const auto [sub, options] = add_subcommand<CodegenOptions>(
      app, action, "codegen", "Write a mapped kernel as a CUDA program",
      "  weft codegen -k gemm -m a100-sxm-80gb -p M=4096 -p N=4096 -p K=4096 "
      "-p dtype=f16 -o gemm.cu\n"
      "  weft codegen -k spgemm_row_hash -m rtx4090 -o spgemm.cu\n"
      "  nvcc -std=c++17 -O3 -arch=sm_80 -o gemm gemm.cu && ./gemm",
      codegen_command);
  sub->add_option("-k,--kernel", options->kernel,
                  "gemm, bmm, blockdiag, gemm24, spgemm_row_hash, or a file with such a product");
  sub->add_option("-m,--machine", options->machine,
                  "A GPU from `weft list machines`, or a file [the machine of the mapping, else "
                  "h200]");
  sub->add_option("--mapping", options->mapping_file,
                  "A mapping to use instead of the kernel's own schedule");
  sub->add_option("-p,--param", options->params, "PARAM=VALUE of the kernel; may be repeated")
      ->allow_extra_args(false);
  sub->add_option("--set", options->settings,
                  "path=value of the machine, or @FILE with several; may be repeated")
      ->allow_extra_args(false);
  sub->add_option("-o,--out", options->out, "Write there [the standard output]");
}

void add_compare(CLI::App& app, Action& action) {
  const auto [sub, options] = add_subcommand<CompareOptions>(
      app, action, "compare",
      "Set results, references and published figures side by side: speedup, "
      "and where the time differs",
      "  weft compare results/before results/after --tolerance 2\n"
      "  weft compare traces/measured/gemm.json gemm_on_h200.json\n"
      "  weft compare results/demo traces/published/smash.yaml\n"
      "  weft compare before.json after.json --report difference.html\n"
      "  weft compare v1.json v2.json v3.json --json -",
      compare_command);
  sub->add_option("FILES", options->files,
                  "Results, references, published figures or folders of `weft run`; the first with "
                  "runs is the base")
      ->required()
      ->expected(2, -1);
  sub->add_option("--tolerance", options->tolerance_percent,
                  "Exit 1 where a time differs by more PERCENT")
      ->check(at_least(0));
  sub->add_option("--json", options->json_file,
                  "Write the comparison there; - is the standard output");
  sub->add_option("--report", options->report_file, "Write it as a page there");
}

void add_report(CLI::App& app, Action& action) {
  const auto [sub, options] = add_subcommand<ReportOptions>(
      app, action, "report", "Write one self-contained HTML page about results",
      "  weft report results/demo -o demo.html\n"
      "  weft report results/threads.sqlite",
      report_command);
  sub->add_option("RESULTS", options->results,
                  "A result, a folder of `weft run`, or the file of a sweep")
      ->required();
  sub->add_option("-o,--out", options->out, "The page [report.html]");
}

void add_validate(CLI::App& app, Action& action) {
  const auto [sub, options] = add_subcommand<ValidateOptions>(
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
  sub->add_option("--set", request.context.settings,
                  "path=value of every simulated GPU, or @FILE with several; may be repeated")
      ->allow_extra_args(false);
  sub->add_option("--limit", request.limit, "Rows to try, spread over the table [all]")
      ->check(at_least(1));
  sub->add_option("--seed", request.seed, "Chooses the rows of --limit [1]")->check(at_least(0));
  sub->add_option("--rows", options->rows_file, "Write every row with prediction and error there");
  sub->add_option("--json", options->json_file,
                  "Write the figures there; - is the standard output");
  sub->add_option("--plot", options->plot_file,
                  "Draw the curves of a suite that has some there, as SVG");
  sub->add_option("--report", options->report_file,
                  "Write a page there: predictions over measurements, and the errors");
}

void add_calibrate(CLI::App& app, Action& action) {
  const auto [sub, options] = add_subcommand<CalibrateOptions>(
      app, action, "calibrate", "Fit parameters of GPUs to measured tables, and cross-validate",
      "  weft calibrate bmm linear --data bmm.csv linear.csv --limit 60 -o fitted.yaml\n"
      "  weft calibrate bmm --data t4.csv -p energy.scale@7.5=0.5..3\n"
      "  weft validate bmm --data t4.csv --set @fitted.yaml",
      calibrate_command);
  sub->add_option("SUITE", options->suites, "Names from `weft list suites`")
      ->required()
      ->expected(1, -1);
  sub->add_option("--data", options->data, "A table for each suite")->required()->expected(1, -1);
  sub->add_option("-p,--parameter", options->parameters,
                  "PATH=LOW..HIGH of every GPU, or PATH@CC=LOW..HIGH of those of a compute "
                  "capability; may be repeated [those that docs/deviations.md lists]")
      ->allow_extra_args(false);
  sub->add_option("--limit", options->limit, "Rows of each table, spread over it [all]")
      ->check(at_least(1));
  sub->add_option("--seed", options->seed, "Chooses the rows of --limit [1]")->check(at_least(0));
  sub->add_option("-o,--out", options->out,
                  "Write the values there, for --set @FILE; those of a compute capability go to a "
                  "file of their own beside it");
}

void add_occupancy(CLI::App& app, Action& action) {
  const auto [sub, options] = add_subcommand<OccupancyOptions>(
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
      ->check(CLI::Range(0, kMostRegisters));
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

}  // namespace weft::cli
