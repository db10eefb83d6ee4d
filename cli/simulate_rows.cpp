// SPDX-License-Identifier: Apache-2.0
#include <map>

#include <nlohmann/json.hpp>

#include "cli/gpu_sources.h"
#include "cli/row_job.h"
#include "cli/source_entry.h"
#include "kernels/ir/write_kernel.h"
#include "mapper/gpu/rows/lower_dense.h"
#include "sim/gpu/row_machine.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr double kSectorBytes = 32;

/// The launches of a run in the form in which tile kernels state theirs.
program::GridProgram launches_of(const sim::GpuRun& run) {
  program::GridProgram program;
  for (const sim::LaunchRun& launch : run.launches) {
    program::Launch stated;
    stated.name = launch.name;
    stated.threads = launch.threads;
    stated.registers = launch.registers;
    stated.shared_bytes = launch.shared_bytes;
    program.launches.push_back(std::move(stated));
  }
  return program;
}

/// Bytes between SMs and L2 and cycles of the launches by the word of the document behind them.
Json sources_json(const sim::GpuRun& run, const std::vector<program::Source>& sources) {
  struct Use {
    double bytes = 0;
    sim::SmCauseCycles causes{};
  };
  std::map<uint16_t, Use> uses;
  for (const sim::LaunchRun& launch : run.launches) {
    uses[launch.source].bytes += launch.memory.l2_bytes;
    const sim::SmCauseCycles causes = cycles_by_cause(launch);
    for (size_t i = 0; i < causes.size(); ++i) uses[launch.source].causes[i] += causes[i];
  }
  Json lines = Json::array();
  for (const auto& [index, use] : uses) {
    const program::Source& source = sources.at(index);
    lines.push_back(
        source_entry(source, "", source.what, use.bytes, use.causes, sim::kSmCauseNames));
  }
  add_launching(run, lines);
  return lines;
}

Json l1_json(const sim::GpuRun& run) {
  double bytes = 0, hits = 0;
  for (const sim::LaunchRun& launch : run.launches) {
    bytes += launch.l1_bytes;
    hits += launch.l1_hit_bytes;
  }
  return {{"accesses", bytes / kSectorBytes},
          {"hits", hits / kSectorBytes},
          {"bytes", bytes},
          {"gb_s", run.time_s > 0 ? bytes / run.time_s * 1e-9 : 0}};
}

Json verified_json(const RowJob& job, bool values) {
  if (!values) return {{"passed", nullptr}, {"max_rel_error", nullptr}, {"against", nullptr}};
  const tensor::VerifyReport report = job.verify();
  Json verified = {
      {"passed", report.passed}, {"max_rel_error", report.max_rel_error}, {"against", job.against}};
  if (!report.passed) verified["first_mismatch"] = report.first_mismatch;
  return verified;
}

}  // namespace

Json simulate_rows(Simulation simulation) {
  const machine::GpuDescription& gpu = simulation.machine.gpu();
  const RowJob job = mapper::is_row_kernel(simulation.kernel) ? make_row_job(simulation)
                                                              : make_nest_job(simulation);
  sim::RowMachine machine(gpu, simulation.timeline);
  const sim::GpuRun run = machine.run(*job.program);
  const GpuWork work = job.work();
  Json result = {{"schema", "weft.result/1"},
                 {"kernel", simulation.kernel.name},
                 {"machine", simulation.machine.id},
                 {"mapping", ir::mapping_json(simulation.kernel)},
                 {"inputs", job.inputs},
                 {"verified", verified_json(job, simulation.request.values)}};
  if (!job.params.is_null()) result["params"] = job.params;
  if (!job.notes.empty()) result["notes"] = job.notes;
  add_gpu_run(result, run, launches_of(run), gpu, work);
  result["memory"]["l1"] = l1_json(run);
  result["host_s"] = run.host_s;
  result["by_source"] = sources_json(run, job.program->sources);
  result["simulator"] =
      simulator_json(simulation, run.simulate_s, work.products, run.activity.warp_instructions);
  return result;
}

}  // namespace weft::cli
