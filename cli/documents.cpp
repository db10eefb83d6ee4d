// SPDX-License-Identifier: Apache-2.0
#include "cli/documents.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/yaml.h"
#include "cli/experiment.h"
#include "cli/files.h"
#include "cli/named_documents.h"
#include "cli/named_kernel.h"
#include "cli/published.h"
#include "cli/run.h"
#include "cli/sweep/resolve.h"
#include "cli/text.h"
#include "kernels/einsum/check_gathers.h"
#include "kernels/ir/library.h"
#include "kernels/ir/read_kernel.h"
#include "sim/machine/load_machine.h"
#include "sim/memory/dram_config.h"

namespace weft::cli {

namespace {

using base::Diagnostics;
using base::YamlNode;

std::string describe(const std::string& id, const machine::FabricDescription& fabric) {
  const double peak_gb_s = fabric.memory.gb_s_per_core * fabric.total_cores();
  return fmt::format(
      "machine       {} ({})\n"
      "cores         {} at {} GHz\n"
      "threads       {}, {} in a core\n"
      "scratchpad    {} in a core, {} banks\n"
      "memory        {} GB/s, {} ns, {} in all, {} B at a time\n",
      id, fabric.name, fabric.total_cores(), fabric.clock_ghz, fabric.total_threads(),
      fabric.threads_per_core(), show_bytes(static_cast<double>(fabric.core.spad.bytes)),
      fabric.core.spad.banks, show_number(peak_gb_s), show_number(fabric.memory.latency_ns),
      show_bytes(static_cast<double>(fabric.memory.capacity_per_core) * fabric.total_cores()),
      fabric.memory.access_granularity_bytes);
}

/// The tensor cores of a GPU with their peak on halves, as the data sheet counts it.
std::string describe_tensor(const machine::GpuDescription& gpu) {
  const machine::TensorDescription& tensor = gpu.sm.tensor;
  if (tensor.generation == machine::TensorGeneration::None) return "none";
  return fmt::format("{}, {:.4g} TFLOPS on halves{}",
                     machine::tensor_generation_words()[static_cast<size_t>(tensor.generation)],
                     gpu.peak_tflops(tensor.fma_per_cycle.fp16, gpu.datasheet.tensor_ghz),
                     tensor.sparse_factor > 1
                         ? fmt::format(", {} x with 2:4 operands", tensor.sparse_factor)
                         : std::string{});
}

std::string describe(const std::string& id, const machine::GpuDescription& gpu) {
  return fmt::format(
      "machine       {} ({})\n"
      "devices       {}\n"
      "SMs           {}, compute capability {}, {} to {} GHz\n"
      "fp32          {:.4g} TFLOPS at {} GHz\n"
      "tensor cores  {}\n"
      "L1            {} in an SM, at most {} of shared memory\n"
      "L2            {}, {} slices, {} cycles\n"
      "memory        {:.4g} GB/s, {:.4g} ns, {} of {}\n"
      "power         {} W, {} W of them static\n",
      id, gpu.name, fmt::join(gpu.devices, ", "), gpu.sms, gpu.compute_capability,
      gpu.clock.base_ghz, gpu.clock.max_ghz,
      gpu.peak_tflops(gpu.sm.pipes.fp32_lanes, gpu.clock.boost_ghz), gpu.clock.boost_ghz,
      describe_tensor(gpu), show_bytes(static_cast<double>(gpu.sm.l1.bytes)),
      show_bytes(static_cast<double>(gpu.sm.shared.max_bytes)),
      show_bytes(static_cast<double>(gpu.l2.bytes)), gpu.l2.slices, gpu.l2.near_latency_cycles,
      gpu.dram.peak_gb_s, gpu.dram.latency_ns, show_bytes(static_cast<double>(gpu.dram.bytes)),
      machine::dram_standard_words()[static_cast<size_t>(gpu.dram.standard)], gpu.power.limit_w,
      gpu.power.static_w);
}

std::string describe(const machine::MachineDescription& machine) {
  return std::visit([&](const auto& model) { return describe(machine.id, model); }, machine.model);
}

std::string describe(const ir::Kernel& kernel) {
  std::string out =
      fmt::format("{:<14}{}\n", kernel.is_mapping ? "mapping" : "kernel", kernel.name);
  if (!kernel.about.empty()) out += fmt::format("{:<14}{}\n", "about", kernel.about);
  for (const ir::Param& param : kernel.params)
    out += fmt::format("parameter     {} = {}\n", param.name, param.value);
  for (const ir::TypeParam& param : kernel.type_params)
    out += fmt::format("parameter     {} = {}\n", param.name, ir::text_of(param.value));
  for (const ir::Tensor& tensor : kernel.tensors) {
    std::vector<std::string> dims;
    for (const ir::Dim& dim : tensor.dims) dims.push_back(dim.name);
    out += fmt::format("tensor        {}[{}]\n", tensor.name, fmt::join(dims, ","));
  }
  for (const ir::Statement& statement : kernel.statements) {
    out += fmt::format("statement     {}: {}\n", statement.name, statement.text());
  }
  return out;
}

std::string describe(const Workload& workload) {
  std::string out = fmt::format(
      "workload      {}\npaper         {}\ncomputes      {}\nbound by      {}\ngains         {}\n",
      workload.name, workload.paper, workload.computes, workload.bound, workload.gains);
  for (const std::string& machine : workload.machines)
    out += fmt::format("machine       {}\n", machine);
  for (const WorkloadStep& step : workload.steps) {
    out += fmt::format("step          {}: {} x {}  {} {}\n", step.input(), step.times,
                       fmt::join(step.kernels, ", "), fmt::join(step.params, " "),
                       fmt::join(step.sources, " "));
  }
  return out;
}

std::string describe(const Experiment& experiment) {
  std::string out =
      fmt::format("experiment    {}, {} simulations\n", experiment.name, steps(experiment).size());
  for (const ExperimentMachine& machine : experiment.machines)
    out += fmt::format("machine       {}\n", machine.label());
  for (const ExperimentKernel& kernel : experiment.kernels)
    out += fmt::format("kernel        {}\n", kernel.kernel);
  for (const ExperimentInput& input : experiment.inputs) {
    out += fmt::format("input         {}: {}\n", input.name, fmt::join(input.sources, " "));
  }
  return out;
}

/// Each kind of document, by the key that names it: reads one with all its defects, and describes
/// it.
struct DocumentKind {
  std::string key;
  std::string (*read)(const YamlNode& root, const std::string& file, Diagnostics& diagnostics);
};

/// A fabric's memory that is not flat is a document of its own.
void check_dram(const YamlNode& root, const std::string& standard, Diagnostics& diagnostics) {
  if (standard == "flat") return;
  const YamlNode* memory = root.find("memory");
  const YamlNode* named = memory == nullptr ? nullptr : memory->find("standard");
  try {
    sim::load_dram_preset(standard, source_root() / "configs" / "dram");
  } catch (const base::UserError& error) {
    for (const std::string& message : error.messages())
      diagnostics.error((named == nullptr ? root : *named).where(), "memory.standard: " + message);
  }
}

std::string read_machine(const YamlNode& root, const std::string& file, Diagnostics& diagnostics) {
  const std::string id = std::filesystem::path(file).stem().string();
  const machine::MachineDescription machine = machine::read_machine(root, id, diagnostics);
  if (diagnostics.empty() && machine.kind() == machine::Kind::Fabric)
    check_dram(root, machine.fabric().memory.standard, diagnostics);
  return diagnostics.empty() ? describe(machine) : std::string{};
}

std::string read_kernel(const YamlNode& root, const std::string&, Diagnostics& diagnostics) {
  const ir::Kernel kernel = ir::read_kernel(root, diagnostics);
  if (diagnostics.empty()) einsum::check_constant_gathers(kernel, diagnostics);
  return diagnostics.empty() ? describe(kernel) : std::string{};
}

std::string read_mapping(const YamlNode&, const std::string& file, Diagnostics& diagnostics) {
  if (!diagnostics.empty()) return {};  // it is read again, with the same defects
  const ir::Kernel mapping = load_named_kernel("", file, {}, diagnostics);
  return diagnostics.empty() ? describe(mapping) : std::string{};
}

/// A workload of the library by its name, else the file itself.
std::filesystem::path find_workload(const std::filesystem::path& name) {
  const bool is_file = name.has_parent_path() || name.has_extension();
  std::filesystem::path entry = source_root() / "configs" / "workloads" / (name.string() + ".yaml");
  if (!is_file && std::filesystem::exists(entry)) return entry;
  if (is_file || std::filesystem::exists(name)) return name;
  const std::vector<std::string> known = yaml_stems(source_root() / "configs" / "workloads");
  throw base::UserError(fmt::format("workload '{}': expected a file or one of {}{}", name.string(),
                                    fmt::join(known, ", "),
                                    base::did_you_mean(name.string(), known)));
}

Experiment experiment_with_workloads(const YamlNode& root, Diagnostics& diagnostics) {
  Experiment experiment = read_experiment(root, diagnostics);
  check_named_documents(experiment, diagnostics);
  for (const std::string& name : experiment.workloads) {
    const YamlNode workload = base::read_yaml_file(find_workload(name), diagnostics);
    if (!diagnostics.empty()) continue;
    const Workload steps = read_workload(workload, {}, diagnostics);
    if (diagnostics.empty()) check_named_documents(experiment_of(steps), diagnostics);
    add_workload(steps, experiment);
  }
  return experiment;
}

std::string read_experiment_document(const YamlNode& root, const std::string&,
                                     Diagnostics& diagnostics) {
  const Experiment experiment = experiment_with_workloads(root, diagnostics);
  check_sources(experiment, diagnostics);
  return diagnostics.empty() ? describe(experiment) : std::string{};
}

/// Both choices of sizes are worked out, since an expression may be wrong for one of them alone.
std::string read_workload_document(const YamlNode& root, const std::string&,
                                   Diagnostics& diagnostics) {
  const Workload workload = read_workload(root, {}, diagnostics);
  if (!diagnostics.empty()) return {};
  read_workload(root, {.params = {}, .machines = {}, .small = true}, diagnostics);
  check_named_documents(experiment_of(workload), diagnostics);
  return diagnostics.empty() ? describe(workload) : std::string{};
}

std::string read_published_document(const YamlNode& root, const std::string&,
                                    Diagnostics& diagnostics) {
  const Published published = read_published(root, diagnostics);
  return diagnostics.empty() ? describe(published) : std::string{};
}

/// The points are resolved too, since a value of an axis may be wrong for its machine or kernel.
std::string read_sweep_document(const YamlNode& root, const std::string&,
                                Diagnostics& diagnostics) {
  const sweep::Sweep sweep = sweep::read_sweep(root, diagnostics);
  if (!diagnostics.empty()) return {};
  std::string out = fmt::format("sweep         {}\n", sweep.name);
  const std::vector<sweep::Point> points = sweep::resolve_points(sweep);
  if (const auto errors = sweep::errors_of(points); !errors.empty()) throw base::UserError(errors);
  for (const sweep::ZippedAxes& zipped : sweep.axes) {
    for (const sweep::Axis& axis : zipped)
      out += fmt::format("axis          {}, {}\n", axis.name,
                         axis.span ? "drawn" : fmt::format("{} values", axis.values.size()));
  }
  for (const sweep::Objective& objective : sweep.objectives)
    out += fmt::format("objective     {}: {}\n", objective.name, objective.expression.text());
  return out + fmt::format("points        {}\n", points.size());
}

std::string read_dram(const YamlNode&, const std::string& file, Diagnostics& diagnostics) {
  if (!diagnostics.empty()) return {};  // it is read again, with the same defects
  const sim::DramConfig dram = sim::load_dram_config(file, diagnostics);
  if (!diagnostics.empty()) return {};
  return fmt::format("dram          {}\nbandwidth     {} GB/s, {} channels\nlatency       {} ns\n",
                     dram.name, show_number(dram.peak_gb_s()), dram.channels,
                     show_number(dram.unloaded_read_ns()));
}

const std::vector<DocumentKind>& document_kinds() {
  // A mapping that extends its kernel has both keys: it is a mapping. A sweep names its machine.
  static const std::vector<DocumentKind> kinds = {
      {"sweep", read_sweep_document},
      {"mapping", read_mapping},
      {"machine", read_machine},
      {"kir", read_kernel},
      {"experiment", read_experiment_document},
      {"workload", read_workload_document},
      {"published", read_published_document},
      {"dram", read_dram},
  };
  return kinds;
}

void refuse_unknown_kind(const YamlNode& root, Diagnostics& diagnostics) {
  std::vector<std::string> keys;
  for (const DocumentKind& kind : document_kinds()) keys.push_back(kind.key);
  const bool has_key = root.is_map() && !root.entries().empty();
  const std::string found = has_key ? root.entries().front().key : std::string{};
  diagnostics.error(
      has_key ? root.entries().front().key_where : root.where(),
      fmt::format("expected a document whose first key is one of {}, found {}{}",
                  fmt::join(keys, ", "), has_key ? fmt::format("'{}'", found) : "none",
                  base::did_you_mean(found, keys)));
}

/// Whether a document is of a kind other than those `wanted`; reported at the key that says so.
bool refuse_other_kind(const YamlNode& root, const std::vector<std::string>& wanted,
                       Diagnostics& diagnostics) {
  const auto has = [&](const std::string& key) { return root.find(key) != nullptr; };
  if (!root.is_map() || root.entries().empty() || std::ranges::any_of(wanted, has)) return false;
  const base::YamlEntry& first = root.entries().front();
  const auto names_first = [&](const DocumentKind& kind) { return kind.key == first.key; };
  if (std::ranges::none_of(document_kinds(), names_first)) return false;
  diagnostics.error(first.key_where,
                    fmt::format("expected a document whose first key is {}, found '{}'",
                                fmt::join(wanted, " or "), first.key));
  return true;
}

/// Whether there is nothing to read on: defects of single entries, such as a key that is there
/// twice, hide no others.
bool is_unreadable(const YamlNode& root, const Diagnostics& diagnostics) {
  return !diagnostics.empty() && !root.is_map();
}

/// Reads a document as what it is; its defects go to `diagnostics`, or are thrown by its reader.
std::string read_document(const std::string& file, Diagnostics& diagnostics) {
  const YamlNode root = base::read_yaml_file(file, diagnostics);
  if (is_unreadable(root, diagnostics)) return {};
  for (const DocumentKind& kind : document_kinds()) {
    // Machines have a part `dram`, which is a map; what names a kind is its version.
    const YamlNode* version = root.find(kind.key);
    if (version != nullptr && (!version->is_map() || kind.key == "machine"))
      return kind.read(root, file, diagnostics);
  }
  refuse_unknown_kind(root, diagnostics);
  return {};
}

}  // namespace

std::vector<std::filesystem::path> machine_folders() {
  return {source_root() / "configs" / "machines"};
}

std::vector<std::filesystem::path> kernel_folders() {
  return {source_root() / "kernels" / "library", source_root() / "configs" / "mapspaces"};
}

Experiment load_experiment(const std::filesystem::path& file, Diagnostics& diagnostics) {
  const YamlNode root = base::read_yaml_file(file, diagnostics);
  return is_unreadable(root, diagnostics) ? Experiment{}
                                          : experiment_with_workloads(root, diagnostics);
}

Runnable load_runnable(const std::filesystem::path& file, const WorkloadChoice& choice,
                       Diagnostics& diagnostics) {
  const std::filesystem::path found = find_workload(file);
  const YamlNode root = base::read_yaml_file(found, diagnostics);
  if (is_unreadable(root, diagnostics)) return {};
  if (refuse_other_kind(root, {"experiment", "workload"}, diagnostics)) return {};
  if (root.find("workload") == nullptr) {
    if (choice.small || !choice.params.empty() || !choice.machines.empty())
      throw base::UserError(
          fmt::format("{}: expected a workload for -p, -m and --small, found an experiment, whose "
                      "document says all of it",
                      file.string()));
    return {experiment_with_workloads(root, diagnostics), std::nullopt};
  }
  Workload workload = read_workload(root, choice, diagnostics);
  Experiment experiment = experiment_of(workload);
  if (diagnostics.empty()) check_named_documents(experiment, diagnostics);
  return {std::move(experiment), std::move(workload)};
}

sweep::Sweep load_sweep(const std::filesystem::path& file, Diagnostics& diagnostics) {
  const YamlNode root = base::read_yaml_file(file, diagnostics);
  if (is_unreadable(root, diagnostics)) return {};
  if (refuse_other_kind(root, {"sweep"}, diagnostics)) return {};
  return sweep::read_sweep(root, diagnostics);
}

std::vector<std::string> document_errors(const std::string& file) {
  Diagnostics diagnostics;
  try {
    if (file.ends_with(".json")) {
      load_run_file(file);
    } else {
      read_document(file, diagnostics);
    }
    return diagnostics.messages();
  } catch (const base::UserError& error) {
    return error.messages();
  }
}

std::string describe_document(const std::string& file) {
  Diagnostics diagnostics;
  std::string description = read_document(file, diagnostics);
  diagnostics.throw_if_any();
  return description;
}

}  // namespace weft::cli
