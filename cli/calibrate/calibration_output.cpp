// SPDX-License-Identifier: Apache-2.0
#include "cli/calibrate/calibration_output.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/table.h"
#include "cli/text.h"

namespace weft::cli::calibrate {

namespace {

std::string percent(double value) {
  return show_percent(value / 100);
}

std::string parameter_table(const Calibration& calibration, bool colour) {
  std::vector<Table::Column> columns = {
      {"parameter", Align::Left}, {"bounds"}, {"preset"}, {"fitted"}};
  for (size_t i = 0; i < calibration.held_out_values.size(); ++i)
    columns.push_back({fmt::format("without {}", i + 1)});
  Table table(std::move(columns));
  for (size_t i = 0; i < calibration.parameters.size(); ++i) {
    const FittedParameter& each = calibration.parameters[i];
    const Parameter& parameter = each.parameter;
    std::vector<Table::Cell> cells = {
        parameter.name(), fmt::format("{:g}..{:g}", parameter.least, parameter.most),
        fmt::format("{:g}", each.before), each.after ? fmt::format("{:g}", *each.after) : "-"};
    for (const std::vector<double>& values : calibration.held_out_values)
      cells.emplace_back(each.after ? fmt::format("{:g}", values[i]) : "-");
    table.add_row(std::move(cells));
  }
  return table.str(colour);
}

std::string gpu_table(const Calibration& calibration, bool colour) {
  Table table({{"", Align::Right},
               {"gpu", Align::Left},
               {"rows"},
               {"preset MAPE"},
               {"fitted MAPE"},
               {"held out MAPE"}});
  for (size_t i = 0; i < calibration.gpus.size(); ++i) {
    const GpuFigures& gpu = calibration.gpus[i];
    table.add_row({fmt::format("{}", i + 1), gpu.device, fmt::format("{}", gpu.rows),
                   percent(gpu.before), percent(gpu.fitted), percent(gpu.held_out)});
  }
  return table.str(colour);
}

/// Writes "a.b.c" as nested keys, sharing those of the path before.
std::string nested_key(const std::string& path, const std::string& before) {
  std::string text;
  size_t begin = 0;
  for (int depth = 0; begin <= path.size(); ++depth) {
    const size_t dot = path.find('.', begin);
    const bool last = dot == std::string::npos;
    const std::string prefix = path.substr(0, last ? path.size() : dot + 1);
    if (last || !before.starts_with(prefix)) {
      text += fmt::format("{:{}}{}:", "", 2 * depth, path.substr(begin, dot - begin));
      if (!last) text += '\n';
    }
    if (last) break;
    begin = dot + 1;
  }
  return text;
}

}  // namespace

std::string calibration_text(const Calibration& calibration, bool colour) {
  return fmt::format("{}\n{}\nheld out: by {}\n", parameter_table(calibration, colour),
                     gpu_table(calibration, colour), calibration.held_out_by);
}

std::map<std::string, std::string> overlays(const Calibration& calibration,
                                            const std::string& origin) {
  std::map<std::string, std::string> documents;
  std::map<std::string, std::string> before;
  std::vector<FittedParameter> sorted = calibration.parameters;  // maps are written once
  std::ranges::stable_sort(sorted, {}, [](const FittedParameter& x) { return x.parameter.path; });
  for (const FittedParameter& each : sorted) {
    if (!each.after) continue;
    const std::string& capability = each.parameter.compute_capability;
    std::string& text = documents[capability];
    if (text.empty()) {
      text =
          fmt::format("# Values for {}, to lay over a machine: --set @FILE.\n# {}\n",
                      capability.empty() ? "all GPUs" : "compute capability " + capability, origin);
    }
    text +=
        fmt::format("{} {:g}  # fitted; the preset had {:g}\n",
                    nested_key(each.parameter.path, before[capability]), *each.after, each.before);
    before[capability] = each.parameter.path;
  }
  return documents;
}

}  // namespace weft::cli::calibrate
