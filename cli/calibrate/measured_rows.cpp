// SPDX-License-Identifier: Apache-2.0
#include "cli/calibrate/measured_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/validate/validation.h"
#include "sim/machine/device_names.h"
#include "sim/machine/load_machine.h"

namespace weft::cli::calibrate {

namespace {

/// The number at a dotted path of a machine's document.
double number_at(const nlohmann::ordered_json& machine, const Parameter& parameter) {
  const nlohmann::ordered_json* at = &machine;
  for (size_t begin = 0; begin <= parameter.path.size() && at != nullptr;) {
    const size_t dot = std::min(parameter.path.find('.', begin), parameter.path.size());
    const auto found = at->find(parameter.path.substr(begin, dot - begin));
    at = found == at->end() ? nullptr : &*found;
    begin = dot + 1;
  }
  if (at != nullptr && at->is_number()) return at->get<double>();
  throw base::UserError(fmt::format(
      "-p {}: expected the path of a number of a GPU (weft schema machine), such as energy.scale",
      parameter.name()));
}

}  // namespace

MeasuredRows::MeasuredRows(const std::vector<MeasuredTable>& tables,
                           std::vector<Parameter> parameters, const validate::SuiteContext& context,
                           size_t limit, uint64_t seed)
    : parameters_(std::move(parameters)) {
  for (const MeasuredTable& table : tables) read_table(table, context, limit, seed);
}

void MeasuredRows::read_table(const MeasuredTable& table, const validate::SuiteContext& context,
                              size_t limit, uint64_t seed) {
  suites_.push_back(validate::find_suite(table.suite).make(context));
  validate::Suite& suite = *suites_.back();
  base::Diagnostics diagnostics;
  const base::CsvTable cells = suite.load(table.data, diagnostics);
  if (!diagnostics.empty() || !cells.require(suite.columns(), diagnostics))
    diagnostics.throw_if_any();
  std::vector<validate::Job> jobs;
  for (size_t row = 0; row < cells.rows().size(); ++row)
    jobs.push_back(suite.read(base::CsvRow(cells, row, diagnostics)));
  diagnostics.throw_if_any();
  for (const size_t row : validate::sample_rows(jobs.size(), limit, seed)) {
    const base::CsvRow each(cells, row, diagnostics);
    const std::string device = each.text(suite.group_column());
    if (!suite.configure(device, {})) {
      throw base::UserError(fmt::format(
          "suite: expected one that simulates tile kernels (bmm, linear, gemm_f16, sparse24, nm, "
          "naive), found '{}'",
          table.suite));
    }
    const size_t gpu = gpu_of(device, context);
    gpus_[gpu].rows.push_back(rows_.size());
    rows_.push_back({suites_.size() - 1, gpu, jobs[row]});
  }
}

size_t MeasuredRows::gpu_of(const std::string& device, const validate::SuiteContext& context) {
  const auto known = std::ranges::find(gpus_, device, &MeasuredGpu::device);
  if (known != gpus_.end()) return static_cast<size_t>(known - gpus_.begin());
  const std::vector<std::filesystem::path> folders = {context.configs / "machines"};
  base::Diagnostics defects;
  const std::string preset = machine::find_machine_by_device(device, folders, defects);
  const auto machine = machine::load_machine(preset, context.settings, folders, defects);
  defects.throw_if_any();
  const nlohmann::ordered_json document = machine::write_machine(machine);
  MeasuredGpu gpu{device, document.at("compute_capability"), {}, {}};
  for (const Parameter& parameter : parameters_)
    gpu.presets.push_back(number_at(document, parameter));
  gpus_.push_back(std::move(gpu));
  return gpus_.size() - 1;
}

std::vector<std::string> MeasuredRows::settings_of(const MeasuredGpu& gpu,
                                                   const std::vector<double>& values) const {
  std::vector<std::string> settings;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!parameters_[i].applies_to(gpu.compute_capability)) continue;
    settings.push_back(fmt::format("{}={:.6g}", parameters_[i].path, values[i]));
  }
  return settings;
}

const std::vector<double>& MeasuredRows::errors_of(size_t gpu,
                                                   const std::vector<std::string>& settings) {
  const auto [slot, fresh] = known_.try_emplace({gpu, fmt::format("{}", fmt::join(settings, " "))});
  if (!fresh) return slot->second;
  std::set<size_t> configured;
  for (const size_t number : gpus_[gpu].rows) {
    const Row& row = rows_[number];
    if (configured.insert(row.suite).second)
      suites_[row.suite]->configure(gpus_[gpu].device, settings);
    progress_.show(++simulated_, "rows");
    const validate::Outcome outcome = row.job();
    const auto* prediction = std::get_if<validate::Prediction>(&outcome);
    slot->second.push_back(prediction == nullptr ? std::numeric_limits<double>::quiet_NaN()
                                                 : validate::error_percent(*prediction));
  }
  return slot->second;
}

double MeasuredRows::mape_percent(const std::vector<size_t>& rows,
                                  const std::vector<double>& values) {
  double sum = 0;
  size_t count = 0;
  for (size_t gpu = 0; gpu < gpus_.size(); ++gpu) {
    const std::vector<size_t>& own = gpus_[gpu].rows;
    const auto wanted = [&](size_t row) { return std::ranges::count(rows, row) > 0; };
    if (std::ranges::none_of(own, wanted)) continue;
    const std::vector<double>& errors = errors_of(gpu, settings_of(gpus_[gpu], values));
    for (size_t i = 0; i < own.size(); ++i) {
      if (!wanted(own[i]) || std::isnan(errors[i])) continue;
      sum += std::abs(errors[i]);
      ++count;
    }
  }
  return count == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / static_cast<double>(count);
}

}  // namespace weft::cli::calibrate
