// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/resolve.h"

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/sha256.h"
#include "cli/files.h"
#include "cli/named_documents.h"
#include "cli/simulate.h"
#include "cli/sources.h"
#include "cli/sweep/check_names.h"
#include "cli/sweep/scope.h"
#include "kernels/ir/write_kernel.h"
#include "kernels/structure/source.h"
#include "kernels/tensor/generate.h"
#include "kernels/tensor/source.h"
#include "sim/machine/load_machine.h"

namespace weft::cli::sweep {

namespace {

using Json = nlohmann::ordered_json;

}  // namespace

const Resolver::Document& Resolver::machine(const SimulateRequest& request) {
  const std::string key =
      fmt::format("machine {} {}", request.machine, fmt::join(request.settings, "\n"));
  const auto [entry, added] = known_.try_emplace(key);
  if (!added) return entry->second;
  Document& document = entry->second;
  base::Diagnostics diagnostics;
  try {
    const machine::MachineDescription machine = load_request_machine(request, diagnostics);
    if (diagnostics.empty()) document.content = machine::write_machine(machine);
  } catch (const base::UserError& error) {
    document.errors = error.messages();
  }
  if (!diagnostics.empty()) document.errors = diagnostics.messages();
  return document;
}

const Resolver::Document& Resolver::kernel(const SimulateRequest& request) {
  const std::string key = fmt::format("kernel {} {} {}", request.kernel, request.mapping_file,
                                      fmt::join(request.kernel_settings, "\n"));
  const auto [entry, added] = known_.try_emplace(key);
  if (!added) return entry->second;
  Document& document = entry->second;
  base::Diagnostics diagnostics;
  try {
    const ir::Kernel kernel = load_request_kernel(request, diagnostics);
    if (diagnostics.empty()) document.content = ir::write_kernel(kernel);
  } catch (const base::UserError& error) {
    document.errors = error.messages();
  }
  if (!diagnostics.empty()) document.errors = diagnostics.messages();
  return document;
}

const Resolver::Document& Resolver::file(const std::string& path) {
  const auto [entry, added] = known_.try_emplace("file " + path);
  if (!added) return entry->second;
  try {
    entry->second.content = base::sha256(read_text(path));
  } catch (const base::UserError& error) {
    entry->second.errors = error.messages();
  }
  return entry->second;
}

/// Another tensor is its own content, and so is a generator but for the files that it names; a file
/// is what is in it.
const Resolver::Document& Resolver::input(const std::string& source) {
  const bool other_tensor = source == "A" || source.ends_with("^T");
  const bool tensor_of_file = structure::is_dense_file(source);
  if (!other_tensor && !tensor_of_file && !tensor::is_generator_spec(source)) return file(source);
  const auto [entry, added] = known_.try_emplace("source " + source);
  if (!added) return entry->second;
  Document& document = entry->second;
  if (tensor_of_file) {
    const std::string name = structure::dense_file_of(source);
    document = file(name);
    if (document.errors.empty() && name != source)
      document.content = document.content.get<std::string>() + source.substr(name.size());
    return document;
  }
  document.errors = source_errors(source);
  if (!document.errors.empty()) return document;
  document.content = tensor::rename_spec_files(source, [&](const std::string& name) {
    const Document& named = file(name);
    document.errors.insert(document.errors.end(), named.errors.begin(), named.errors.end());
    return named.content.is_string() ? named.content.get<std::string>() : name;
  });
  return document;
}

const Json& Resolver::machine_of(const SimulateRequest& request) {
  return machine(request).content;
}

std::string Resolver::located(const std::string& part, const std::string& message) const {
  const SettingMessage split = split_setting_message(message);
  const auto setting = sweep_.places.find(part + "." + split.path);
  if (setting != sweep_.places.end())
    return fmt::format("{}: {}", setting->second.str(), split.what);
  const auto place = sweep_.places.find(part);
  return place == sweep_.places.end() ? message
                                      : fmt::format("{}: {}", place->second.str(), message);
}

Json Resolver::content(Point& point, std::vector<std::string>& errors) {
  const SimulateRequest& request = point.request;
  const auto add = [&](const Document& document, const std::string& part) {
    for (const std::string& error : document.errors) errors.push_back(located(part, error));
    return document.content;
  };
  Json content = {{"version", WEFT_VERSION},
                  {"machine", std::filesystem::path(request.machine).stem().string()},
                  {"description", add(machine(request), "machine")},
                  {"kernel", add(kernel(request), "kernel")},
                  {"params", request.params},
                  {"inputs", Json::array()},
                  {"values", request.values}};
  point.defective = !errors.empty();
  // The timings of a fabric's DRAM are a document of their own.
  const Value standard = value_at(content["description"], "memory.standard");
  if (const auto* name = std::get_if<std::string>(&standard); name != nullptr && *name != "flat")
    content["dram"] =
        add(file((source_root() / "configs" / "dram" / (*name + ".yaml")).string()), "machine");
  for (const std::string& given : request.inputs) {
    const size_t equals = given.find('=');
    const std::string name = given.substr(0, equals);
    content["inputs"].push_back({name, add(input(given.substr(equals + 1)), "input." + name)});
  }
  return content;
}

Point Resolver::resolve(const AxisValues& values) {
  Point point;
  point.axes = axes_json(values);
  point.request = request_of(sweep_, values);
  std::vector<std::string> errors;
  Json whole = content(point, errors);
  // What cannot be read has no content: its names stand for it.
  if (!errors.empty()) whole["axes"] = point.axes;
  point.id = base::sha256(json_text(whole, -1));
  point.error = fmt::format("{}", fmt::join(errors, "\n"));
  return point;
}

std::vector<std::string> errors_of(const std::vector<Point>& points) {
  std::vector<std::string> errors;
  std::set<std::string> known;
  for (const Point& point : points) {
    for (size_t begin = 0; begin < point.error.size();) {
      const size_t end = std::min(point.error.find('\n', begin), point.error.size());
      const std::string error = point.error.substr(begin, end - begin);
      if (known.insert(error).second) errors.push_back(error);
      begin = end + 1;
    }
  }
  return errors;
}

std::vector<Point> resolve_points(const Sweep& sweep) {
  Resolver resolver(sweep);
  std::vector<Point> points;
  std::set<std::string> ids;
  for (const AxisValues& values : choose_points(sweep)) {
    Point point = resolver.resolve(values);
    const Json& machine = resolver.machine_of(point.request);
    const Json none;
    const Scope scope(point.axes, machine, none);
    if (ids.empty()) check_names(sweep, point, machine);
    const auto excludes = [&](const Expression& expression) { return expression.holds(scope); };
    if (std::ranges::any_of(sweep.exclusions, excludes) || !ids.insert(point.id).second) continue;
    points.push_back(std::move(point));
  }
  if (points.empty())
    throw base::UserError(fmt::format("{}: exclude: no point is left", sweep.file.string()));
  const bool grid = sweep.sample.method == Sample::Method::Grid;
  if ((grid && std::ranges::any_of(points, &Point::defective)) ||
      std::ranges::none_of(points, &std::string::empty, &Point::error))
    throw base::UserError(errors_of(points));
  return points;
}

}  // namespace weft::cli::sweep
