// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/error.h"
#include "cli/calibrate/calibration_output.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/terminal.h"

namespace weft::cli {

namespace {

/// The command without folders, so that the file is the same wherever the tables lie.
std::string origin_of(const CalibrateOptions& options) {
  std::string text = fmt::format("weft calibrate {} --data", fmt::join(options.suites, " "));
  for (const std::filesystem::path& data : options.data) text += ' ' + data.filename().string();
  for (const std::string& parameter : options.parameters) text += " -p " + parameter;
  if (options.limit > 0) text += fmt::format(" --limit {}", options.limit);
  return text + fmt::format(" --seed {}", options.seed);
}

calibrate::CalibrationRequest request_of(const CalibrateOptions& options) {
  if (options.suites.size() != options.data.size()) {
    throw base::UserError(fmt::format("--data: expected a table for each of {} suites, found {}",
                                      options.suites.size(), options.data.size()));
  }
  calibrate::CalibrationRequest request;
  for (size_t i = 0; i < options.suites.size(); ++i)
    request.tables.push_back({options.suites[i], options.data[i]});
  for (const std::string& text : options.parameters)
    request.parameters.push_back(calibrate::parse_parameter(text));
  if (request.parameters.empty()) request.parameters = calibrate::usual_parameters();
  request.context.configs = source_root() / "configs";
  request.limit = options.limit;
  request.seed = options.seed;
  return request;
}

/// FILE for all GPUs, FILE with "-cc7.5" before its ending for those of one compute capability.
std::filesystem::path file_for(const std::filesystem::path& out, const std::string& capability) {
  if (capability.empty()) return out;
  std::filesystem::path file = out;
  file.replace_filename(
      fmt::format("{}-cc{}{}", out.stem().string(), capability, out.extension().string()));
  return file;
}

}  // namespace

int calibrate_command(const CalibrateOptions& options) {
  const calibrate::Calibration calibration = calibrate::calibrate(request_of(options));
  fmt::print("{}", calibrate::calibration_text(calibration, wants_colour(stdout)));
  if (options.out.empty()) return kOk;
  for (const auto& [capability, text] : calibrate::overlays(calibration, origin_of(options))) {
    const std::filesystem::path file = file_for(options.out, capability);
    write_text(file, text);
    fmt::print("{}\n", file.string());
  }
  return kOk;
}

}  // namespace weft::cli
